/** A set of tables by address: a bit each, where an entry of a Map would cost a tenth of the table. */
import type { Phys } from '../base/addr.ts'

/** Tables of one block of bits. */
const BLOCK = 1024

/** See the head of the file. Internal to src/pagetable. */
export class TableSet {
  readonly #unit: number
  readonly #blocks = new Map<number, Uint32Array>()
  #size = 0

  /** `unit`: bytes that every address is a multiple of. */
  constructor(unit: number) {
    this.#unit = unit
  }

  get size(): number {
    return this.#size
  }

  has(table: Phys): boolean {
    const index = table / this.#unit
    const words = this.#blocks.get(Math.floor(index / BLOCK))
    return words !== undefined && (words[(index & 1023) >>> 5]! & (1 << (index & 31))) !== 0
  }

  add(table: Phys): void {
    if (this.has(table)) return
    const index = table / this.#unit
    const block = Math.floor(index / BLOCK)
    let words = this.#blocks.get(block)
    if (words === undefined) {
      words = new Uint32Array(BLOCK / 32)
      this.#blocks.set(block, words)
    }
    words[(index & 1023) >>> 5]! |= 1 << (index & 31)
    this.#size++
  }

  /** True when it was there. */
  delete(table: Phys): boolean {
    if (!this.has(table)) return false
    const index = table / this.#unit
    const words = this.#blocks.get(Math.floor(index / BLOCK))!
    words[(index & 1023) >>> 5]! &= ~(1 << (index & 31))
    this.#size--
    return true
  }

  clear(): void {
    this.#blocks.clear()
    this.#size = 0
  }

  *[Symbol.iterator](): Generator<Phys> {
    for (const [block, words] of this.#blocks) {
      for (let i = 0; i < BLOCK; i++) {
        if ((words[i >>> 5]! & (1 << (i & 31))) !== 0) yield (block * BLOCK + i) * this.#unit
      }
    }
  }
}
