/**
 * The bits of a word as a drawing in plain characters, highest bits first: a cell a field, as wide
 * as its name needs, in as many bands as the line asks for. For terminals and for Markdown alike.
 */
import type { WordRow } from '../base/word.ts'

/** A field, or bits that no row names. */
export interface BitCell {
  hi: number
  lo: number
  /** Null: no row has these bits. */
  row: WordRow | null
}

/** Every bit of a word of `size` bits once, highest first. */
export function bitCells(rows: readonly WordRow[], size: number): BitCell[] {
  const cells: BitCell[] = []
  let above = size
  for (const row of [...rows].sort((a, b) => b.hi - a.hi)) {
    if (row.hi < above - 1) cells.push({ hi: above - 1, lo: row.hi + 1, row: null })
    cells.push({ hi: row.hi, lo: row.lo, row })
    above = row.lo
  }
  if (above > 0) cells.push({ hi: above - 1, lo: 0, row: null })
  return cells
}

/** `31:12`, or `7` for a single bit. */
export function bitRange({ hi, lo }: { hi: number; lo: number }): string {
  return hi === lo ? `${hi}` : `${hi}:${lo}`
}

/** What stands in a cell; of an address that is not in place, which of its bits these are. */
function label({ row }: BitCell): string {
  if (row === null) return '-'
  if (row.kind !== 'address' || row.from === row.lo) return row.name
  return `${row.name} ${bitRange({ hi: row.from + row.hi - row.lo, lo: row.from })}`
}

/** Inner width of a cell. */
const widthOf = (cell: BitCell) => Math.max(label(cell).length, bitRange(cell).length) + 2

/** Cells side by side, lines of them at most `width` long unless one alone is longer. */
function bandsOf(cells: readonly BitCell[], width: number): BitCell[][] {
  const bands: BitCell[][] = []
  let used = width
  for (const cell of cells) {
    const own = widthOf(cell) + 1
    const band = bands.at(-1)
    if (band === undefined || used + own > width) {
      bands.push([cell])
      used = 1 + own
    } else {
      band.push(cell)
      used += own
    }
  }
  return bands
}

function bandLines(band: readonly BitCell[]): string[] {
  const widths = band.map(widthOf)
  const line = (texts: readonly string[], mark: string) =>
    `${mark}${texts.map((text, i) => ` ${text}`.padEnd(widths[i] ?? 0)).join(mark)}${mark}`
  const rule = `+${widths.map((w) => '-'.repeat(w)).join('+')}+`
  return [line(band.map(bitRange), ' ').trimEnd(), rule, line(band.map(label), '|'), rule]
}

/** The drawing, lines of at most `width` characters where names allow it. */
export function bitDiagram(rows: readonly WordRow[], size: number, width = 80): string[] {
  return bandsOf(bitCells(rows, size), width).flatMap(bandLines)
}
