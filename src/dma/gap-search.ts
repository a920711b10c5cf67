/** The search of the allocators over a gap tree: the highest frames that are free. */
import type { GapTree } from './gap-tree.ts'
import { type IovaRange, TOP_PFN, isPfn, powerOfTwoFrom } from './iova-allocator.ts'

/** Nothing is free. */
export const NONE = -1

/**
 * The highest first frame from which `size` free frames end below `end`, a multiple of the size
 * rounded up to a power of two if `aligned`; NONE without one. Leaves the cursor at the range above
 * the hole.
 */
export function highestFree(tree: GapTree, size: number, end: number, aligned: boolean): number {
  const step = aligned ? powerOfTwoFrom(size) : 1
  // The hole that the end cuts through is looked at first; maxima are of whole holes below.
  const above = end >= tree.top
  if (!above) tree.seek(end - 1)
  const pfn = below(above ? end : Math.min(tree.lo, end), size, step)
  if (pfn >= (above ? tree.top : tree.bottom)) {
    if (above) tree.seek(TOP_PFN + 1)
    return pfn
  }
  const found = above ? tree.fitAnywhere(size, aligned) : tree.fit(size, aligned)
  return found ? below(tree.lo, size, step) : NONE
}

/** Moves the cursor to the range that holds a frame. False: none does. */
export function seekRange(tree: GapTree, pfn: number): boolean {
  if (!isPfn(pfn)) return false
  tree.seek(pfn)
  return tree.lo <= pfn
}

/** The range that holds a frame, or null. */
export function rangeAt(tree: GapTree, pfn: number): IovaRange | null {
  return seekRange(tree, pfn) ? { lo: tree.lo, hi: tree.hi } : null
}

/** Every range, ascending. */
export function rangesOf(tree: GapTree): IovaRange[] {
  const all: IovaRange[] = []
  tree.each((lo, hi) => all.push({ lo, hi }))
  return all
}

/** The highest multiple of `step` from which `size` frames end below `end`. */
function below(end: number, size: number, step: number): number {
  const pfn = end - size
  // A division takes as long as ten steps of a search.
  if (end < 2 ** 31 && size <= 2 ** 30) return pfn & -step
  return Math.floor(pfn / step) * step
}
