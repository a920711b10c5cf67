/** Workload f on any allocator: so many ranges live, one freed and another taken in turn. */
import type { IovaAllocator } from '../src/dma/iova-allocator.ts'
import type { Checksum } from './iova-native.ts'
import { Xorshift } from './xorshift.ts'

/** The last frame of a 32-bit space of 4 KiB frames. */
export const LIMIT = 2 ** 20 - 1
/** Untimed and timed runs of the native measurement: the checksums are of the state after them. */
const RUNS = 6

/** How a workload takes and gives back: directly or through caches. */
export interface Taking {
  space: IovaAllocator
  take(size: number): number | null
  give(pfn: number, size: number): void
}

/** Ranges held and the random numbers that decide what happens to them. */
export class Cycle {
  readonly pfns: Float64Array
  readonly sizes: Uint8Array
  /** Ranges held; fewer than asked for when they do not fit. */
  held = 0
  failed = 0
  readonly #by: Taking
  readonly #mask: number
  readonly #random = new Xorshift()

  constructor(by: Taking, live: number, mask: number) {
    this.#by = by
    this.#mask = mask
    this.pfns = new Float64Array(live)
    this.sizes = new Uint8Array(live)
    for (; this.held < live; this.held++) {
      const size = 1 + (this.#random.draw() & mask)
      const pfn = by.take(size)
      if (pfn === null) return
      this.#hold(this.held, pfn, size)
    }
  }

  run(times: number): number {
    const by = this.#by
    for (let i = 0; i < times; i++) {
      const j = this.#random.below(this.held)
      by.give(this.pfns[j]!, this.sizes[j]!)
      let size = 1 + (this.#random.draw() & this.#mask)
      let pfn = by.take(size)
      while (pfn === null) {
        this.failed++
        size = 1 + (this.#random.draw() & this.#mask)
        pfn = by.take(size)
      }
      this.#hold(j, pfn, size)
    }
    return this.pfns[0]!
  }

  /** As many runs as the native measurement did. */
  runAll(times: number): void {
    for (let i = 0; i < RUNS; i++) this.run(times)
  }

  checksum(): Checksum {
    let [sum, high, low] = [0, 0, 0]
    this.pfns.forEach((pfn, q) => {
      const product = pfn * (q + 1)
      sum += pfn
      high ^= Math.floor(product / 2 ** 32)
      low ^= product % 2 ** 32
    })
    return { sum, xor: `0x${((high >>> 0) * 2 ** 32 + (low >>> 0)).toString(16)}` }
  }

  /** Throws unless the allocator's ranges are exactly those held, aligned and apart. */
  verify(): void {
    const expected = new Map<number, number>()
    this.pfns.forEach((pfn, q) => {
      expected.set(pfn, this.sizes[q]!)
    })
    let below = -1
    for (const { lo, hi } of this.#by.space.ranges()) {
      const size = hi - lo + 1
      const step = 2 ** Math.ceil(Math.log2(size))
      if (expected.get(lo) !== size || lo <= below || lo % step !== 0 || hi > LIMIT) {
        throw new Error(`the range ${lo}-${hi} is not one that was handed out`)
      }
      below = hi
    }
    if (this.#by.space.live !== this.pfns.length) throw new Error('ranges are missing')
  }

  #hold(q: number, pfn: number, size: number): void {
    this.pfns[q] = pfn
    this.sizes[q] = size
  }
}
