/** What is printed where there is no report: for a board that cannot be read, or for a refusal. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Call } from './command.ts'
import { exitCode } from './exit-code.ts'

/** JSON of a command that has no report for a board, or (without `board`) at all. */
export interface Failure {
  schemaVersion: 1
  command: string
  board?: { source: string }
  diagnostics: readonly Diagnostic[]
}

function report(call: Call, source: string | null, diagnostics: readonly Diagnostic[]): void {
  const board = source === null ? {} : { board: { source } }
  const failure: Failure = { schemaVersion: 1, command: call.command, ...board, diagnostics }
  if (call.output.json) call.output.object(failure)
  call.output.diagnostics(diagnostics)
}

/** An input that could not be read; `source` is the board, null for another input. */
export function unreadable(
  call: Call,
  source: string | null,
  diagnostics: readonly Diagnostic[],
): number {
  report(call, source, diagnostics)
  return exitCode.input
}

/** An analysis refused: the user asked for something that does not exist or cannot be done. */
export function refused(
  call: Call,
  source: string | null,
  diagnostics: readonly Diagnostic[],
): number {
  report(call, source, diagnostics)
  return exitCode.usage
}
