/** `dt check` for people: a line a finding, so that `grep` and editors can use them. */
import { type Diagnostic, formatDiagnostic, type Severity } from '../../base/diagnostic.ts'
import type { CheckRow } from '../../devicetree/checks/check-row.ts'
import type { Paint } from '../paint.ts'
import { type Column, renderTable } from '../table.ts'

const counted: readonly Severity[] = ['error', 'warning']

/** Checks with most findings that the summary names. */
const MOST_NAMED = 5

/** Lines of one tree's findings, and a summary. */
export function renderFindings(
  source: string,
  found: readonly Diagnostic[],
  checks: number,
): string[] {
  const counts = counted
    .map((severity) => [severity, found.filter((d) => d.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
  const total = counts.length === 0 ? 'nothing found' : counts.join(', ')
  const names = mostFound(found)
  const tail = names === '' ? '' : ` (${names})`
  const ran = `${checks} ${checks === 1 ? 'check' : 'checks'}`
  return [...found.map(formatDiagnostic), `${source}: ${ran}: ${total}${tail}`]
}

function mostFound(found: readonly Diagnostic[]): string {
  const counts = new Map<string, number>()
  for (const { check } of found) {
    if (check !== undefined) counts.set(check, (counts.get(check) ?? 0) + 1)
  }
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([id, count]) => `${id} ${count}`)
  const more = names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : []
  return [...names.slice(0, MOST_NAMED), ...more].join(', ')
}

const columns: readonly Column[] = [
  { title: 'CHECK' },
  { title: 'DEFAULT' },
  { title: 'RULE', gives: true },
]

/** Lines of the list of checks. */
export function renderCheckList(rows: readonly CheckRow[], paint: Paint, width: number): string[] {
  const cells = rows.map(({ id, level, rule }) => [id, level, rule])
  return renderTable(columns, cells, { width, paintTitle: paint.bold })
}
