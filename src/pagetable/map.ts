/** Mapping: descent with allocation, the check for what is there, and the run of entries. */
import type { Iova, Phys } from '../base/addr.ts'
import { ENOMEM, type Errno } from '../base/errno.ts'
import { type LeafLayout, offsetWithin, type SizeLayout } from './layout.ts'
import { EMPTY, LEAF, TABLE } from './kind-table.ts'
import type { Tree } from './tree.ts'

/** What one run tells besides its Errno. One object a page table, reused. */
export interface MapOutcome {
  /** Pages mapped by the run. */
  pages: number
  /** True when a table was installed. */
  installed: boolean
  /** Where something mapped was met. */
  conflict: Iova | null
}

/**
 * Maps up to `count` pages in the one table that holds the first of them, none where the first
 * does not fit. Arguments are checked and the leaf's attributes for `bits` learned by the caller.
 */
export function mapRun(
  tree: Tree,
  iova: Iova,
  address: Phys,
  size: SizeLayout,
  count: number,
  bits: number,
  outcome: MapOutcome,
): Errno {
  const { leaf } = size
  const { levels } = tree.layout
  const { rules } = tree
  outcome.pages = 0
  outcome.conflict = null
  let table = tree.root
  for (let level = 0; level < leaf.level; level++) {
    const { scale, indexMask } = levels[level]!
    const at = tree.at(table, (iova * scale) & indexMask)
    tree.load(at)
    const kind = tree.kind(level)
    if (kind === TABLE) {
      if (rules.rewritesLinks) tree.written += tree.stride
      table = tree.nextTable(level)
      continue
    }
    if (kind === LEAF) {
      if (rules.rewritesBlocks) tree.written += tree.stride
      if (rules.mapUnderLeaf !== 0) {
        outcome.conflict = iova
        tree.warnings++
        return rules.mapUnderLeaf
      }
      const { span } = levels[level]!
      const leaf = tree.leaf(level)
      if (rules.clearsPageAbove && leaf.entries > 1) {
        const index = (iova * scale) & indexMask
        tree.clearRun(table, level, index - (index % leaf.entries), leaf.entries)
        tree.tlb?.page(iova - offsetWithin(iova, leaf.size), leaf.size, 1)
      } else tree.tlb?.page(iova - offsetWithin(iova, span), span, 1)
    }
    const installed = tree.install(at, level + 1)
    if (installed === null) return -ENOMEM
    table = installed
    if (rules.linksTruncate) {
      tree.load(at)
      table = tree.nextTable(level)
    }
    outcome.installed = true
  }
  const { scale, indexMask, entries, span } = levels[leaf.level]!
  const first = (iova * scale) & indexMask
  const fit = Math.floor((entries - first) / size.entries)
  const total = Math.min(count, fit) * size.entries
  let free = 0
  let refusal: Errno = 0
  for (; free < total; free++) {
    refusal = makeRoom(tree, table, leaf.level, first + free, iova + free * span)
    if (refusal !== 0) break
  }
  if (refusal !== 0) {
    outcome.conflict = iova + free * span
    tree.warnings++
  }
  const whole = free - (free % size.entries)
  // Checking never depends on what the same call wrote, so writing may wait until it is over.
  const write = refusal === 0 || rules.checksEntry ? free : rules.checksCall ? 0 : whole
  writeRun(tree, table, first, address, leaf, write, bits)
  if (write > whole && rules.failedMapUndoes) undo(tree, table, leaf, first + whole, write - whole)
  outcome.pages = (write < whole ? 0 : whole) / size.entries
  return refusal
}

/** Makes sure that an entry may be written: 0, or the error that refuses it. */
function makeRoom(tree: Tree, table: Phys, level: number, index: number, iova: Iova): Errno {
  const at = tree.at(table, index)
  tree.load(at)
  if ((tree.lo | tree.hi) === 0) return 0
  const kind = tree.kind(level)
  if (kind === EMPTY) return 0
  const { mapOverUsedTable } = tree.rules
  const last = level === tree.layout.levels.length - 1
  const overMap = last ? tree.rules.overMap : tree.rules.overMapLarge
  const { span } = tree.layout.levels[level]!
  if (kind === LEAF) {
    if (overMap === 0) tree.tlb?.page(iova, span, 1)
    return overMap
  }
  const below = tree.nextTable(level)
  if (mapOverUsedTable !== 0 && !tree.isEmptyTable(below, level + 1)) return mapOverUsedTable
  tree.freeTable(below, level + 1)
  tree.clearRun(table, level, index, 1)
  tree.tlb?.walk(iova, span, tree.layout.granule)
  return 0
}

/**
 * Writes `total` entries. Neighbours differ by a constant where one address row holds the whole
 * address, so the loop is two int32 additions; else each address is placed anew.
 */
function writeRun(
  tree: Tree,
  table: Phys,
  first: number,
  address: Phys,
  leaf: LeafLayout,
  total: number,
  bits: number,
): void {
  const { stamp, step, entries } = leaf
  const { stray } = leaf
  // Neighbours are whole pages apart, so what lies below a page is the same for all of them.
  const attrLo = leaf.attributesLo(bits) | (stray === null ? 0 : stray.lo(address))
  const attrHi = leaf.attributesHi(bits) | (stray === null ? 0 : stray.hi(address))
  if (total === 1 || !leaf.linear) {
    for (let i = 0; i < total; i++) {
      const within = i % entries
      const own = step === 0 ? address + (i - within) * (leaf.size / entries) : address + i * step
      tree.store(tree.at(table, first + i), attrLo | stamp.lo(own), attrHi | stamp.hi(own))
    }
    return
  }
  const { memory } = tree
  const { stride } = tree
  const stepLo = stamp.lo(step)
  const stepHi = stamp.hi(step)
  let lo = attrLo | stamp.lo(address)
  let hi = attrHi | stamp.hi(address)
  let at = tree.at(table, first)
  tree.written += total * stride
  for (let i = 0; i < total; i++) {
    memory.write32(at, lo)
    if (stride === 8) memory.write32(at + 4, hi)
    at += stride
    const sum = (lo + stepLo) | 0
    // A carry out of bit 31: the top bit was set and no longer is.
    hi = (hi + stepHi + (lo < 0 && sum >= 0 ? 1 : 0)) | 0
    lo = sum
  }
}

/** Takes back the entries that a refused map wrote, as unmapping them would. */
function undo(tree: Tree, table: Phys, leaf: LeafLayout, first: number, count: number): void {
  for (let i = first; i < first + count; i++) {
    const at = tree.at(table, i)
    tree.load(at)
    tree.clearLeaf(at, leaf.level, leaf)
  }
}
