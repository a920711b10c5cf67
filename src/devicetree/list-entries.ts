/**
 * The cells of a property that holds phandles, cut into entries: where each begins, which cell is
 * the phandle and what it names. One reading of lists, maps and interrupt maps, for printing and
 * for comparing.
 */
import { be32 } from './bytes.ts'
import { gicOf, PARTITION_CELLS } from './interrupt-specifiers.ts'
import type { DtNode, DtProperty } from './node.ts'
import { isOptionalCount } from './phandle-lists.ts'
import type { TreeReader } from './tree-reader.ts'

/** One entry. */
export interface ListEntry {
  /** Index of the first cell. */
  at: number
  /** Number of cells. */
  length: number
  /** Index of the phandle cell in the property; null where none is expected. */
  phandleAt: number | null
  /** The node it names; null for a hole and where no node has that phandle. */
  target: DtNode | null
  /** Why the entry cannot be used. It takes all cells that are left where its end is unknown. */
  problem?: string
}

/** Cuts one entry off; `left` cells remain from `at` on, at least one. */
type Cut = (cells: Cells, at: number, left: number) => ListEntry

/** Cells of a value, read in place. */
export interface Cells {
  /** Whole cells. */
  readonly count: number
  /** Unsigned. */
  cell(index: number): number
}

/** Reads a value as cells; bytes after the last whole cell are left out. */
export function cellsIn(value: Uint8Array): Cells {
  return { count: Math.floor(value.length / 4), cell: (index) => be32(value, index * 4) }
}

/** Most address plus interrupt cells that Linux takes (MAX_PHANDLE_ARGS, include/linux/of.h). */
export const MOST_ARGUMENTS = 16

/**
 * The entries of a property that is known to hold phandles, else null. A value that is no whole
 * number of cells has a broken entry at its end.
 */
export function listEntries(
  reader: TreeReader,
  node: DtNode,
  property: DtProperty,
): ListEntry[] | null {
  const cut = cutterOf(reader, node, property.name)
  if (cut === null) return null
  const cells = cellsIn(property.value)
  const entries: ListEntry[] = []
  for (let at = 0; at < cells.count; ) {
    const entry = cut(cells, at, cells.count - at)
    entries.push(entry)
    at += entry.length
  }
  if (property.value.length % 4 !== 0) {
    const problem = `${property.value.length} bytes: no whole number of cells`
    entries.push({ at: cells.count, length: 0, phandleAt: null, target: null, problem })
  }
  return entries
}

/**
 * True for `gpios` of a GPIO hog: lines of the controller that is its parent, without a phandle.
 * Documentation/devicetree/bindings/gpio/gpio.txt
 */
export function isHogLine(node: DtNode, name: string): boolean {
  return name === 'gpios' && node.has('gpio-hog')
}

function cutterOf(reader: TreeReader, node: DtNode, name: string): Cut | null {
  if (name === 'iommu-map' || name === 'msi-map') return mapCut(reader)
  if (name === 'interrupt-map') return interruptMapCut(reader, node)
  if (name === 'interrupts') return partitionCut(reader, node)
  const count = isHogLine(node, name) ? null : reader.argumentCells(name)
  return count === null ? null : listCut(reader, count)
}

function broken(at: number, left: number, target: DtNode | null, problem: string): ListEntry {
  return { at, length: left, phandleAt: at, target, problem }
}

const unknownPhandle = (phandle: number): string => `no node has phandle 0x${phandle.toString(16)}`

/** "1 is left", "3 are left". */
export const areLeft = (count: number): string => `${count} ${count === 1 ? 'is' : 'are'} left`

