/** `dmaplumb matrix BOARD... --kernels K,K+ID,K~ID` */
import type { Board } from '../../analysis/contract.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { parseKernels } from '../args.ts'
import { boardHelp, type Call, type CommandRow } from '../command.ts'
import { exitCode, isBad } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { machineOptions, outputOptions, readingOptions } from '../options.ts'
import { present } from '../present.ts'
import { renderMatrix } from '../render/matrix.ts'
import { forEachBoard, readRequest } from '../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output, options } = call
  const kernels = parseKernels(options.kernels)
  if (!kernels.ok) {
    output.diagnostics([kernels.diagnostic])
    return exitCode.usage
  }
  const request = await readRequest(call)
  if (!request.ok) return request.code
  const boards: Board[] = []
  const found: Diagnostic[] = []
  const code = await forEachBoard(call, call.args, ({ board, diagnostics }) => {
    boards.push(board)
    found.push(...diagnostics)
    return exitCode.clean
  })
  if (boards.length === 0) return code
  const progress = output.progress('boots')
  const answer = call.analyses.matrixBoards(boards, kernels.value, request.value, (done, total) =>
    progress.tick(done, total),
  )
  progress.clear()
  if (!answer.ok) return Math.max(code, refused(call, null, answer.diagnostics))
  const report = answer.report
  present(call, report, found, (r) => renderMatrix(r, output.paint, output.width))
  const bad = report.rows.some((row) => row.verdicts.some(isBad))
  return Math.max(code, bad ? exitCode.findings : exitCode.clean)
}

/** Device x kernel, a verdict in each cell. */
export const matrixCommand: CommandRow = {
  name: 'matrix',
  summary: 'device x kernel, a verdict in each cell',
  args: [{ syntax: '<board...>', help: boardHelp }],
  options: [
    { flags: '--kernels <specs>', help: 'kernels separated by commas', required: true },
    ...machineOptions,
    ...readingOptions,
    ...outputOptions,
  ],
  examples: ['matrix board:veyron board:n900 --kernels v3.18+drivers,v3.19-rc5+drivers,v3.19'],
  run,
}
