/** Numbers of any width in hexadecimal, straight from their cells: exact beyond 2^53 too. */
import type { Cells } from './list-entries.ts'

/** `0x` and the digits of `count` cells from index `at`, without leading zeros; `0x0` for none. */
export function exactHex(cells: Cells, at: number, count: number): string {
  let digits = ''
  for (let i = at; i < at + count; i++) {
    const cell = cells.cell(i)
    if (digits !== '') digits += cell.toString(16).padStart(8, '0')
    else if (cell !== 0) digits = cell.toString(16)
  }
  return `0x${digits === '' ? '0' : digits}`
}
