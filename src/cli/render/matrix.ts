/** `matrix` for people: a table device x kernel for each board. */
import type { MatrixReport, Verdict } from '../../analysis/contract.ts'
import { type Paint, paintVerdict } from '../paint.ts'
import { type Column, renderTable } from '../table.ts'
import { indented } from '../wrap.ts'
import { allAssumed } from './footnote.ts'

/** One device's verdicts. */
export type MatrixRow = MatrixReport['rows'][number]

const LONGEST_VERDICT = 'not-exercised*'.length
const GAP = 2

/** Lines of a report. */
export function renderMatrix(report: MatrixReport, paint: Paint, width: number): string[] {
  const { kernels, rows } = report
  if (rows.length === 0) return ['no device is exercised on any of these kernels']
  const heads = kernelHeads(kernels, rows, width)
  const lines = [...heads.legend]
  if (lines.length > 0) lines.push('')
  const devices = Math.max(...rows.map((r) => shortDevice(r.device).length))
  for (const [board, group] of byBoard(rows)) {
    const cells = group.map((r) => [shortDevice(r.device).padEnd(devices), ...verdicts(r, paint)])
    const columns: Column[] = [{ title: 'DEVICE' }, ...heads.titles.map((title) => ({ title }))]
    lines.push(paint.bold(board))
    lines.push(...renderTable(columns, cells, { width, indent: '  ', paintTitle: paint.bold }))
    const note = boardFootnote(group, heads.names)
    if (note !== null) lines.push(...indented(note, width, '  ', '    '))
    lines.push('')
  }
  lines.pop()
  return lines
}

/** Rows of each board, in the order given. */
export function byBoard(rows: readonly MatrixRow[]): Map<string, MatrixRow[]> {
  const groups = new Map<string, MatrixRow[]>()
  for (const row of rows) {
    const group = groups.get(row.board)
    if (group === undefined) groups.set(row.board, [row])
    else group.push(row)
  }
  return groups
}

/** The last part of a path: `/soc/vop@ff930000` -> `vop@ff930000`. */
export function shortDevice(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The cells of a row. */
export function verdicts(row: MatrixRow, paint: Paint): string[] {
  return row.verdicts.map((verdict: Verdict, i) =>
    paintVerdict(paint, verdict, (row.assumed[i]?.length ?? 0) > 0),
  )
}

/**
 * One footnote for a board: `* added, because the release lacks it: to v3.18 a, b; to v3.19 b`, or
 * just `a, b` where every kernel got the same. Null when nothing was added. `names` are what the
 * kernels are called in the table.
 */
export function boardFootnote(rows: readonly MatrixRow[], names: readonly string[]): string | null {
  const byChanges = new Map<string, string[]>()
  names.forEach((name, i) => {
    const changes = allAssumed(rows.map((r) => r.assumed[i] ?? [])).join(', ')
    if (changes === '') return
    byChanges.set(changes, [...(byChanges.get(changes) ?? []), name])
  })
  if (byChanges.size === 0) return null
  const parts = [...byChanges].map(([changes, to]) =>
    to.length === names.length ? changes : `to ${inWords(to)} ${changes}`,
  )
  return `* added, because the release lacks it: ${parts.join('; ')}`
}

/** `a, b and c`. */
function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** Kernels by their release alone where that tells them apart. */
export function releaseNames(kernels: readonly string[]): readonly string[] {
  const short = kernels.map((kernel) => kernel.replace(/[+~].*/, ''))
  return new Set(short).size === kernels.length ? short : kernels
}

/** Column titles: the kernels, or `[1]`, `[2]`... and a legend where their names are too long. */
function kernelHeads(kernels: readonly string[], rows: readonly MatrixRow[], width: number) {
  const device = Math.max(...rows.map((r) => shortDevice(r.device).length))
  const wide = kernels.reduce((sum, k) => sum + Math.max(k.length, LONGEST_VERDICT) + GAP, device)
  if (wide + GAP <= width) return { titles: kernels, names: releaseNames(kernels), legend: [] }
  const numbers = kernels.map((_, i) => `[${i + 1}]`)
  return {
    titles: numbers,
    names: numbers,
    legend: kernels.map((kernel, i) => `[${i + 1}] ${kernel}`),
  }
}
