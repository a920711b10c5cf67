/** `reg`, `ranges` and `dma-ranges` in words. drivers/of/address.c; PCI: IEEE 1275 PCI binding 2.2.1 */
import { hex } from '../base/addr.ts'
import { numberInCells } from './cells.ts'
import { exactHex } from './exact-hex.ts'
import type { Cells } from './list-entries.ts'
import type { DtNode } from './node.ts'
import { inRows, named, type PropertyReader } from './property-place.ts'
import { spaceOf } from './ranges.ts'
import type { TreeReader } from './tree-reader.ts'

/** Buses with more windows are not searched: a hostile tree would make every `reg` slow. */
const MOST_WINDOWS = 1000

/** As hasFlags() of ranges.ts, for counts that are known already. */
function flagCells(bus: DtNode, count: number): number {
  return count === 3 || (count === 2 && bus.baseName === 'isa') ? 1 : 0
}

/** The space in words; null for buses that have one only. */
function spaceName(bus: DtNode, flags: number | null): string | null {
  if (flags === null) return null
  const space = spaceOf(bus, flags)
  const code = (flags >>> 24) & 3
  if (space !== 'memory' || bus.baseName === 'isa' || code < 2) return space
  const prefetchable = ((flags >>> 30) & 1) === 1 ? 'prefetchable ' : ''
  return `${code === 3 ? '64-bit ' : ''}${prefetchable}memory`
}

/** `reg` and its like: address and size on the parent's bus. */
export const readReg: PropertyReader = (place) => {
  const { reader, node } = place
  const bus = node.parent
  if (bus === null) return []
  const count = reader.addressCells(bus)
  const sizes = reader.sizeCells(bus)
  const skip = flagCells(bus, count)
  const entries = inRows(place, count + sizes, (cells, at) => {
    const flags = skip === 1 ? cells.cell(at) : null
    const space = spaceName(bus, flags)
    const address = exactHex(cells, at + skip, count - skip)
    const size = sizes === 0 ? null : exactHex(cells, at + count, sizes)
    const entry = { kind: 'reg' as const, address, size, space }
    if (size === null || space === 'config') return entry
    const cpuAddress = toCpu(reader, bus, numberAt(cells, at + skip, count - skip), flags)
    return cpuAddress === undefined ? entry : { ...entry, cpuAddress }
  })
  return named(place, 'reg-names', entries)
}

function numberAt(cells: Cells, at: number, count: number): number {
  const last = Math.min(count, 2)
  const pair = Array.from({ length: last }, (_, i) => cells.cell(at + count - last + i))
  return numberInCells(pair, 0, last)
}

/** See translateAddress of addresses.ts; undefined where a bus has too many windows to search. */
function toCpu(
  reader: TreeReader,
  from: DtNode,
  address: number,
  flags: number | null,
): string | null | undefined {
  let at = address
  let space = spaceOf(from, flags)
  for (let bus = from; bus.parent !== null; bus = bus.parent) {
    const windows = reader.ranges(bus)
    if (windows === 'absent') return null
    if (windows === 'identity') continue
    if (windows.length > MOST_WINDOWS) return undefined
    const here = bus
    const window = windows.find(
      (w) => at >= w.child && at - w.child < w.size && spaceOf(here, w.flags) === space,
    )
    if (window === undefined) return null
    at = at - window.child + window.parent
    space = spaceOf(bus.parent, window.parentFlags)
  }
  return Number.isSafeInteger(at) ? hex(at) : null
}

/** `ranges` and `dma-ranges`. */
export const readWindows: PropertyReader = (place) => {
  const { reader, node, property } = place
  if (property.value.length === 0) {
    return [{ kind: 'remark', text: 'addresses pass unchanged (1:1)' }]
  }
  const child = reader.addressCells(node)
  const parent = node.parent === null ? child : reader.addressCells(node.parent)
  const sizes = reader.sizeCells(node)
  const skip = flagCells(node, child)
  const parentSkip = node.parent === null ? 0 : flagCells(node.parent, parent)
  return inRows(place, child + parent + sizes, (cells, at) => {
    const flags = skip === 1 ? cells.cell(at) : null
    return {
      kind: 'window',
      child: exactHex(cells, at + skip, child - skip),
      parent: exactHex(cells, at + child + parentSkip, parent - parentSkip),
      size: exactHex(cells, at + child + parent, sizes),
      flags: flags === null ? null : hex(flags),
      space: spaceName(node, flags),
    }
  })
}
