/** Shows a report: as JSON, or rendered for people with its diagnostics on standard error. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Call } from './command.ts'

/**
 * `found` are diagnostics of reading the input; they come before those of the analysis.
 * `render` is called only when people will read.
 */
export function present<Report extends { diagnostics: Diagnostic[] }>(
  { command, output }: Call,
  report: Report,
  found: readonly Diagnostic[],
  render: (report: Report) => readonly string[],
): void {
  const whole = { ...report, diagnostics: [...found, ...report.diagnostics] }
  // Notes on what was assumed belong to `check`, which is about one kernel on each board.
  output.diagnostics(whole.diagnostics, command === 'check')
  if (output.json) output.object(whole)
  else output.lines(render(whole))
}
