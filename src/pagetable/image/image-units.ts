/** The pieces of an image in which tables may begin, numbered through, with a few bits about each. */
import type { Phys } from '../../base/addr.ts'
import { lastAtOrBelow, type Run } from './segments.ts'

interface Stretch {
  base: Phys
  count: number
  first: number
}

/** See the head of the file. */
export class ImageUnits {
  /** Bytes of one. */
  readonly unit: number
  readonly total: number
  readonly #stretches: readonly Stretch[]
  readonly #flags: Uint8Array

  constructor(runs: readonly Run[], unit: number) {
    this.unit = unit
    let first = 0
    this.#stretches = runs.flatMap((run) => {
      const base = Math.ceil(run.base / unit) * unit
      const count = Math.floor((run.base + run.size - base) / unit)
      if (count <= 0) return []
      const stretch = { base, count, first }
      first += count
      return [stretch]
    })
    this.total = first
    this.#flags = new Uint8Array(first)
  }

  /** Number of the unit that begins at `address`, or -1. */
  at(address: Phys): number {
    const stretch = this.#stretches[lastAtOrBelow(this.#stretches, address)]
    if (stretch === undefined || address % this.unit !== 0) return -1
    const index = (address - stretch.base) / this.unit
    return index < stretch.count ? stretch.first + index : -1
  }

  /** Sets bits. */
  mark(index: number, bits: number): void {
    if (index >= 0) this.#flags[index] = this.#flags[index]! | bits
  }

  /** True when one of the bits is set; false where there is no unit. */
  has(index: number, bits: number): boolean {
    return index >= 0 && (this.#flags[index]! & bits) !== 0
  }

  /** Units side by side that each have one of the bits, as many as there are: `first` is a number. */
  *sequences(bits: number): Generator<{ base: Phys; first: number; count: number }> {
    for (const stretch of this.#stretches) {
      const end = stretch.first + stretch.count
      for (let first = stretch.first; first < end; ) {
        let next = first
        while (next < end && (this.#flags[next]! & bits) !== 0) next++
        const base = stretch.base + (first - stretch.first) * this.unit
        if (next > first) yield { base, first, count: next - first }
        first = next + 1
      }
    }
  }

  /** Addresses of the units with a bit set, ascending. */
  *withBits(bits: number): Generator<Phys> {
    for (const { base, count, first } of this.#stretches) {
      for (let i = 0; i < count; i++) {
        if ((this.#flags[first + i]! & bits) !== 0) yield base + i * this.unit
      }
    }
  }
}
