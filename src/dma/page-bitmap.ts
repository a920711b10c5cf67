/** A bitmap of pages with first-fit search. lib/bitmap.c */

/** Bit i set: page i is taken. */
export class PageBitmap {
  readonly bits: number
  readonly #words: Uint32Array

  constructor(bits: number) {
    this.bits = bits
    this.#words = new Uint32Array(Math.ceil(bits / 32))
  }

  /**
   * bitmap_find_next_zero_area() from bit 0: first run of `count` clear bits that begins at a
   * multiple of `align` (a power of two). Null when there is none.
   */
  findFree(count: number, align: number): number | null {
    let start = 0
    for (;;) {
      const index = Math.ceil(this.#next(start, false) / align) * align
      const end = index + count
      if (end > this.bits) return null
      const taken = this.#next(index, true, end)
      if (taken >= end) return index
      start = taken + 1
    }
  }

  /** bitmap_set() */
  take(start: number, count: number): void {
    this.#fill(start, count, true)
  }

  /** bitmap_clear() */
  clear(start: number, count: number): void {
    this.#fill(start, count, false)
  }

  /** Number of set bits. */
  get taken(): number {
    let n = 0
    for (const word of this.#words) {
      for (let rest = word; rest !== 0; rest = (rest & (rest - 1)) >>> 0) n++
    }
    return n
  }

  #fill(start: number, count: number, value: boolean): void {
    const words = this.#words
    for (let bit = start; bit < start + count; ) {
      const from = bit & 31
      const length = Math.min(32 - from, start + count - bit)
      const mask = length === 32 ? 0xffff_ffff : (((1 << length) - 1) << from) >>> 0
      const at = bit >>> 5
      words[at] = value ? words[at]! | mask : words[at]! & ~mask
      bit += length
    }
  }

  /** First bit at or after `start` that is set (or clear); `limit` when none comes before it. */
  #next(start: number, set: boolean, limit = this.bits): number {
    if (start >= limit) return limit
    const words = this.#words
    let at = start >>> 5
    const flip = set ? 0 : 0xffff_ffff
    let word = ((words[at]! ^ flip) & (0xffff_ffff << (start & 31))) >>> 0
    while (word === 0) {
      at++
      if (at * 32 >= limit) return limit
      word = (words[at]! ^ flip) >>> 0
    }
    return Math.min(at * 32 + 31 - Math.clz32(word & -word), limit)
  }
}
