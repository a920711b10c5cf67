/** The analyses of src/analysis, as commands call them. */
import { bisectBoard } from '../analysis/bisect.ts'
import { checkBoard } from '../analysis/check.ts'
import { diffBoard } from '../analysis/diff.ts'
import { history } from '../analysis/history.ts'
import { matrixBoards } from '../analysis/matrix.ts'
import { whyDevice } from '../analysis/why.ts'
import type { Analyses } from './analyses.ts'

/** See the contract at the end of src/analysis/contract.ts. */
export const analyses: Analyses = {
  checkBoard,
  whyDevice,
  diffBoard,
  bisectBoard,
  matrixBoards,
  history,
}
