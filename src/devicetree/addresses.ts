/**
 * `reg`, and the way from an address on a bus up to the address that the CPU uses.
 * drivers/of/address.c, __of_translate_address()
 */
import { hex } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { addressCells, numberInCells, sizeCells } from './cells.ts'
import type { DtNode } from './node.ts'
import { busWindows, hasFlags, hasUsableCells, spaceOf } from './ranges.ts'

export { addressCells, sizeCells } from './cells.ts'
export {
  type DmaLevel,
  type DmaParent,
  dmaAddressOf,
  dmaWindows,
  translateDma,
} from './dma-windows.ts'

/** One entry of `reg`, in bytes, as seen on the node's own bus. */
export interface RegEntry {
  address: number
  size: number
}

/** An entry with what only translation needs. */
interface FlaggedEntry extends RegEntry {
  /** First cell of a PCI or ISA address, else null. */
  flags: number | null
}

/**
 * Entries of `reg`, addresses in the space of the parent bus. Without size cells every size is 0.
 * An entry beyond 2^53 is left out, with a warning added to `diagnostics`.
 */
export function regs(node: DtNode, diagnostics?: Diagnostic[]): RegEntry[] {
  const entries: RegEntry[] = []
  for (const { address, size } of flaggedEntries(node)) {
    if (Number.isSafeInteger(address) && Number.isSafeInteger(address + size)) {
      entries.push({ address, size })
      continue
    }
    diagnostics?.push({
      severity: 'warning',
      message: `an entry at ${hex(address)} reaches beyond 2^53 and is left out`,
      at: { path: node.path, property: 'reg' },
    })
  }
  return entries
}

function flaggedEntries(node: DtNode): FlaggedEntry[] {
  const cells = node.cells('reg') ?? []
  const bus = node.parent
  if (bus === null) return []
  const addressLength = addressCells(bus)
  const row = addressLength + sizeCells(bus)
  const flagged = hasFlags(bus)
  const skip = flagged ? 1 : 0
  const entries: FlaggedEntry[] = []
  for (let at = 0; row > 0 && at + row <= cells.length; at += row) {
    entries.push({
      address: numberInCells(cells, at + skip, addressLength - skip),
      size: numberInCells(cells, at + addressLength, row - addressLength),
      flags: flagged ? cells[at]! : null,
    })
  }
  return entries
}

/**
 * The CPU address of an address on the node's bus: through the `ranges` of every bus up to the
 * root. Null when a bus on the way has no `ranges` or no tuple holds the address. On PCI and ISA
 * it is taken as an address of memory space.
 */
export function translateAddress(node: DtNode, address: number): number | null {
  return translate(node, address, null)
}

/** The CPU address of entry `index` of `reg`; null when there is none or it does not translate. */
export function translatedReg(node: DtNode, index: number): number | null {
  const entry = flaggedEntries(node)[index]
  return entry === undefined ? null : translate(node, entry.address, entry.flags)
}

function translate(node: DtNode, address: number, flags: number | null): number | null {
  let at = address
  let bus = node.parent
  if (bus === null || !hasUsableCells(bus)) return null
  let space = spaceOf(bus, flags)
  for (; bus.parent !== null; bus = bus.parent) {
    const windows = busWindows(bus, 'ranges')
    if (windows === 'absent' || !hasUsableCells(bus.parent)) return null
    if (windows === 'identity') continue
    const here: DtNode = bus
    const window = windows.find(
      (w) => at >= w.child && at - w.child < w.size && spaceOf(here, w.flags) === space,
    )
    if (window === undefined) return null
    at = at - window.child + window.parent
    space = spaceOf(bus.parent, window.parentFlags)
  }
  return Number.isSafeInteger(at) ? at : null
}
