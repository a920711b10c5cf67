/**
 * The magazine caches in front of Linux's IOVA tree, for one CPU: freed ranges of up to 32 frames
 * stay taken and are handed out again, last in, first out. alloc_iova_fast(), free_iova_fast(),
 * iova_rcache_get(), iova_rcache_insert(), drivers/iommu/iova.c v6.1. (Bonwick and Adams,
 * "Magazines and Vmem", USENIX 2001)
 */
import { type IovaAllocator, powerOfTwoFrom } from './iova-allocator.ts'

/** IOVA_RANGE_CACHE_MAX_SIZE: size classes, 1, 2, 4 ... 32 frames. */
export const SIZE_CLASSES = 6
/** IOVA_MAG_SIZE: ranges of one magazine. */
const MAGAZINE_SIZE = 127
/** MAX_GLOBAL_MAGS: full magazines that a size class keeps. */
const DEPOT_SIZE = 32

class Magazine {
  size = 0
  readonly pfns = new Float64Array(MAGAZINE_SIZE)
}

class SizeClass {
  loaded = new Magazine()
  previous = new Magazine()
  readonly depot: Magazine[] = []
  /** Emptied magazines, to be used again. */
  readonly spare: Magazine[] = []

  swap(): void {
    const { loaded } = this
    this.loaded = this.previous
    this.previous = loaded
  }
}

/** The largest size that the caches keep. */
const LARGEST = 2 ** (SIZE_CLASSES - 1)

/** The class of a size that is not above the largest: order_base_2(). */
function classOf(size: number): number {
  return size <= 1 ? 0 : 32 - Math.clz32(size - 1)
}

/** Caches over an allocator. What they hold is live there. */
export class IovaMagazines {
  readonly #under: IovaAllocator
  readonly #classes = Array.from({ length: SIZE_CLASSES }, () => new SizeClass())

  constructor(under: IovaAllocator) {
    this.#under = under
  }

  /** Ranges that are free for the user and live in the allocator. */
  get cached(): number {
    let all = 0
    for (const one of this.#classes) {
      all += one.loaded.size + one.previous.size
      for (const magazine of one.depot) all += magazine.size
    }
    return all
  }

  /**
   * Takes a size-aligned range from the cache of its size, else from the allocator; `flush` empties
   * the caches before it gives up. Null is Linux's 0: frame 0 cannot be handed out, but is taken.
   */
  alloc(size: number, limit: number, flush: boolean): number | null {
    // Sizes below the largest class are rounded up, so that a range fits whoever takes it next.
    const frames = size < LARGEST ? powerOfTwoFrom(size) : size
    if (frames <= LARGEST) {
      const cached = this.#get(this.#classes[classOf(frames)]!, limit + 1 - frames)
      if (cached !== 0) return cached
    }
    let pfn = this.#under.alloc(frames, limit, true)
    if (pfn === null && flush) {
      this.flush()
      pfn = this.#under.alloc(frames, limit, true)
    }
    return pfn === 0 ? null : pfn
  }

  /** Gives a range back, whose size is taken on trust. */
  free(pfn: number, size: number): void {
    if (size <= LARGEST) this.#insert(this.#classes[classOf(size)]!, pfn)
    else this.#under.free(pfn)
  }

  /** Gives everything cached back to the allocator. */
  flush(): void {
    for (const one of this.#classes) {
      this.#empty(one.loaded)
      this.#empty(one.previous)
    }
    for (const one of this.#classes) {
      for (const magazine of one.depot) {
        this.#empty(magazine)
        one.spare.push(magazine)
      }
      one.depot.length = 0
    }
  }

  #get(one: SizeClass, highest: number): number {
    if (one.loaded.size === 0) {
      if (one.previous.size > 0) one.swap()
      else {
        const full = one.depot.pop()
        if (full === undefined) return 0
        one.spare.push(one.loaded)
        one.loaded = full
      }
    }
    // The kernel's numbers have no sign: a limit below the size turns into no limit at all.
    return pop(one.loaded, highest < 0 ? Number.POSITIVE_INFINITY : highest)
  }

  #insert(one: SizeClass, pfn: number): void {
    if (one.loaded.size === MAGAZINE_SIZE) {
      if (one.previous.size < MAGAZINE_SIZE) one.swap()
      else {
        const full = one.loaded
        one.loaded = one.spare.pop() ?? new Magazine()
        if (one.depot.length < DEPOT_SIZE) one.depot.push(full)
        else {
          this.#empty(full)
          one.spare.push(full)
        }
      }
    }
    const { loaded } = one
    loaded.pfns[loaded.size++] = pfn
  }

  #empty(magazine: Magazine): void {
    for (let i = 0; i < magazine.size; i++) this.#under.free(magazine.pfns[i]!)
    magazine.size = 0
  }
}

/** The last range that is low enough; the one on top takes its place. 0 when there is none. */
function pop(magazine: Magazine, highest: number): number {
  const { pfns } = magazine
  let i = magazine.size - 1
  while (i >= 0 && pfns[i]! > highest) i--
  if (i < 0) return 0
  const pfn = pfns[i]!
  pfns[i] = pfns[--magazine.size]!
  return pfn
}
