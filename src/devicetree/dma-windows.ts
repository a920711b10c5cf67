/**
 * The way of a device's bus address up to memory: the `dma-ranges` of every bus. This is what the
 * hardware does, with all tuples of all levels; what a Linux release reads of it is another matter.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { DtNode } from './node.ts'
import { phandleArgs } from './phandles.ts'
import { type BusWindows, busWindows } from './ranges.ts'
import type { DeviceTree } from './tree.ts'

/** One bus on the way. */
export interface DmaLevel {
  bus: DtNode
  /** Path of the bus. */
  path: string
  /** What its `dma-ranges` says; an empty list when no whole tuple is in it. */
  windows: BusWindows
}

/** Which bus a node's DMA goes to; null past the last one. The tree parent unless said. */
export type DmaParent = (node: DtNode) => DtNode | null

/** Different ways to the same memory that are followed at once; boards have one or two. */
const MOST_ALIASES = 64
/** A chain of buses longer than any tree is deep goes in a circle. */
const MOST_LEVELS = 64

const treeParent: DmaParent = (node) => node.parent

/**
 * The bus that a node's DMA goes to: the provider of the interconnect named `dma-mem` where there
 * is one (Allwinner, Tegra), else the tree parent. __of_get_dma_parent(), drivers/of/address.c
 */
export function dmaParent(tree: DeviceTree): DmaParent {
  return (node) => {
    const index = node.strings('interconnect-names').indexOf('dma-mem')
    if (index < 0) return node.parent
    const entries = phandleArgs(tree, node, 'interconnects', '#interconnect-cells')
    return entries[index]?.provider ?? node.parent
  }
}

/**
 * Every bus from the node upwards, nearest first. The root, which has no bus above it, is listed
 * only when it has `dma-ranges` itself.
 */
export function dmaWindows(
  node: DtNode,
  parentOf: DmaParent = treeParent,
  diagnostics?: Diagnostic[],
): DmaLevel[] {
  const levels: DmaLevel[] = []
  for (let bus = parentOf(node); bus !== null; bus = parentOf(bus)) {
    if (levels.length >= MOST_LEVELS || (bus.parent === null && !bus.has('dma-ranges'))) break
    levels.push({ bus, path: bus.path, windows: busWindows(bus, 'dma-ranges', diagnostics) })
  }
  return levels
}

/**
 * The physical address that a bus address of the device reaches; null when it is outside every
 * window of a level. A level without (usable) `dma-ranges` passes addresses on unchanged.
 */
export function translateDma(
  node: DtNode,
  address: number,
  parentOf: DmaParent = treeParent,
): number | null {
  let at = address
  for (const { windows } of dmaWindows(node, parentOf)) {
    if (typeof windows === 'string' || windows.length === 0) continue
    const window = windows.find((w) => at >= w.child && at - w.child < w.size)
    if (window === undefined) return null
    at = at - window.child + window.parent
  }
  return at
}

/**
 * The bus address by which the device reaches a physical address: the first, in the order of the
 * tuples, that leads there through every level; null when none does.
 */
export function dmaAddressOf(
  node: DtNode,
  phys: number,
  parentOf: DmaParent = treeParent,
): number | null {
  let candidates = [phys]
  for (const { windows } of dmaWindows(node, parentOf).reverse()) {
    if (typeof windows === 'string' || windows.length === 0) continue
    const below = new Set<number>()
    for (const at of candidates) {
      for (const w of windows) {
        const inside = at >= w.parent && at - w.parent < w.size
        if (inside && below.size < MOST_ALIASES) below.add(at - w.parent + w.child)
      }
    }
    candidates = [...below]
  }
  return candidates[0] ?? null
}
