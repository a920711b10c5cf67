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
    // The last step repeats the reason, which stands above already.
    const what = step.what.replace(`: ${report.reason}`, '')
    lines.push('', ...renderStep({ ...step, what }, i + 1, report.chain.length, paint, room))
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
    if (isSaid(text, step)) continue
    lines.push(...indented(text, width, deeper).map(paint.dim))
  }
  return lines
}

/** True for a text that repeats what the sentence or the quoted line says. */
function isSaid(text: string, { what, tree }: WhyStep): boolean {
  if (text === '' || what.includes(text)) return true
  return tree !== undefined && (text === tree.node || text.includes(tree.text))
}

function quote({ node, property, text }: NonNullable<WhyStep['tree']>): string {
  const statement = text.includes('=') || text === property ? text : `${property} = ${text}`
  return `${node}: ${statement.replace(/;?$/, ';')}`
}
