/**
 * The nodes of a gap tree (gap-tree.ts), without an object for any: a node is a stretch of one
 * Float64Array, four columns of 16 words. It is called by the index of its first word, and an entry
 * by the index of its word in the first column, so an entry's node is its index without the lowest
 * bits. That word is the last frame of the range; of an inner node's entry: of the subtree.
 *
 * The last word of a column is no entry's. The first column's holds how many entries there are; the
 * others hold more than any size, and that is where a search to the left stops.
 */
import { shiftDown, shiftUp } from './gap-words.ts'
import { largestAligned } from './largest-aligned.ts'

/** Entries of a node. */
export const FANOUT = 15
/** A node other than the root has at least so many. */
export const FEWEST = 7
/** Two neighbours that have no more than this together become one node. */
const MERGE = 14
/** The first frame of the range; of an inner node's entry: the child. */
export const LO = 16
/** Frames of the hole below the range; of an inner node's entry: the maximum. */
export const HOLE = 32
/** The largest size-aligned request for that hole; of an inner node's entry: the maximum. */
export const FIT = 48
/** Words of a node: two cache lines a column. */
export const STRIDE = 64

/** See the head of the file. */
export class GapNodes {
  /** Replaced when more nodes are needed, as is what follows. */
  words = new Float64Array(8 * STRIDE)
  /**
   * The same memory: children and counts are integers there. On the way down, converting one from a
   * double would take longer than all else.
   */
  links = new Int32Array(this.words.buffer)
  #used = 0
  /** Given back, chained by their counts. */
  #free = -1

  /** A node without entries. */
  take(): number {
    let node = this.#free
    if (node >= 0) this.#free = this.count(node)
    else {
      node = this.#used
      this.#used += STRIDE
      if (this.#used > this.words.length) this.#grow()
      for (const column of [LO, HOLE, FIT]) this.words[node + column + FANOUT] = Infinity
    }
    this.setCount(node, 0)
    return node
  }

  give(node: number): void {
    this.setCount(node, this.#free)
    this.#free = node
  }

  /** Entries of a node. */
  count(node: number): number {
    return this.links[2 * (node + FANOUT)]!
  }

  setCount(node: number, count: number): void {
    this.links[2 * (node + FANOUT)] = count
  }

  /** The child of an entry. */
  child(entry: number): number {
    return this.links[2 * (entry + LO)]!
  }

  /** Sets the hole below the range of an entry. */
  measure(entry: number, hole: number): void {
    const { words } = this
    const lo = words[entry + LO]!
    words[entry + HOLE] = hole
    words[entry + FIT] = largestAligned(lo - hole, lo)
  }

  /** Sets an inner node's entry, `entry`, to what its child, `node`, is. False: it was that before. */
  summarise(node: number, entry: number): boolean {
    const { words, links } = this
    const hi = words[node + this.count(node) - 1]!
    const same = words[entry] === hi && links[2 * (entry + LO)] === node
    words[entry] = hi
    links[2 * (entry + LO)] = node
    return this.lower(node, entry) || !same
  }

  /** The same for the maxima alone. */
  lower(node: number, entry: number): boolean {
    const { words } = this
    let hole = 0
    let fit = 0
    for (let i = node, end = i + this.count(node); i < end; i++) {
      if (words[i + HOLE]! > hole) hole = words[i + HOLE]!
      if (words[i + FIT]! > fit) fit = words[i + FIT]!
    }
    const same = words[entry + HOLE] === hole && words[entry + FIT] === fit
    words[entry + HOLE] = hole
    words[entry + FIT] = fit
    return !same
  }

  /** Makes room before an entry in a node that has it; what stands there has to be written. */
  open(entry: number): void {
    const node = entry & -STRIDE
    const count = this.count(node)
    this.setCount(node, count + 1)
    shiftUp(this.words, entry, node + count)
  }

  /** Adds a range to a node that has room for it. */
  put(entry: number, lo: number, hi: number, hole: number): void {
    this.open(entry)
    this.words[entry] = hi
    this.words[entry + LO] = lo
    this.measure(entry, hole)
  }

  /** Takes an entry out. */
  close(entry: number): void {
    const node = entry & -STRIDE
    const last = node + this.count(node) - 1
    this.setCount(node, last - node)
    shiftDown(this.words, entry, last)
  }

  /** Copies entries, as memmove() would. */
  move(source: number, target: number, count: number): void {
    const { words } = this
    for (let column = 0; column < STRIDE; column += LO) {
      words.copyWithin(target + column, source + column, source + column + count)
    }
  }

  /** Moves the upper entries of a full node to a new one; `slot` is where one will be added. */
  split(node: number, slot: number): number {
    // Ranges come top down: whoever is added below all others leaves the fuller node behind.
    const keep = slot < FEWEST ? FEWEST : FANOUT - FEWEST
    const right = this.take()
    this.move(node + keep, right, FANOUT - keep)
    this.setCount(right, FANOUT - keep)
    this.setCount(node, keep)
    return right
  }

  /** Makes one node of two neighbours if they are small enough. */
  merge(left: number, right: number): boolean {
    const few = this.count(left)
    const more = this.count(right)
    if (few + more > MERGE) return false
    this.move(right, left + few, more)
    this.setCount(left, few + more)
    this.give(right)
    return true
  }

  /** Makes two neighbours of equal length, within one. */
  balance(left: number, right: number): void {
    const few = this.count(left)
    const all = few + this.count(right)
    const half = all >> 1
    if (few > half) {
      this.move(right, right + few - half, all - few)
      this.move(left + half, right, few - half)
    } else {
      this.move(right, left + few, half - few)
      this.move(right + half - few, right, all - half)
    }
    this.setCount(left, half)
    this.setCount(right, all - half)
  }

  /** Calls back with every range below a node, ascending; `levels` are between it and the leaves. */
  each(node: number, levels: number, visit: (lo: number, hi: number) => void): void {
    const { words } = this
    for (let entry = node, end = node + this.count(node); entry < end; entry++) {
      if (levels > 0) this.each(this.child(entry), levels - 1, visit)
      else visit(words[entry + LO]!, words[entry]!)
    }
  }

  #grow(): void {
    const words = new Float64Array(this.words.length * 2)
    words.set(this.words)
    this.words = words
    this.links = new Int32Array(words.buffer)
  }
}
