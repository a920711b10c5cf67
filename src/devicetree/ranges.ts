/** `ranges` and `dma-ranges`: the windows between a bus and the bus above it. */
import { hex } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { addressCells, numberInCells, sizeCells } from './cells.ts'
import type { DtNode } from './node.ts'

/** One tuple: `size` bytes at `child` on the bus are `size` bytes at `parent` above it. */
export interface BusWindow {
  child: number
  parent: number
  /** Bytes; cut to 2^53 - 1. */
  size: number
  /** First cell of a child address of three cells (PCI: phys.hi) or of an ISA one, else null. */
  flags: number | null
  /** First cell of a parent address of three cells, else null. */
  parentFlags: number | null
}

/** `identity`: an empty property, 1:1. `absent`: no property. */
export type BusWindows = readonly BusWindow[] | 'identity' | 'absent'

/** Most cells of an address in Linux (OF_MAX_ADDR_CELLS, drivers/of/address.c). */
const MAX_ADDRESS_CELLS = 4

/** What an address on a bus selects. PCI and ISA have several spaces, told apart by flags. */
export type Space = 'memory' | 'io' | 'config'

/**
 * The space that the flags of an address on this bus stand for. Null flags, and buses that are
 * neither PCI nor ISA, mean memory.
 */
export function spaceOf(bus: DtNode, flags: number | null): Space {
  if (flags === null) return 'memory'
  if (bus.baseName === 'isa') return flags % 2 === 1 ? 'io' : 'memory'
  if (!isPci(bus)) return 'memory'
  const code = (flags >>> 24) & 3
  return code === 0 ? 'config' : code === 1 ? 'io' : 'memory'
}

/** As of_bus_pci_match() tells, with node names for blobs that lack `device_type`. */
function isPci(bus: DtNode): boolean {
  const type = bus.string('device_type')
  if (type === 'pci' || type === 'pciex' || type === 'vci') return true
  return bus.baseName === 'pci' || bus.baseName === 'pcie'
}

/** True when the first cell of an address on this bus is flags and no part of the number. */
export function hasFlags(bus: DtNode): boolean {
  const cells = addressCells(bus)
  return cells === 3 || (cells === 2 && bus.baseName === 'isa')
}

/**
 * The tuples of a bus. Cells after the last whole tuple are left out, as in Linux; a property in
 * which no tuple fits, or whose cell counts make no sense, yields an empty list. A tuple with an
 * address beyond 2^53 is left out, with a warning added to `diagnostics`.
 */
export function busWindows(
  bus: DtNode,
  property: 'ranges' | 'dma-ranges',
  diagnostics?: Diagnostic[],
): BusWindows {
  const value = bus.prop(property)?.value
  if (value === undefined) return 'absent'
  if (value.length === 0) return 'identity'
  const childCells = addressCells(bus)
  const parentCells = bus.parent === null ? childCells : addressCells(bus.parent)
  const lengthCells = sizeCells(bus)
  const cells = bus.cells(property)
  if (cells === undefined || !hasUsableCells(bus)) return []
  const flagged = hasFlags(bus)
  const parentFlagged = bus.parent !== null && hasFlags(bus.parent)
  const row = childCells + parentCells + lengthCells
  const windows: BusWindow[] = []
  for (let at = 0; at + row <= cells.length; at += row) {
    const skip = flagged ? 1 : 0
    const parentSkip = parentFlagged ? 1 : 0
    const child = numberInCells(cells, at + skip, childCells - skip)
    const parent = numberInCells(cells, at + childCells + parentSkip, parentCells - parentSkip)
    const size = numberInCells(cells, at + childCells + parentCells, lengthCells)
    if (!Number.isSafeInteger(child) || !Number.isSafeInteger(parent)) {
      diagnostics?.push({
        severity: 'warning',
        message: `a window at ${hex(child)} on ${hex(parent)} is beyond 2^53 and left out`,
        at: { path: bus.path, property },
      })
      continue
    }
    windows.push({
      child,
      parent,
      size: Math.min(size, Number.MAX_SAFE_INTEGER),
      flags: flagged ? cells[at]! : null,
      parentFlags: parentFlagged ? cells[at + childCells]! : null,
    })
  }
  return windows
}

/** OF_CHECK_COUNTS of drivers/of/address.c: without a size cell nothing is translated. */
export function hasUsableCells(bus: DtNode): boolean {
  const cells = addressCells(bus)
  return cells > 0 && cells <= MAX_ADDRESS_CELLS && sizeCells(bus) > 0
}
