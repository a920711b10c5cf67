/** `dmaplumb history [--kernel K]` */
import type { Call, CommandRow } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { outputOptions } from '../options.ts'
import { renderHistory } from '../render/history.ts'

async function run(call: Call): Promise<number> {
  const { output, options } = call
  const answer = call.analyses.history(options.kernel === '' ? null : options.kernel)
  if (!answer.ok) return refused(call, null, answer.diagnostics)
  if (output.json) output.object(answer.report)
  else output.lines(renderHistory(answer.report, output.paint, output.width))
  return exitCode.clean
}

/** Releases, changes, switches. */
export const historyCommand: CommandRow = {
  name: 'history',
  summary: 'releases, changes, and the switches that they set',
  args: [],
  options: [
    { flags: '--kernel <spec>', help: 'of one kernel (default: all that is modelled)' },
    ...outputOptions,
  ],
  examples: ['history', 'history --kernel v3.19-rc5', 'history --json'],
  run,
}
