/** `matrix`: device x kernel, a verdict in each cell. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Answer, Board, MatrixReport, Request, Verdict } from './contract.ts'
import { judgeBoard } from './judge.ts'
import { prepareKernel } from './prepare.ts'

/** Devices that at least one of the kernels exercises, board by board in document order. */
export function matrixBoards(
  boards: readonly Board[],
  kernels: readonly string[],
  request: Request,
  progress?: (done: number, total: number) => void,
): Answer<MatrixReport> {
  const diagnostics: Diagnostic[] = []
  const rows: MatrixReport['rows'] = []
  const total = boards.length * kernels.length
  let done = 0
  for (const board of boards) {
    const byDevice = new Map<string, { verdicts: Verdict[]; assumed: string[][] }>()
    for (const spec of kernels) {
      const resolved = prepareKernel(board, request, spec)
      note(diagnostics, resolved.diagnostics)
      if (resolved.prepared === null) return { ok: false, diagnostics }
      for (const master of judgeBoard(board, request, resolved.prepared).masters) {
        const row = byDevice.get(master.node.path) ?? { verdicts: [], assumed: [] }
        row.verdicts.push(master.verdict)
        row.assumed.push([...master.assumed])
        byDevice.set(master.node.path, row)
      }
      progress?.(++done, total)
    }
    for (const [device, row] of byDevice) {
      if (row.verdicts.every((v) => v === 'not-exercised')) continue
      rows.push({ board: board.source, device, ...row })
    }
  }
  const report: MatrixReport = {
    schemaVersion: 1,
    command: 'matrix',
    kernels: [...kernels],
    rows,
    diagnostics,
  }
  return { ok: true, report }
}

/** Keeps one of each message: many boards say the same. */
function note(into: Diagnostic[], found: readonly Diagnostic[]): void {
  for (const d of found) if (!into.some((old) => old.message === d.message)) into.push(d)
}
