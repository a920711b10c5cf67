/**
 * How an address goes into a word and comes out again, reduced from the word's address rows to one
 * multiplication and one mask per half. Multiplying by a power of two is exact and ToInt32 is
 * modular, so a product masked as an int32 is right for every address below 2^53.
 */
import type { Addr } from '../base/addr.ts'
import type { AddressRow, Word } from '../base/word.ts'

/** One address row as numbers; the halves are int32. */
class Piece {
  readonly loScale: number = 0
  readonly loMask: number = 0
  readonly hiScale: number = 0
  readonly hiMask: number = 0
  readonly loInverse: number = 0
  readonly hiInverse: number = 0

  constructor(row: AddressRow) {
    this.loScale = 2 ** (row.lo - row.from)
    this.hiScale = 2 ** (row.lo - row.from - 32)
    this.loInverse = 2 ** (row.from - row.lo)
    this.hiInverse = 2 ** (row.from - row.lo + 32)
    let loMask = 0
    let hiMask = 0
    for (let i = row.lo; i <= row.hi; i++) {
      if (i < 32) loMask |= 1 << i
      else hiMask |= 1 << (i - 32)
    }
    this.loMask = loMask
    this.hiMask = hiMask
  }
}

/** Places addresses in one kind of word. */
export class Stamp {
  /** True when one row holds the whole address: neighbours then differ by a constant. */
  readonly linear: boolean = false
  /** True when that row keeps the bits where they are in the address: masks are all it takes. */
  readonly inPlace: boolean = false
  readonly loMask: number = 0
  readonly hiMask: number = 0
  readonly #first: Piece
  readonly #rest: readonly Piece[]

  /** Throws when the word has no address row (a format's bug). */
  constructor(word: Pick<Word, 'rows'>) {
    const pieces = word.rows.filter((row) => row.kind === 'address').map((row) => new Piece(row))
    const [first, ...rest] = pieces
    if (first === undefined) throw new Error('dmaplumb bug: a page-table word without an address')
    this.#first = first
    this.#rest = rest
    this.linear = rest.length === 0
    this.inPlace = this.linear && first.loScale === 1
    this.loMask = first.loMask
    this.hiMask = first.hiMask
  }

  /** True when both keep the address where it is, in the same bits. */
  inPlaceAs(other: Stamp): boolean {
    const same = this.loMask === other.loMask && this.hiMask === other.hiMask
    return this.inPlace && other.inPlace && same
  }

  /** The address bits of the low half, int32. */
  lo(at: Addr): number {
    let word = (at * this.#first.loScale) & this.#first.loMask
    if (!this.linear) for (const p of this.#rest) word |= (at * p.loScale) & p.loMask
    return word
  }

  /** The address bits of the high half, int32. */
  hi(at: Addr): number {
    let word = (at * this.#first.hiScale) & this.#first.hiMask
    if (!this.linear) for (const p of this.#rest) word |= (at * p.hiScale) & p.hiMask
    return word
  }

  /** The address in a word, bytes. Halves signed or unsigned. */
  address(lo: number, hi: number): Addr {
    const p = this.#first
    let a = ((lo & p.loMask) >>> 0) * p.loInverse + ((hi & p.hiMask) >>> 0) * p.hiInverse
    if (!this.linear) {
      for (const q of this.#rest) {
        a += ((lo & q.loMask) >>> 0) * q.loInverse + ((hi & q.hiMask) >>> 0) * q.hiInverse
      }
    }
    return a
  }
}
