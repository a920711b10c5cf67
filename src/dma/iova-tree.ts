/**
 * Linux's IOVA allocator, as of v6.1: ranges in a red-black tree, searched from the last one handed
 * out downwards, range by range. A model with the original's cost too: in a fragmented space a
 * search passes every range, which `steps` counts. alloc_iova(), free_iova(), reserve_iova(),
 * find_iova(), drivers/iommu/iova.c v6.1 (struct iova_domain)
 */
import { assert } from '../base/assert.ts'
import {
  type IovaAllocator,
  type IovaRange,
  TOP_PFN,
  isPfn,
  lastReservable,
  powerOfTwoFrom,
} from './iova-allocator.ts'
import { LEFT, PARENT, RIGHT, RedBlackTree } from './red-black-tree.ts'

/** Nothing found. */
const NONE = -1

/** The domain of one device or group, without its caches (iova-magazines.ts has those). */
export class IovaTree implements IovaAllocator {
  readonly startPfn: number
  /** Bytes of a frame. */
  readonly granule: number
  /** The first frame that needs more than 32 address bits. */
  readonly dma32Pfn: number
  readonly #lastPfn: number
  /** Ranges that searches have passed so far: what fragmentation costs. */
  steps = 0
  live = 0
  readonly #tree = new RedBlackTree()
  #lo = new Float64Array(this.#tree.capacity)
  #hi = new Float64Array(this.#tree.capacity)
  /** Above everything, so that a search always has a range to start from. */
  readonly #anchor: number
  /** Where a search starts below 4 GiB, and where any other does. */
  #cached32: number
  #cached: number
  /** A request of so many frames below 4 GiB has failed since the last free there. */
  #max32: number
  /** The range that the last search stopped above: the new one hangs to its left. */
  #above = 0

  constructor(granule: number, startPfn: number) {
    assert(granule >= 1 && granule === powerOfTwoFrom(granule), 'a granule is a power of two')
    assert(isPfn(startPfn), 'a start is a frame number')
    this.granule = granule
    this.startPfn = startPfn
    this.dma32Pfn = 2 ** 32 / granule
    this.#lastPfn = lastReservable(granule)
    this.#max32 = this.dma32Pfn
    this.#anchor = this.#node(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    this.#tree.add(this.#anchor, 0, LEFT)
    this.#cached = this.#anchor
    this.#cached32 = this.#anchor
  }

  /** The smallest size that is refused below 4 GiB without a search (max32_alloc_size). */
  get refusedBelow4GiB(): number {
    return this.#max32
  }

