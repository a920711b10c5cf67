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
  if (end >= tree.top) {
    const pfn = below(end, size, step)
    if (pfn >= tree.top) {
      tree.seek(TOP_PFN + 1)
      return pfn
    }
    return tree.fitAnywhere(size, aligned) ? below(tree.lo, size, step) : NONE
  }
  tree.seek(end - 1)
  const pfn = below(Math.min(tree.lo, end), size, step)
  if (pfn >= tree.lo - tree.hole) return pfn
  return tree.fit(size, aligned) ? below(tree.lo, size, step) : NONE
}

/** Takes frames of the hole below the cursor's range. */
export function takeFrom(tree: GapTree, pfn: number, size: number): void {
  const { lo } = tree
  const bottom = lo - tree.hole
  tree.insert(pfn, pfn + size - 1, pfn - bottom, lo - pfn - size)
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
  return step === 1 ? pfn : Math.floor(pfn / step) * step
}
