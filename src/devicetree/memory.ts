/**
 * RAM, and what of it is set apart: memory nodes, /reserved-memory and /memreserve/ entries.
 * drivers/of/fdt.c, drivers/of/of_reserved_mem.c
 */
import { hex } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { isAvailable } from './availability.ts'
import { addressCells, numberInCells, sizeCells } from './cells.ts'
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'

/** A range of RAM, bytes. */
export interface MemoryRange {
  base: number
  /** 0 in trees that leave the size to the boot loader. */
  size: number
  node: DtNode
}

/** Memory set apart, bytes: one entry for each range. */
export interface ReservedRange {
  /** Where it is; null for a region that Linux places itself. */
  base: number | null
  size: number
  /** The node under /reserved-memory; null for a /memreserve/ entry. */
  node: DtNode | null
  /** The kernel does not even map it. */
  noMap: boolean
  /** The kernel may use it for movable pages until its owner wants it. */
  reusable: boolean
  compatible: readonly string[]
  /** Alignment of a region that Linux places, bytes; null when it does not say. */
  alignment: number | null
  /** Where Linux may place it; empty for anywhere. */
  allocRanges: readonly { base: number; size: number }[]
}

/**
 * Ranges of the root's available children with device_type "memory", in document order:
 * `linux,usable-memory` where there is one, else `reg`. early_init_dt_scan_memory(). Linux before
 * v5.17 looks at deeper nodes too, and before v5.19 at disabled ones; no board is known to differ.
 */
export function memoryRanges(tree: DeviceTree, diagnostics?: Diagnostic[]): MemoryRange[] {
  const ranges: MemoryRange[] = []
  for (const node of tree.root.children) {
    if (node.string('device_type') !== 'memory' || !isAvailable(node)) continue
    const property = node.has('linux,usable-memory') ? 'linux,usable-memory' : 'reg'
    for (const { base, size } of rangesOf(tree, node, property, diagnostics)) {
      ranges.push({ base, size, node })
    }
  }
  return ranges
}

/**
 * Reserved memory: /memreserve/ entries, then the available children of /reserved-memory in
 * document order. A child with `reg` has one entry a range, one with `size` one entry that Linux
 * places. Linux ignores the whole node when its cell counts differ from the root's or it has no
 * `ranges` (__reserved_mem_check_root()): then, with a warning in `diagnostics`, so is it here.
 */
export function reservedMemory(tree: DeviceTree, diagnostics?: Diagnostic[]): ReservedRange[] {
  const plain = { noMap: false, reusable: false, compatible: [], alignment: null, allocRanges: [] }
  const reserved: ReservedRange[] = []
  for (const { address, size } of tree.reservations) {
    if (Number.isSafeInteger(address + size)) {
      reserved.push({ base: address, size, node: null, ...plain })
    } else warn(diagnostics, '/', '/memreserve/', address)
  }
  const parent = tree.root.child('reserved-memory')
  if (parent === undefined) return reserved
  const problem = ignoredBecause(tree.root, parent)
  if (problem !== null) {
    diagnostics?.push({ severity: 'warning', message: problem, at: { path: parent.path } })
    return reserved
  }
  for (const node of parent.children) {
    if (isAvailable(node)) reserved.push(...reservedBy(tree, node, diagnostics))
  }
  return reserved
}

function ignoredBecause(root: DtNode, node: DtNode): string | null {
  const same =
    node.u32('#address-cells') === addressCells(root) && node.u32('#size-cells') === sizeCells(root)
  if (!same) return 'cell counts differ from those of the root: Linux ignores the node'
  return node.has('ranges') ? null : 'no ranges: Linux ignores the node'
}

function reservedBy(tree: DeviceTree, node: DtNode, diagnostics?: Diagnostic[]): ReservedRange[] {
  const common = {
    node,
    noMap: node.has('no-map'),
    reusable: node.has('reusable'),
    compatible: node.compatible,
    alignment: length(tree, node, 'alignment'),
    allocRanges: rangesOf(tree, node, 'alloc-ranges', diagnostics),
  }
  if (node.has('reg')) {
    return rangesOf(tree, node, 'reg', diagnostics).map((range) => ({ ...range, ...common }))
  }
  const size = length(tree, node, 'size')
  return size === null ? [] : [{ base: null, size, ...common }]
}

/** A property that holds one size in the root's size cells. */
function length(tree: DeviceTree, node: DtNode, property: string): number | null {
  const cells = node.cells(property)
  const count = sizeCells(tree.root)
  if (cells === undefined || cells.length !== count || count === 0) return null
  const value = numberInCells(cells, 0, count)
  return Number.isSafeInteger(value) ? value : null
}

/** Base and size pairs, in the root's cells as Linux reads them this early. */
function rangesOf(
  tree: DeviceTree,
  node: DtNode,
  property: string,
  diagnostics?: Diagnostic[],
): { base: number; size: number }[] {
  const cells = node.cells(property) ?? []
  const baseCells = addressCells(tree.root)
  const row = baseCells + sizeCells(tree.root)
  const ranges: { base: number; size: number }[] = []
  for (let at = 0; row > 0 && at + row <= cells.length; at += row) {
    const base = numberInCells(cells, at, baseCells)
    const size = numberInCells(cells, at + baseCells, row - baseCells)
    if (Number.isSafeInteger(base + size)) ranges.push({ base, size })
    else warn(diagnostics, node.path, property, base)
  }
  return ranges
}

function warn(
  diagnostics: Diagnostic[] | undefined,
  path: string,
  property: string,
  base: number,
): void {
  diagnostics?.push({
    severity: 'warning',
    message: `a range at ${hex(base)} reaches beyond 2^53 and is left out`,
    at: { path, property },
  })
}
