/** Every command of the tool, in the order of the help text. */
import type { CommandRow } from './command.ts'
import { bisectCommand } from './commands/bisect.ts'
import { checkCommand } from './commands/check.ts'
import { diffCommand } from './commands/diff.ts'
import { dtCommand } from './commands/dt.ts'
import { historyCommand } from './commands/history.ts'
import { matrixCommand } from './commands/matrix.ts'
import { storyCommand } from './commands/story.ts'
import { whyCommand } from './commands/why.ts'

/** To add a command: a file in commands/ and a line here. */
export const commands: readonly CommandRow[] = [
  checkCommand,
  whyCommand,
  diffCommand,
  bisectCommand,
  matrixCommand,
  historyCommand,
  dtCommand,
  storyCommand,
]
