/** Plain aligned tables: no frames, so that they survive a mail and a `grep`. */
import { padEnd, padStart, visibleLength, wrap } from './wrap.ts'

/** One column. */
export interface Column {
  title: string
  align?: 'left' | 'right'
  /** This column gives way when the table is wider than the line: its cells are wrapped. */
  gives?: boolean
}

/** What else a table can have. */
export interface TableStyle {
  /** Characters a line. */
  width: number
  /** In front of every line. */
  indent?: string
  /** Applied to the titles, e.g. bold. */
  paintTitle?: (text: string) => string
}

const GAP = 2
const NARROWEST_CELL = 12

/** Widths of the columns, with the giving ones narrowed (widest first) until the lines fit. */
function widthsOf(columns: readonly Column[], rows: readonly string[][], room: number): number[] {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => visibleLength(row[i] ?? ''))),
  )
  const total = () => widths.reduce((sum, w) => sum + w, GAP * (columns.length - 1))
  while (total() > room) {
    let widest = -1
    columns.forEach((column, i) => {
      if (!column.gives || widths[i]! <= NARROWEST_CELL) return
      if (widest < 0 || widths[i]! > widths[widest]!) widest = i
    })
    if (widest < 0) break
    widths[widest] = Math.max(NARROWEST_CELL, widths[widest]! - (total() - room))
  }
  return widths
}

/** One row as lines: as many as its longest wrapped cell has. */
function rowLines(
  columns: readonly Column[],
  widths: readonly number[],
  cells: string[],
): string[] {
  const wrapped = columns.map((column, i) => {
    const cell = cells[i] ?? ''
    return column.gives && visibleLength(cell) > widths[i]! ? wrap(cell, widths[i]!) : [cell]
  })
  const height = Math.max(...wrapped.map((lines) => lines.length))
  const lines: string[] = []
  for (let y = 0; y < height; y++) {
    const parts = columns.map((column, i) => {
      const text = wrapped[i]![y] ?? ''
      return column.align === 'right' ? padStart(text, widths[i]!) : padEnd(text, widths[i]!)
    })
    lines.push(parts.join(' '.repeat(GAP)).trimEnd())
  }
  return lines
}

/**
 * Lines of a table. A row may be followed by a note, which is printed below it as it is.
 *
 * @example
 * renderTable([{ title: 'A' }, { title: 'B' }], [['x', 'y']], { width: 80 }) // ['A  B', 'x  y']
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly string[][],
  style: TableStyle,
  notes: readonly (readonly string[])[] = [],
): string[] {
  const indent = style.indent ?? ''
  const widths = widthsOf(columns, rows, style.width - indent.length)
  const titles = columns.map((c) => (style.paintTitle ?? String)(c.title))
  const lines = rowLines(
    columns.map(({ title, align }) => ({ title, align })),
    widths,
    titles,
  )
  rows.forEach((row, i) => {
    lines.push(...rowLines(columns, widths, row), ...(notes[i] ?? []))
  })
  return lines.map((line) => indent + line)
}
