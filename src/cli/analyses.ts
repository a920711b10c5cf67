/** The analyses that commands call; tests bring fakes. */
import type {
  Answer,
  BisectReport,
  Board,
  CheckReport,
  DiffReport,
  HistoryReport,
  MatrixReport,
  Request,
  WhyReport,
} from '../analysis/contract.ts'

/** See src/analysis: one file a function. */
export interface Analyses {
  checkBoard(board: Board, request: Request): Answer<CheckReport>
  whyDevice(board: Board, device: string, request: Request): Answer<WhyReport>
  diffBoard(board: Board, from: string, to: string, request: Request): Answer<DiffReport>
  bisectBoard(
    board: Board,
    device: string | null,
    good: string,
    bad: string,
    request: Request,
  ): Answer<BisectReport>
  matrixBoards(
    boards: readonly Board[],
    kernels: readonly string[],
    request: Request,
    progress?: (done: number, total: number) => void,
  ): Answer<MatrixReport>
  history(kernel: string | null): Answer<HistoryReport>
}
