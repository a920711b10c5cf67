/**
 * The nodes of a gap tree (gap-tree.ts), without an object for any: a node is a stretch of one
 * Float64Array, four columns of `FANOUT` words.
 */
import { largestAligned } from './largest-aligned.ts'

/** Entries of a node: two cache lines a column. */
export const FANOUT = 16
/** The last frame of the range; of an inner node's entry: of the subtree. */
export const HI = 0
/** The first frame of the range; of an inner node's entry: the child. */
export const LO = FANOUT
/** Frames of the hole below the range; of an inner node's entry: the maximum. */
export const HOLE = 2 * FANOUT
/** The largest size-aligned request for that hole; of an inner node's entry: the maximum. */
export const FIT = 3 * FANOUT
/** Numbers that a node takes in the arrays. */
export const STRIDE = 4 * FANOUT

/** Which maximum is meant. */
export type Measure = typeof HOLE | typeof FIT

/** See the head of the file. */
export class GapNodes {
  /** Read-only outside. Replaced when more nodes are needed. */
  words = new Float64Array(8 * STRIDE)
  /** Entries of each node. */
  counts = new Int32Array(8)
  #used = 0
  /** Given back, chained by their first word. */
  #free = -1

  take(): number {
    if (this.#free >= 0) {
      const node = this.#free
      this.#free = this.words[node * STRIDE]!
      return node
    }
    if (this.#used === this.counts.length) {
      const words = new Float64Array(this.words.length * 2)
      words.set(this.words)
      this.words = words
      const counts = new Int32Array(this.counts.length * 2)
      counts.set(this.counts)
      this.counts = counts
    }
    return this.#used++
  }

  give(node: number): void {
    this.counts[node] = 0
    this.words[node * STRIDE] = this.#free
    this.#free = node
  }

  /** Sets the hole below the range of an entry. */
  measure(node: number, slot: number, hole: number): void {
    const { words } = this
    const at = node * STRIDE + slot
    const lo = words[at + LO]!
    words[at + HOLE] = hole
    words[at + FIT] = hole > 0 ? largestAligned(lo - hole, lo) : 0
  }

  /** The maximum of a node's entries. `enough` is a number that none of them exceeds. */
  most(node: number, measure: Measure, enough: number): number {
    const { words } = this
    const base = node * STRIDE + measure
    const end = base + this.counts[node]!
    let most = 0
    for (let i = base; i < end && most < enough; i++) if (words[i]! > most) most = words[i]!
    return most
  }

  /** Writes a node's entry in its parent. False when it was right before. */
  summarise(node: number, parent: number, slot: number): boolean {
    const { words } = this
    const to = parent * STRIDE + slot
    const hi = words[node * STRIDE + HI + this.counts[node]! - 1]!
    const hole = this.most(node, HOLE, Number.POSITIVE_INFINITY)
    const fit = this.most(node, FIT, Number.POSITIVE_INFINITY)
    const same =
      words[to + HI] === hi &&
      words[to + LO] === node &&
      words[to + HOLE] === hole &&
      words[to + FIT] === fit
    if (same) return false
    words[to + HI] = hi
    words[to + LO] = node
    words[to + HOLE] = hole
    words[to + FIT] = fit
    return true
  }

  /** Makes room for an entry in a node that has it, and writes its range or child. */
  open(node: number, slot: number, hi: number, lo: number): void {
    const { words } = this
    const count = this.counts[node]!
    const at = node * STRIDE
    for (let i = at + count; i > at + slot; i--) {
      words[i + HI] = words[i + HI - 1]!
      words[i + LO] = words[i + LO - 1]!
      words[i + HOLE] = words[i + HOLE - 1]!
      words[i + FIT] = words[i + FIT - 1]!
    }
    words[at + HI + slot] = hi
    words[at + LO + slot] = lo
    this.counts[node] = count + 1
  }

  /** Takes an entry out. */
  close(node: number, slot: number): void {
    const count = this.counts[node]! - 1
    this.move(node, slot + 1, node, slot, count - slot)
    this.counts[node] = count
  }

  /** Copies entries, as memmove() would. */
  move(from: number, first: number, to: number, at: number, count: number): void {
    const { words } = this
    const source = from * STRIDE + first
    const target = to * STRIDE + at
    const back = target > source
    for (let k = 0; k < count; k++) {
      const i = back ? count - 1 - k : k
      words[target + HI + i] = words[source + HI + i]!
      words[target + LO + i] = words[source + LO + i]!
      words[target + HOLE + i] = words[source + HOLE + i]!
      words[target + FIT + i] = words[source + FIT + i]!
    }
  }

  /** Makes two neighbours of equal length, within one. */
  balance(left: number, right: number): void {
    const few = this.counts[left]!
    const all = few + this.counts[right]!
    const half = all >> 1
    if (few > half) {
      this.move(right, 0, right, few - half, all - few)
      this.move(left, half, right, 0, few - half)
    } else {
      this.move(right, 0, left, few, half - few)
      this.move(right, half - few, right, 0, all - half)
    }
    this.counts[left] = half
    this.counts[right] = all - half
  }
}
