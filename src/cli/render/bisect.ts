/** `bisect` for people: the answer first, then how it was found. */
import type { BisectReport } from '../../analysis/contract.ts'
import { type Paint, paintVerdict } from '../paint.ts'
import { renderTable } from '../table.ts'
import { indented } from '../wrap.ts'

/** `ID — title (author, date, commit)`; what is unknown is left out. */
export function changeLine({ id, title, author, date, commit }: BisectReport['change']): string {
  const details = [author, date, commit].filter((d) => d !== null && d !== '')
  return `${id} — ${title}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
}

/** What the last step did: it put a change in, or took one out. */
function headline({ change, steps }: BisectReport): string {
  const line = changeLine(change)
  const removed = steps.at(-1)?.kernel.endsWith(`~${change.id}`) === true
  return removed ? `first bad step: without ${line}` : `first bad change: ${line}`
}

/** Lines of a report. */
export function renderBisect(report: BisectReport, paint: Paint, width: number): string[] {
  const { change, good, bad, device, alsoTurned, steps } = report
  const lines = indented(headline(report), width, '', '  ')
  lines[0] = paint.bold(lines[0] as string)
  if (change.release === null) lines.push('  in no release')
  lines.push('', ...indented(report.reason, width, '  '))
  lines.push('', `  ${device} on ${report.board}: good in ${good}, bad in ${bad}`)
  if (alsoTurned.length > 0) {
    const text = `turned by the same two kernels: ${alsoTurned.join(', ')}`
    lines.push(...indented(text, width, '  ', '    '))
  }
  const rows = steps.map(({ kernel, verdict }, i) => [
    paintVerdict(paint, verdict, false),
    shortStep(kernel, steps[i - 1]?.kernel),
  ])
  const columns = [{ title: 'VERDICT' }, { title: 'KERNEL', gives: true }]
  const style = { width, indent: '  ', paintTitle: paint.bold }
  if (rows.length > 0) lines.push('', ...renderTable(columns, rows, style))
  return lines
}

/** A spec that only adds to the one before is shown by what it adds. */
function shortStep(kernel: string, before: string | undefined): string {
  if (before === undefined || !kernel.startsWith(before)) return kernel
  const added = kernel.slice(before.length)
  return /^[+~]/.test(added) ? `  ${added}` : kernel
}
