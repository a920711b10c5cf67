/** Every command of the tool, in the order of the help text. */
import type { CommandFamily, CommandRow } from './command.ts'
import { bisectCommand } from './commands/bisect.ts'
import { checkCommand } from './commands/check.ts'
import { diffCommand } from './commands/diff.ts'
import { dtCommand } from './commands/dt.ts'
import { historyCommand } from './commands/history.ts'
import { matrixCommand } from './commands/matrix.ts'
import { pagetableCommand } from './commands/pagetable.ts'
import { storyCommand } from './commands/story.ts'
import { whyCommand } from './commands/why.ts'

/** To add a command: a file in commands/ and a line here. */
export const commands: readonly (CommandRow | CommandFamily)[] = [
  checkCommand,
  whyCommand,
  diffCommand,
  bisectCommand,
  matrixCommand,
  historyCommand,
  dtCommand,
  pagetableCommand,
  storyCommand,
]

/** Every command that runs, the verbs of families too, with the name it is called by. */
export const everyCommand: readonly { name: string; row: CommandRow }[] = commands.flatMap((row) =>
  'verbs' in row
    ? row.verbs.map((verb) => ({ name: `${row.name} ${verb.name}`, row: verb }))
    : [{ name: row.name, row }],
)
