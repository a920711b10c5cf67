/**
 * dmaplumb as a library: the analyses that the command line tool runs, and the pieces to build
 * others. It needs neither Node nor a browser, and the same input gives the same output.
 *
 * @example
 * const { tree } = parseDtb(bytes, { source: 'board.dtb' })
 * const answer = checkBoard(
 *   { source: 'board.dtb', tree },
 *   { ...plainRequest, kernel: 'v3.19-rc5+drivers' },
 * )
 * if (answer.ok) answer.report.summary // { fault: 2, ok: 14 }
 */
export { bisectBoard } from './analysis/bisect.ts'
export { checkBoard } from './analysis/check.ts'
export {
  type Answer,
  type BisectReport,
  type Board,
  type CheckReport,
  type DeviceReport,
  type DiffReport,
  type HistoryReport,
  type MatrixReport,
  type NotExercised,
  plainRequest,
  type Request,
  type Verdict,
  verdicts,
  type WhyReport,
  type WhyStep,
} from './analysis/contract.ts'
export { diffBoard } from './analysis/diff.ts'
export { history } from './analysis/history.ts'
export { matrixBoards } from './analysis/matrix.ts'
export { whyDevice } from './analysis/why.ts'
export {
  type Diagnostic,
  formatDiagnostic,
  type Position,
  type Severity,
} from './base/diagnostic.ts'
export { type Cause, type EventKind, Journal, type JournalEvent } from './base/journal.ts'
export { type ParseDtbOptions, type Parsed, parseDtb, printDtb } from './devicetree/dtb.ts'
export { type ParseDtsOptions, parseDts } from './devicetree/dts.ts'
export { DeviceTree, DtNode, type DtProperty } from './devicetree/tree.ts'
export type { BuiltInBoard } from './machine/boards/board.ts'
export { boards } from './machine/boards/boards.ts'
export type { ChangeKind, ChangeRow } from './policy/change.ts'
export { changes } from './policy/changes.ts'
export { modelledReleases, type ReleaseRow } from './policy/releases.ts'
export { switches } from './policy/switches.ts'
