/**
 * A B+ tree of ranges that knows the holes between them: every entry carries the hole below it, and
 * every subtree the longest of its holes and the largest size-aligned request that one of them can
 * serve (one number is enough and exact: largest-aligned.ts). Finding, adding and removing take
 * logarithmic time, whatever the holes look like.
 *
 * A subtree's maxima may be too large, never too small: adding a range leaves them, and a search that
 * they lead astray sets them right. That work is paid for by the additions, a way up the tree each.
 */
import { GapLevels } from './gap-levels.ts'
import { FANOUT, FEWEST, FIT, HOLE, LO, STRIDE } from './gap-nodes.ts'
import { firstFrom, lastFrom, shiftDown, shiftUp } from './gap-words.ts'
import { TOP_PFN } from './iova-allocator.ts'
import { largestAligned } from './largest-aligned.ts'

/** The entry above everything begins and ends here. */
const END = TOP_PFN + 1

/** The tree, with one cursor: an entry that `seek` or `fit` found. */
export class GapTree extends GapLevels {
  /**
   * The first frame of the hole above all ranges. No maximum knows of that hole: it would hide that
   * nothing else is free, and limits cut through it most of the time.
   */
  top = 0
  /** Nothing below it counts as a hole. */
  readonly #start: number = 0

  /** With one entry, above everything that can be asked for; it is never removed. */
  constructor(start: number) {
    super()
    this.#start = start
    this.top = start
    this.nodes.put(this.root, END, END, 0)
  }

  /** Last frame of the range under the cursor. */
  get hi(): number {
    return this.nodes.words[this.at]!
  }

  /** First frame. */
  get lo(): number {
    return this.nodes.words[this.at + LO]!
  }

  /** The first frame of the hole right below it. */
  get bottom(): number {
    const { words } = this.nodes
    const lo = words[this.at + LO]!
    return lo === END ? this.top : lo - words[this.at + HOLE]!
  }

  /** Moves the cursor to the lowest range that ends at `pfn` or above. */
  seek(pfn: number): void {
    const { words, links } = this.nodes
    const { path, depth } = this
    let at = firstFrom(words, this.root, pfn)
    for (let level = 0; level < depth; level++) {
      path[level] = at
      at = firstFrom(words, links[2 * (at + LO)]!, pfn)
    }
    this.at = at
  }

  /**
   * Moves the cursor down to the nearest lower range whose hole serves `size`. False, and the cursor
   * is of no use, when there is none.
   */
  fit(size: number, aligned: boolean): boolean {
    return this.#fit(this.depth, this.at, size, aligned ? FIT : HOLE)
  }

  /** The same from above all ranges, wherever the cursor is. */
  fitAnywhere(size: number, aligned: boolean): boolean {
    return this.#fit(0, this.root + this.nodes.count(this.root), size, aligned ? FIT : HOLE)
  }

  /**
   * From an entry of a level to the left, down where a maximum serves and up where a node has
   * nothing. A maximum that promised what was not there is set right on the way.
   */
  #fit(from: number, beside: number, size: number, measure: typeof HOLE | typeof FIT): boolean {
    const { words, links } = this.nodes
    const { path, depth } = this
    let level = from
    let highest = from
    let at = beside
    for (;;) {
      const node = at & -STRIDE
      at = lastFrom(words, at + measure, size) - measure
      if (at >= node) {
        if (level === depth) {
          this.at = at
          return true
        }
        path[level++] = at
        const child = links[2 * (at + LO)]!
        at = child + links[2 * (child + FANOUT)]!
        continue
      }
      if (level === 0) return false
      at = path[--level]!
      if (level >= highest) this.nodes.lower(node, at)
      else highest = level
    }
  }

  /** Puts a range into the hole right below the cursor's. */
  insert(lo: number, hi: number): void {
    const { words, links } = this.nodes
    const at = this.at
    const end = words[at + LO]!
    const bottom = end === END ? this.top : end - words[at + HOLE]!
    const above = hi >= this.#start ? hi + 1 : this.#start
    if (end === END) this.top = above
    else {
      words[at + HOLE] = end > above ? end - above : 0
      words[at + FIT] = largestAligned(above, end)
    }
    const hole = lo > bottom ? lo - bottom : 0
    const node = at & -STRIDE
    const count = links[2 * (node + FANOUT)]!
    if (count === FANOUT) {
      this.splitFor(lo, hi, hole)
      return
    }
    const fit = largestAligned(bottom, lo)
    links[2 * (node + FANOUT)] = count + 1
    shiftUp(words, at, node + count)
    words[at] = hi
    words[at + LO] = lo
    words[at + HOLE] = hole
    words[at + FIT] = fit
    // The maxima above a hole that became smaller stay: most have another reason, or soon will.
    if (end === END) this.grown(hole, fit)
  }

  /** Moves the lower end of the cursor's range down. */
  stretch(lo: number): void {
    const hole = Math.max(0, lo - this.bottom)
    this.nodes.words[this.at + LO] = lo
    this.#setHole(hole)
  }

  /** Takes the cursor's range away. */
  remove(): void {
    const { words, links } = this.nodes
    const at = this.at
    const node = at & -STRIDE
    const last = node + links[2 * (node + FANOUT)]! - 1
    if (at === last) {
      this.#removeLast()
      return
    }
    let bottom = words[at + LO]! - words[at + HOLE]!
    if (bottom < this.#start) bottom = this.#start
    const end = words[at + 1 + LO]!
    if (end === END) this.top = bottom
    else {
      words[at + 1 + HOLE] = end > bottom ? end - bottom : 0
      words[at + 1 + FIT] = largestAligned(bottom, end)
    }
    if (last - node < FEWEST && this.depth > 0) {
      this.delete(this.depth, at)
      return
    }
    links[2 * (node + FANOUT)] = last - node
    shiftDown(words, at, last)
    this.grown(words[at + HOLE]!, words[at + FIT]!)
  }

  /** Takes the last range of a leaf away, whose hole goes to the first of the next leaf. */
  #removeLast(): void {
    const { hi } = this
    const bottom = Math.max(this.#start, this.bottom)
    this.seek(hi + 1)
    if (this.lo === END) this.top = bottom
    else this.#setHole(Math.max(0, this.lo - bottom))
    this.seek(hi)
    this.delete(this.depth, this.at)
  }

  /** Sets the hole below the cursor's range. */
  #setHole(hole: number): void {
    this.nodes.measure(this.at, hole)
    this.refresh(this.depth, this.at & -STRIDE)
  }

  /** Calls back with every range, ascending, but for the one above everything. */
  each(visit: (lo: number, hi: number) => void): void {
    this.nodes.each(this.root, this.depth, (lo, hi) => {
      if (lo < END) visit(lo, hi)
    })
  }
}
