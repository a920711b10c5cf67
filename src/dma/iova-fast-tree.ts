/**
 * What Linux's IOVA tree answers (iova-tree.ts), to the frame and after any calls, at logarithmic
 * cost: its remembered starting points and refusals over a gap tree. A recorded run can be replayed
 * with it in a time that depends on its length only, however fragmented the space was.
 *
 * Linux's search takes the highest hole below its starting point, and if there is none, the highest
 * above it; both are searches of a gap tree with another end. A starting point is kept as the last
 * frame of its range: a reservation may stretch a range down, but its top stays. (drivers/iommu/iova.c
 * v6.1 with "iommu/iova: Fix alloc iova overflows issue", which v6.1.8 and later have)
 */
import { assert } from '../base/assert.ts'
import { NONE, highestFree, rangeAt, rangesOf, seekRange } from './gap-search.ts'
import { GapTree } from './gap-tree.ts'
import {
  type IovaAllocator,
  type IovaRange,
  TOP_PFN,
  isPfn,
  lastReservable,
  powerOfTwoFrom,
} from './iova-allocator.ts'

/** The range above everything. */
const ANCHOR = TOP_PFN + 1

/** The domain of one device or group, without its caches (iova-magazines.ts has those). */
export class IovaFastTree implements IovaAllocator {
  readonly startPfn: number
  live = 0
  /** Holes below `startPfn` are known too: frames there can be reserved. */
  readonly #tree = new GapTree(0)
  readonly #dma32Pfn: number
  readonly #lastPfn: number
  /** The last frame of the range where a search below 4 GiB starts, and of any other's. */
  #cached32 = ANCHOR
  #cached = ANCHOR
  #max32: number

  constructor(granule: number, startPfn: number) {
    assert(granule >= 1 && granule === powerOfTwoFrom(granule), 'a granule is a power of two')
    assert(isPfn(startPfn), 'a start is a frame number')
    this.startPfn = startPfn
    this.#dma32Pfn = 2 ** 32 / granule
    this.#lastPfn = lastReservable(granule)
    this.#max32 = this.#dma32Pfn
  }

  alloc(size: number, limit: number, aligned: boolean): number | null {
    assert(size >= 1 && isPfn(size) && isPfn(limit), 'sizes and limits are frame numbers')
    const tree = this.#tree
    const end = limit + 1
    const low = end <= this.#dma32Pfn
    if (low && size >= this.#max32) return null
    const start = low ? this.#cached32 : this.#cached
    tree.seek(start)
    let pfn = highestFree(tree, size, Math.min(end, tree.lo), aligned)
    if (pfn < this.startPfn) {
      pfn = start < end ? highestFree(tree, size, end, aligned) : NONE
      if (pfn <= start) {
        this.#max32 = size
        return null
      }
    }
    const hi = pfn + size - 1
    tree.insert(pfn, hi)
    this.live++
    if (hi < this.#dma32Pfn) this.#cached32 = hi
    else this.#cached = hi
    return pfn
  }

  free(pfn: number): boolean {
    if (!seekRange(this.#tree, pfn)) return false
    const tree = this.#tree
    const { lo, hi } = tree
    if (lo < this.#dma32Pfn) this.#max32 = this.#dma32Pfn
    const from32 = hi === this.#cached32 || (hi < this.#dma32Pfn && hi > this.#cached32)
    const from = hi >= this.#cached
    tree.remove()
    this.live--
    if (from32 || from) {
      tree.seek(hi)
      if (from32) this.#cached32 = tree.hi
      if (from) this.#cached = tree.hi
    }
    return true
  }

  /** From above: each hole is closed once, and ranges that touch are passed by without a look. */
  reserve(lo: number, hi: number): IovaRange | null {
    if (!isPfn(lo) || !isPfn(hi) || lo > hi || hi > this.#lastPfn) return null
    const tree = this.#tree
    tree.seek(hi)
    let range: IovaRange
    if (tree.lo <= hi) {
      const { hi: top } = tree
      if (lo < tree.lo) this.#stretch(lo)
      range = { lo: tree.lo, hi: top }
    } else {
      const { bottom } = tree
      range = { lo: Math.max(lo, bottom), hi }
      tree.insert(range.lo, hi)
      this.live++
      if (bottom <= lo) return range
      tree.seek(bottom - 1)
      if (lo < tree.lo) this.#stretch(lo)
    }
    while (tree.fit(1, false) && tree.hi >= lo && tree.lo > lo) this.#stretch(lo)
    return range
  }

  find(pfn: number): IovaRange | null {
    return rangeAt(this.#tree, pfn)
  }

  ranges(): IovaRange[] {
    return rangesOf(this.#tree)
  }

  /** Moves the lower end of the cursor's range down over the hole below it, at most to `lo`. */
  #stretch(lo: number): void {
    const tree = this.#tree
    tree.stretch(Math.max(lo, tree.bottom))
  }
}
