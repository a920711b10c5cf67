/** Unmapping a range of addresses at once, with the tables that lie wholly in it. */
import type { Iova, Phys } from '../base/addr.ts'
import { offsetWithin } from './layout.ts'
import { EMPTY, LEAF } from './kind-table.ts'
import type { Tree } from './tree.ts'

/**
 * Unmaps from `iova` on `size` bytes, and at least the page or hole that contains `iova`; returns
 * the larger of the two. A page that only ends in the range stays, except the first.
 */
export function unmapRange(tree: Tree, iova: Iova, size: number): number {
  const span = firstSpan(tree, iova)
  const total = Math.max(size, span)
  const start = tree.rules.rangeFromAddress ? iova : iova - offsetWithin(iova, span)
  const end = tree.rules.rangeFromAddress ? iova + total : Math.max(start + span, iova + size)
  clear(tree, tree.root, 0, 0, start, end)
  return total
}

/** Bytes of the page that holds `iova`, or of the empty entry where the way down ends. */
function firstSpan(tree: Tree, iova: Iova): number {
  const { levels } = tree.layout
  let table = tree.root
  for (let level = 0; ; level++) {
    const { scale, indexMask, span } = levels[level]!
    tree.load(tree.at(table, (iova * scale) & indexMask))
    const kind = tree.kind(level)
    if (kind === LEAF) return tree.leaf(level).size
    if (kind === EMPTY || level === levels.length - 1) return span
    table = tree.nextTable(level)
  }
}

/** Clears [start, end) below a table that serves addresses from `base`. */
function clear(tree: Tree, table: Phys, level: number, base: Iova, start: Iova, end: Iova): void {
  const { span, entries } = tree.layout.levels[level]!
  const from = Math.max(0, Math.floor((start - base) / span))
  const to = Math.min(entries, Math.ceil((end - base) / span))
  for (let index = from; index < to; index++) {
    const at = tree.at(table, index)
    tree.load(at)
    const kind = tree.kind(level)
    if (kind === EMPTY) continue
    const iova = base + index * span
    const covered = start <= iova && iova + span <= end
    if (kind === LEAF) {
      if (!covered) continue
      tree.clearLeaf(at, level, tree.leaf(level))
      tree.tlb?.page(iova, span, 1)
      continue
    }
    const below = tree.nextTable(level)
    if (covered) {
      tree.clearRun(table, level, index, 1)
      tree.freeTable(below, level + 1)
      tree.tlb?.walk(iova, span, tree.layout.granule)
    } else clear(tree, below, level + 1, iova, start, end)
  }
}
