/** `diff` for people: what changed for which device, and because of what. */
import type { DiffReport } from '../../analysis/contract.ts'
import type { Paint } from '../paint.ts'
import { indented } from '../wrap.ts'

/** Lines of a report. */
export function renderDiff(report: DiffReport, paint: Paint, width: number): string[] {
  const title = `${report.board}: ${report.from} -> ${report.to}`
  if (report.changed.length === 0) return [`${paint.bold(title)}: no device differs`]
  const lines = [paint.bold(title)]
  for (const { device, fields, because } of report.changed) {
    lines.push(`  ${device}`)
    const names = Object.keys(fields)
    const widest = Math.max(...names.map((name) => name.length))
    for (const [name, [before, after]] of Object.entries(fields)) {
      const text = `${show(before)} -> ${show(after)}`
      const head = `    ${name.padEnd(widest)}  `
      lines.push(...indented(text, width, head, ' '.repeat(head.length)))
    }
    if (because.length === 0) continue
    const text = `because of ${because.join(', ')}`
    lines.push(...indented(text, width, '    ', '      ').map(paint.dim))
  }
  const count = report.changed.length
  lines.push(`  ${count} ${count === 1 ? 'device differs' : 'devices differ'}`)
  return lines
}

/** A value of a report in one line. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(show).join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${show(inner)}`)
    .join(' ')
}
