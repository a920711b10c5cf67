/** `why` for people: the chain of causes as numbered sentences, like a maintainer's mail. */
import type { WhyReport, WhyStep } from '../../analysis/contract.ts'
import { type Paint, paintVerdict } from '../paint.ts'
import { indented } from '../wrap.ts'
import { footnote } from './footnote.ts'

/** Mail is read in 75 columns. */
const MAIL_WIDTH = 75

/** Lines of a report. */
export function renderWhy(report: WhyReport, paint: Paint, width: number): string[] {
  const room = Math.min(width, MAIL_WIDTH)
  const verdict = paintVerdict(paint, report.verdict, report.assumed.length > 0)
  const lines = [
    `${paint.bold(report.device)} on ${report.board}, ${report.kernel}: ${verdict}`,
    '',
    ...indented(report.reason, room, ''),
  ]
  report.chain.forEach((step, i) => {
    lines.push('', ...renderStep(step, i + 1, report.chain.length, paint, room))
  })
  const note = footnote(report.assumed, 'the release')
  if (note !== null) lines.push('', ...indented(note, room, '', '  '))
  return lines
}

function renderStep(
  step: WhyStep,
  number: number,
  count: number,
  paint: Paint,
  width: number,
): string[] {
  const digits = String(count).length
  const margin = ' '.repeat(digits + 2)
  const lines = indented(step.what, width, `${String(number).padStart(digits)}. `, margin)
  const deeper = `${margin}    `
  // A line of a device tree is quoted as it is, however long.
  if (step.tree !== undefined) lines.push(deeper + quote(step.tree))
  for (const text of [step.cause, step.source]) {
    if (text === '' || step.what.includes(text)) continue
    lines.push(...indented(text, width, deeper).map(paint.dim))
  }
  return lines
}

function quote({ node, property, text }: NonNullable<WhyStep['tree']>): string {
  const statement = text.includes('=') || text === property ? text : `${property} = ${text}`
  return `${node}: ${statement.replace(/;?$/, ';')}`
}