  alloc(size: number, limit: number, aligned: boolean): number | null {
    assert(size >= 1 && isPfn(size) && isPfn(limit), 'sizes and limits are frame numbers')
    const end = limit + 1
    if (end <= this.dma32Pfn && size >= this.#max32) return null
    const step = aligned ? powerOfTwoFrom(size) : 1
    const start = end <= this.dma32Pfn ? this.#cached32 : this.#cached
    const passed = this.#hi[start]!
    let pfn = this.#search(start, end, this.startPfn, size, step)
    // Above the last range handed out there may be holes by now.
    if (pfn === NONE && passed < end) {
      pfn = this.#search(this.#from(end), end, passed + 1, size, step)
    }
    if (pfn === NONE) {
      // Whatever the limit was: a failed search of the whole space closes the lower part too.
      this.#max32 = size
      return null
    }
    const node = this.#node(pfn, pfn + size - 1)
    this.#insert(node, this.#above)
    if (this.#hi[node]! < this.dma32Pfn) this.#cached32 = node
    else this.#cached = node
    return pfn
  }

  free(pfn: number): boolean {
    const node = this.#holder(pfn)
    if (node === 0) return false
    const lo = this.#lo[node]!
    const next = this.#tree.next(node)
    const below = this.#hi[node]! < this.dma32Pfn
    if (node === this.#cached32 || (below && lo >= this.#lo[this.#cached32]!)) this.#cached32 = next
    if (lo < this.dma32Pfn) this.#max32 = this.dma32Pfn
    if (lo >= this.#lo[this.#cached]!) this.#cached = next
    this.#tree.remove(node)
    this.live--
    return true
  }

  /** A reservation moves no starting point and forgets no refusal. */
  reserve(lo: number, hi: number): IovaRange | null {
    if (!isPfn(lo) || !isPfn(hi) || lo > hi || hi > this.#lastPfn) return null
    let from = lo
    // From the first range on, as the kernel goes: it expects few of them.
    for (let node = this.#tree.first(); this.#lo[node]! <= hi; node = this.#tree.next(node)) {
      this.steps++
      if (this.#hi[node]! < from) continue
      if (from < this.#lo[node]!) this.#lo[node] = from
      if (hi <= this.#hi[node]!) return this.#range(node)
      from = this.#hi[node]! + 1
    }
    const node = this.#node(from, hi)
    this.#insert(node, this.#tree.root)
    return this.#range(node)
  }

  find(pfn: number): IovaRange | null {
    const node = this.#holder(pfn)
    return node === 0 ? null : this.#range(node)
  }

  ranges(): IovaRange[] {
    const all: IovaRange[] = []
    for (let n = this.#tree.first(); n !== this.#anchor; n = this.#tree.next(n)) {
      all.push(this.#range(n))
    }
    return all
  }

  /** Goes down from a range until the hole below one is large enough, or `low` is passed. */
  #search(from: number, end: number, low: number, size: number, step: number): number {
    const lo = this.#lo
    const hi = this.#hi
    const { links } = this.#tree
    let node = from
    let above = from
    let high = end
    let pfn = 0
    let steps = 0
    do {
      if (lo[node]! < high) high = lo[node]!
      pfn = high - size
      if (step > 1) pfn = Math.floor(pfn / step) * step
      above = node
      // The range before, written out: this loop is what fragmentation costs.
      let below = links[node * 4 + LEFT]!
      if (below !== 0) {
        while (below !== 0) {
          node = below
          below = links[node * 4 + RIGHT]!
        }
      } else {
        let child = 0
        do {
          child = node
          node = links[node * 4 + PARENT]!
        } while (node !== 0 && links[node * 4 + LEFT] === child)
      }
      steps++
    } while (node !== 0 && pfn <= hi[node]! && pfn >= low)
    this.steps += steps
    this.#above = above
    return high < size || pfn < low ? NONE : pfn
  }

  /** The lowest range from which a search below `end` misses nothing. */
  #from(end: number): number {
    if (end > this.dma32Pfn) return this.#anchor
    const { links, root } = this.#tree
    let found = this.#anchor
    for (let node = root; node !== 0; ) {
      const reaches = this.#hi[node]! >= end
      if (reaches) found = node
      node = links[node * 4 + (reaches ? LEFT : RIGHT)]!
    }
    return found
  }

  #holder(pfn: number): number {
    const { links, root } = this.#tree
    if (!(pfn >= 0 && pfn <= TOP_PFN)) return 0
    let node = root
    while (node !== 0) {
      if (pfn < this.#lo[node]!) node = links[node * 4 + LEFT]!
      else if (pfn > this.#hi[node]!) node = links[node * 4 + RIGHT]!
      else break
    }
    return node
  }

  /** Hangs a range into the tree, from an ancestor of its place on. */
  #insert(node: number, start: number): void {
    const { links } = this.#tree
    const lo = this.#lo[node]!
    let parent = start
    for (;;) {
      const side = lo < this.#lo[parent]! ? LEFT : RIGHT
      const below = links[parent * 4 + side]!
      if (below === 0) {
        this.#tree.add(node, parent, side)
        break
      }
      parent = below
    }
    this.live++
  }

  #node(lo: number, hi: number): number {
    const node = this.#tree.take()
    if (node >= this.#lo.length) {
      this.#lo = grown(this.#lo, this.#tree.capacity)
      this.#hi = grown(this.#hi, this.#tree.capacity)
    }
    this.#lo[node] = lo
    this.#hi[node] = hi
    return node
  }

  #range(node: number): IovaRange {
    return { lo: this.#lo[node]!, hi: this.#hi[node]! }
  }
}

function grown(old: Float64Array<ArrayBuffer>, length: number) {
  const words = new Float64Array(length)
  words.set(old)
  return words
}
