/** The reference for IOVA allocators: an owner per frame, and searches frame by frame. */
import type { IovaAllocator, IovaRange } from './iova-allocator.ts'

export class SlowIova implements IovaAllocator {
  readonly startPfn: number
  readonly #top: number
  #ranges: IovaRange[] = []

  constructor(startPfn: number, top: number) {
    this.startPfn = startPfn
    this.#top = top
  }

  get live(): number {
    return this.#ranges.length
  }

  alloc(size: number, limit: number, aligned: boolean): number | null {
    let step = 1
    while (aligned && step < size) step *= 2
    const taken = new Uint8Array(this.#top)
    for (const { lo, hi } of this.#ranges) taken.fill(1, lo, hi + 1)
    for (let pfn = limit + 1 - size; pfn >= this.startPfn; pfn--) {
      if (pfn % step !== 0 || taken.subarray(pfn, pfn + size).includes(1)) continue
      this.#add(pfn, pfn + size - 1)
      return pfn
    }
    return null
  }

  free(pfn: number): boolean {
    const { length } = this.#ranges
    this.#ranges = this.#ranges.filter(({ lo, hi }) => pfn < lo || pfn > hi)
    return this.#ranges.length < length
  }

  reserve(lo: number, hi: number): IovaRange | null {
    let from = lo
    for (let pfn = lo; pfn <= hi; pfn++) {
      const range = this.find(pfn)
      if (range === null) continue
      range.lo = Math.min(range.lo, from)
      from = range.hi + 1
    }
    if (from <= hi) this.#add(from, hi)
    const last = this.find(hi)
    return last === null ? null : { ...last }
  }

  find(pfn: number): IovaRange | null {
    return this.#ranges.find(({ lo, hi }) => lo <= pfn && pfn <= hi) ?? null
  }

  ranges(): IovaRange[] {
    return this.#ranges
  }

  #add(lo: number, hi: number): void {
    this.#ranges.push({ lo, hi })
    this.#ranges.sort((a, b) => a.lo - b.lo)
  }
}
