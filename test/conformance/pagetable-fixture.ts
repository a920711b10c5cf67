/** Tables to test with, and the answers of hardware and reference in the same terms. */
import { PhysicalMemory } from '../../src/base/memory.ts'
import type { FormatSpec, Protection, TablePages } from '../../src/pagetable/contract.ts'
import { createPageTable } from '../../src/pagetable/table.ts'
import { TableArena } from '../../src/pagetable/table-arena.ts'
import { walk } from '../../src/pagetable/walk.ts'
import type { ReferenceFormat } from '../reference/pagetable.ts'

export const tablesBase = 0x4000_0000
const tablesSize = 0x400_0000
export const rw: Protection = { read: true, write: true }

/** A fresh table in memory of its own. */
export function freshTable(format: FormatSpec, limitTables = Number.POSITIVE_INFINITY) {
  const memory = new PhysicalMemory([{ base: tablesBase, size: tablesSize }])
  const arena = new TableArena(memory, tablesBase, tablesSize)
  let left = limitTables
  const pages: TablePages = {
    allocate: (size) => (left-- > 0 ? arena.allocate(size) : null),
    free: (table, size) => arena.free(table, size),
  }
  const table = createPageTable(format, { memory, pages })
  const allowTables = (n: number) => {
    left = n
  }
  return { memory, arena, table, allowTables }
}

/** The reference's answer for one byte, in numbers; null is a fault. */
export function referenceWalk(
  reference: ReferenceFormat,
  memory: PhysicalMemory,
  root: number,
  iova: number,
) {
  const read = (at: bigint) => BigInt(memory.read32(Number(at)))
  const found = reference.walk(read, BigInt(root), BigInt(iova))
  if (found === null) return null
  return { address: Number(found.address), read: found.read, write: found.write }
}

/** The walker's answer in the same terms. */
export function hardwareWalk(
  format: FormatSpec,
  memory: PhysicalMemory,
  root: number,
  iova: number,
) {
  const found = walk(format, memory, root, iova)
  if (found.kind === 'fault') return null
  return { address: found.address, read: found.read, write: found.write }
}

/** The smallest step that a number takes exactly at the end of a format's address space. */
export function grainOf(format: FormatSpec): number {
  return Math.max(1, 2 ** (format.iovaBits - 53))
}

/** Where pages of one size are tried: both ends of the space and both sides of table borders. */
export function boundaryIovas(format: FormatSpec, size: number): number[] {
  const end = 2 ** format.iovaBits
  const borders = format.levels.map((level) => 2 ** level.shift)
  const all = [0, end - size, ...borders, ...borders.map((b) => b - size), end / 2, end / 2 - size]
  const aligned = all.filter((a) => a >= 0 && a + size <= end).map((a) => a - (a % size))
  return [...new Set(aligned)]
}
