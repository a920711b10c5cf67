/** of_dma_get_range() of v3.18-v3.19: what Linux reads of `dma-ranges`. drivers/of/address.c */
import type { Iova, Phys } from '../base/addr.ts'
import { EINVAL, ENODEV, type Errno } from '../base/errno.ts'
import { type BusWindow, busWindows } from '../devicetree/ranges.ts'
import type { DtNode } from '../devicetree/tree.ts'

/** The first tuple of the first `dma-ranges` that is not empty. Bytes. */
export interface DmaRange {
  /** Where the window begins for the device. */
  dmaAddr: Iova
  /** Where that is in memory. */
  paddr: Phys
  size: number
  /** The bus whose property it is. */
  bus: DtNode
}

/**
 * From the node's parent upwards: an empty `dma-ranges` is 1:1 and the search goes on, a missing
 * one ends it with -ENODEV. -EINVAL when the window does not translate to a CPU address. Further
 * tuples are not read.
 */
export function ofDmaGetRange(node: DtNode): DmaRange | Errno {
  for (let bus = node.parent; bus !== null; bus = bus.parent) {
    const windows = busWindows(bus, 'dma-ranges')
    if (windows === 'absent') return -ENODEV
    if (windows === 'identity') continue
    const first = windows[0]
    if (first === undefined) return -EINVAL
    const paddr = toCpuAddress(node, first.child)
    if (paddr === null) return -EINVAL
    return { dmaAddr: first.child, paddr, size: first.size, bus }
  }
  return -ENODEV
}

/** of_translate_dma_address(): unlike hardware, it wants `dma-ranges` on every bus but the root. */
function toCpuAddress(node: DtNode, address: Iova): Phys | null {
  let at = address
  for (let bus = node.parent; bus !== null && bus.parent !== null; bus = bus.parent) {
    const windows = busWindows(bus, 'dma-ranges')
    if (windows === 'absent') return null
    if (windows === 'identity') continue
    const holds = (w: BusWindow): boolean => at >= w.child && at - w.child < w.size
    const window = windows.find(holds)
    if (window === undefined) return null
    at = at - window.child + window.parent
  }
  return at
}
