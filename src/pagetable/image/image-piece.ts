/** A piece of an image in memory, while it is searched. Most of a machine's memory is zero. */
import type { Phys } from '../../base/addr.ts'
import { markRuns } from './word-runs.ts'

/** Words whose being zero is known together: 1 KiB, the smallest table but for some roots. */
const GROUP = 256

/** Words from `base` on, which is a multiple of 4 KiB. */
export class Piece {
  readonly words: Uint32Array
  readonly base: Phys
  readonly #used: Uint8Array
  readonly #ends: [Int32Array | null, Int32Array | null] = [null, null]

  constructor(words: Uint32Array, base: Phys) {
    this.words = words
    this.base = base
    this.#used = new Uint8Array(Math.ceil(words.length / GROUP))
    for (let group = 0; group < this.#used.length; group++) {
      const end = Math.min(words.length, (group + 1) * GROUP)
      for (let i = group * GROUP; i < end; i++) {
        if (words[i] === 0) continue
        this.#used[group] = 1
        break
      }
    }
  }

  /** True when no word of those from index `from` to `to` is other than 0; in groups of 1 KiB. */
  isZero(from: number, to: number): boolean {
    for (let group = Math.floor(from / GROUP); group * GROUP < to; group++) {
      if (this.#used[group] === 1) return false
    }
    return true
  }

  /**
   * Where the run of equal entries of `step` words ends that each belongs to, no further than its
   * group does.
   */
  ends(step: 1 | 2): Int32Array {
    const known = this.#ends[step - 1]
    if (known !== null && known !== undefined) return known
    const { words } = this
    const ends = new Int32Array(words.length)
    for (let group = 0; group < this.#used.length; group++) {
      const from = group * GROUP
      const to = Math.min(words.length, from + GROUP)
      if (this.#used[group] === 1) markRuns(words, from, to, step, ends)
      else ends.fill(to, from, to)
    }
    this.#ends[step - 1] = ends
    return ends
  }
}
