/**
 * The nodes of a gap tree (gap-tree.ts), without an object for any: a node is a stretch of one
 * Float64Array, four columns of `FANOUT` words. A child's number lies in such a word as an integer:
 * on the way down, converting one from a double would take longer than all else.
 */
import { largestAligned } from './largest-aligned.ts'

/** Entries of a node: two cache lines a column. */
export const FANOUT = 16
/** A node other than the root has at least so many. */
export const FEWEST = 7
/** Two neighbours that have no more than this together become one node. */
const MERGE = 14
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
  /** Replaced when more nodes are needed, as is what follows. */
  words = new Float64Array(8 * STRIDE)
  /** The same memory. The child of an entry: `links[2 * (node * STRIDE + LO + slot)]`. */
  links = new Int32Array(this.words.buffer)
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
      this.links = new Int32Array(words.buffer)
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

  /** The maximum of a node's entries. */
  most(node: number, measure: Measure): number {
    const { words } = this
    let most = 0
    for (let i = node * STRIDE + measure, end = i + this.counts[node]!; i < end; i++) {
      if (words[i]! > most) most = words[i]!
    }
    return most
  }

  /** Writes a node's entry in its parent. False when it was right before. */
  summarise(node: number, parent: number, slot: number): boolean {
    const { words } = this
    const to = parent * STRIDE + slot
    const hi = words[node * STRIDE + HI + this.counts[node]! - 1]!
    const hole = this.most(node, HOLE)
    const fit = this.most(node, FIT)
    const same =
      words[to + HI] === hi &&
      this.links[2 * (to + LO)] === node &&
      words[to + HOLE] === hole &&
      words[to + FIT] === fit
    if (same) return false
    words[to + HI] = hi
    this.links[2 * (to + LO)] = node
    words[to + HOLE] = hole
    words[to + FIT] = fit
    return true
  }

  /** Sets the maxima of a node that may have become smaller; `slot` is its entry above. */
  lower(node: number, parent: number, slot: number): void {
    const { words } = this
    let hole = 0
    let fit = 0
    for (let i = node * STRIDE, end = i + this.counts[node]!; i < end; i++) {
      if (words[i + HOLE]! > hole) hole = words[i + HOLE]!
      if (words[i + FIT]! > fit) fit = words[i + FIT]!
    }
    words[parent * STRIDE + HOLE + slot] = hole
    words[parent * STRIDE + FIT + slot] = fit
  }

  /** The child of an entry. */
  child(node: number, slot: number): number {
    return this.links[2 * (node * STRIDE + LO + slot)]!
  }

  /** Makes room for an entry in a node that has it; what it is has to be written. */
  open(node: number, slot: number): void {
    const { words } = this
    const count = this.counts[node]!
    const at = node * STRIDE
    for (let i = at + count; i > at + slot; i--) {
      words[i + HI] = words[i + HI - 1]!
      words[i + LO] = words[i + LO - 1]!
      words[i + HOLE] = words[i + HOLE - 1]!
      words[i + FIT] = words[i + FIT - 1]!
    }
    this.counts[node] = count + 1
  }

  /** Adds a range to a node that has room for it. */
  put(node: number, slot: number, hi: number, lo: number, hole: number, fit: number): void {
    this.open(node, slot)
    const { words } = this
    const at = node * STRIDE + slot
    words[at + HI] = hi
    words[at + LO] = lo
    words[at + HOLE] = hole
    words[at + FIT] = fit
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

  /** Moves the upper entries of a full node to a new one; `slot` is where one will be added. */
  split(node: number, slot: number): number {
    // Ranges come top down: whoever is added below all others leaves the fuller node behind.
    const keep = slot < FEWEST ? FEWEST : slot > FANOUT - FEWEST ? FANOUT - FEWEST : FANOUT / 2
    const right = this.take()
    this.move(node, keep, right, 0, FANOUT - keep)
    this.counts[right] = FANOUT - keep
    this.counts[node] = keep
    return right
  }

  /** Makes one node of two neighbours if they are small enough. */
  merge(left: number, right: number): boolean {
    const few = this.counts[left]!
    const more = this.counts[right]!
    if (few + more > MERGE) return false
    this.move(right, 0, left, few, more)
    this.counts[left] = few + more
    this.give(right)
    return true
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
  /** Calls back with every range below a node, ascending; `levels` are between it and the leaves. */
  each(node: number, levels: number, visit: (lo: number, hi: number) => void): void {
    const at = node * STRIDE
    for (let i = 0; i < this.counts[node]!; i++) {
      if (levels > 0) this.each(this.child(node, i), levels - 1, visit)
      else visit(this.words[at + LO + i]!, this.words[at + HI + i]!)
    }
  }
}