/** A phandle, then as many cells as its target says. See phandles.ts. */
function listCut(reader: TreeReader, count: string | number): Cut {
  return (cells, at, left) => {
    const phandle = cells.cell(at)
    if (phandle === 0) return { at, length: 1, phandleAt: at, target: null }
    const target = reader.tree.byPhandle(phandle)
    if (target === undefined) return broken(at, left, null, unknownPhandle(phandle))
    let length = typeof count === 'number' ? count : reader.u32(target, count)
    if (length === undefined && isOptionalCount(String(count))) length = 0
    if (length === undefined) return broken(at, left, target, `${target.path} has no ${count}`)
    if (length < left) return { at, length: 1 + length, phandleAt: at, target }
    const takes = `${target.path} takes ${length} cells, but ${areLeft(left - 1)}`
    return broken(at, left, target, takes)
  }
}

/** Cells of a row of iommu-map and msi-map; see ROW_CELLS of iommus.ts. */
const MAP_ROW = 4

/** First ID, phandle, first ID there, number of IDs. */
function mapCut(reader: TreeReader): Cut {
  return (cells, at, left) => {
    if (left < MAP_ROW) {
      const problem = `a row takes ${MAP_ROW} cells, but ${areLeft(left)}`
      return { at, length: left, phandleAt: null, target: null, problem }
    }
    const phandle = cells.cell(at + 1)
    const target = reader.tree.byPhandle(phandle) ?? null
    const row: ListEntry = { at, length: MAP_ROW, phandleAt: at + 1, target }
    return target === null ? { ...row, problem: unknownPhandle(phandle) } : row
  }
}

/** Cells in front of the phandle of an interrupt-map row: unit address and interrupt of a child. */
export function interruptMapChild(
  reader: TreeReader,
  node: DtNode,
): { address: number; interrupt: number } {
  // of_irq_parse_raw() looks for #address-cells upwards and then assumes 2.
  return {
    address: reader.inherited(node, '#address-cells') ?? 2,
    interrupt: reader.u32(node, '#interrupt-cells') ?? 1,
  }
}

/** A child's address and interrupt, phandle, address and interrupt at the parent. */
function interruptMapCut(reader: TreeReader, node: DtNode): Cut {
  const child = interruptMapChild(reader, node)
  const head = child.address + child.interrupt
  return (cells, at, left) => {
    const plain = { at, length: left, phandleAt: null, target: null }
    if (head > MOST_ARGUMENTS) return { ...plain, problem: `${head} cells of a child are too many` }
    if (left <= head) {
      const problem = `a row takes ${head} cells and a phandle, but ${areLeft(left)}`
      return { ...plain, problem }
    }
    const phandleAt = at + head
    const phandle = cells.cell(phandleAt)
    const target = reader.tree.byPhandle(phandle)
    const row = { ...plain, phandleAt, target: target ?? null }
    if (target === undefined) return { ...row, problem: unknownPhandle(phandle) }
    const interrupt = reader.u32(target, '#interrupt-cells')
    if (interrupt === undefined)
      return { ...row, problem: `${target.path} has no #interrupt-cells` }
    const tail = (reader.u32(target, '#address-cells') ?? 0) + interrupt
    if (tail > MOST_ARGUMENTS) return { ...row, problem: `${target.path} takes ${tail} cells` }
    if (tail < left - head) return { ...row, length: head + 1 + tail }
    const problem = `${target.path} takes ${tail} cells, but ${areLeft(left - head - 1)}`
    return { ...row, problem }
  }
}

/** The fourth cell of a GICv3 interrupt names the set of CPUs that a PPI belongs to. */
function partitionCut(reader: TreeReader, node: DtNode): Cut | null {
  const controller = reader.interruptParent(node)
  if (controller === null || gicOf(controller) === null) return null
  const size = reader.u32(controller, '#interrupt-cells')
  if (size !== PARTITION_CELLS) return null
  return (cells, at, left) => {
    if (left < size) {
      const problem = `${controller.path} takes ${size} cells, but ${areLeft(left)}`
      return { at, length: left, phandleAt: null, target: null, problem }
    }
    const phandleAt = at + size - 1
    const target = reader.tree.byPhandle(cells.cell(phandleAt)) ?? null
    return { at, length: size, phandleAt, target }
  }
}
