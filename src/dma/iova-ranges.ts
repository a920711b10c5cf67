/**
 * An IOVA allocator of our own: the visible rules of Linux's (size-aligned, top down, below a limit,
 * ranges given back whole), at logarithmic cost for every operation. Fragmentation is no cliff.
 *
 * The rule, in full: an allocation gets the highest first frame at or above `startPfn` from which
 * `size` free frames end at or below `limit`, and which, when alignment is asked for, is a multiple
 * of the size rounded up to a power of two; it fails only when there is no such frame. That is what
 * Linux's tree answers when it starts from the top, without its remembered starting points and
 * refusals (iova-tree.ts; one of these is there from the start: 4 GiB below 4 GiB).
 */
import { assert } from '../base/assert.ts'
import { NONE, highestFree, rangeAt, rangesOf, seekRange } from './gap-search.ts'
import { GapTree } from './gap-tree.ts'
import { type IovaAllocator, type IovaRange, isPfn } from './iova-allocator.ts'

/** See the head of the file. All numbers are page frame numbers (pfns) or counts of pages. */
export class IovaRanges implements IovaAllocator {
  readonly startPfn: number
  live = 0
  readonly #tree: GapTree

  constructor(startPfn: number) {
    assert(isPfn(startPfn), 'a start is a frame number')
    this.startPfn = startPfn
    this.#tree = new GapTree(startPfn)
  }

  /** Nodes on the longest way from the root: what an operation costs at most, times a constant. */
  get levels(): number {
    return this.#tree.levels
  }

  alloc(size: number, limit: number, aligned: boolean): number | null {
    assert(size >= 1 && isPfn(size) && isPfn(limit), 'sizes and limits are frame numbers')
    const pfn = highestFree(this.#tree, size, limit + 1, aligned)
    if (pfn === NONE) return null
    this.#tree.insert(pfn, pfn + size - 1)
    this.live++
    return pfn
  }

  free(pfn: number): boolean {
    if (!seekRange(this.#tree, pfn)) return false
    this.#tree.remove()
    this.live--
    return true
  }

  reserve(lo: number, hi: number): IovaRange | null {
    if (!isPfn(lo) || !isPfn(hi) || lo > hi) return null
    const tree = this.#tree
    let from = lo
    for (tree.seek(from); tree.lo <= hi; tree.seek(from)) {
      if (from < tree.lo) tree.stretch(from)
      if (hi <= tree.hi) return { lo: tree.lo, hi: tree.hi }
      from = tree.hi + 1
    }
    tree.insert(from, hi)
    this.live++
    return { lo: from, hi }
  }

  find(pfn: number): IovaRange | null {
    return rangeAt(this.#tree, pfn)
  }

  ranges(): IovaRange[] {
    return rangesOf(this.#tree)
  }
}
