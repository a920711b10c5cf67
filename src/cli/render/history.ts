/** `history` for people: releases, the changes of each, and the switches with their values. */
import type { HistoryReport } from '../../analysis/contract.ts'
import type { ChangeRow } from '../../policy/change.ts'
import type { Paint } from '../paint.ts'
import { renderTable } from '../table.ts'
import { indented } from '../wrap.ts'

/** Lines of a report. */
export function renderHistory(report: HistoryReport, paint: Paint, width: number): string[] {
  const changes = report.changes as ChangeRow[]
  const byId = new Map(changes.map((c) => [c.id, c]))
  const listed = new Set<string>()
  const lines: string[] = []
  for (const { name, date, changes: ids } of report.releases) {
    lines.push(paint.bold(`${name} (${date})`))
    if (ids.length === 0) lines.push('  no change is recorded')
    for (const id of ids) {
      listed.add(id)
      lines.push(...changeLines(byId.get(id), id, paint, width))
    }
    lines.push('')
  }
  const others = changes.filter((c) => !listed.has(c.id))
  if (others.length > 0) lines.push(paint.bold('In none of these releases'))
  for (const change of others) lines.push(...changeLines(change, change.id, paint, width))
  if (others.length > 0) lines.push('')
  return [...lines, ...switchTable(report, paint, width)]
}

function changeLines(
  change: ChangeRow | undefined,
  id: string,
  paint: Paint,
  width: number,
): string[] {
  const lines = [`  ${id}${change === undefined ? '' : ` [${change.kind}]`}`]
  if (change === undefined) return lines
  const { title, author, date, commit, release } = change
  const details = [author, date, commit, release === null ? 'never merged' : `first in ${release}`]
  const known = details.filter((d) => d !== null && d !== '')
  lines.push(...indented(`${title} (${known.join(', ')})`, width, '      ').map(paint.dim))
  return lines
}

function switchTable(report: HistoryReport, paint: Paint, width: number): string[] {
  const columns = [
    { title: 'SWITCH' },
    { title: 'VALUE', gives: true },
    { title: 'SET BY', gives: true },
  ]
  const rows = report.switches.map(({ name, value, setBy }) => [
    name,
    Array.isArray(value) ? value.join(', ') || 'nothing' : String(value),
    setBy ?? '-',
  ])
  return renderTable(columns, rows, { width, paintTitle: paint.bold })
}
