/** `dmaplumb diff BOARD... --from K --to K` */
import { boardHelp, type Call, type CommandRow } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { machineOptions, outputOptions, readingOptions } from '../options.ts'
import { present } from '../present.ts'
import { renderDiff } from '../render/diff.ts'
import { forEachBoard, readRequest } from '../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output, options } = call
  const request = await readRequest(call)
  if (!request.ok) return request.code
  return forEachBoard(call, call.args, ({ board, diagnostics }) => {
    const answer = call.analyses.diffBoard(board, options.from, options.to, request.value)
    if (!answer.ok) return refused(call, board.source, answer.diagnostics)
    const report = answer.report
    present(call, report, diagnostics, (r) => renderDiff(r, output.paint, output.width))
    return report.changed.length > 0 ? exitCode.findings : exitCode.clean
  })
}

/** Devices whose verdict or set-up differs between two kernels. */
export const diffCommand: CommandRow = {
  name: 'diff',
  summary: 'devices whose verdict or set-up differs between two kernels',
  args: [{ syntax: '<board...>', help: boardHelp }],
  options: [
    { flags: '--from <spec>', help: 'the kernel before', required: true },
    { flags: '--to <spec>', help: 'the kernel after', required: true },
    ...machineOptions,
    ...readingOptions,
    ...outputOptions,
  ],
  examples: ['diff board:veyron --from v3.18+drivers --to v3.19-rc5+drivers'],
  run,
}
