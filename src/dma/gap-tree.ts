/**
 * A B+ tree of ranges that knows the holes between them: every entry carries the hole below it, and
 * every subtree the longest of its holes and the largest size-aligned request that one of them can
 * serve (one number is enough and exact: largest-aligned.ts). Finding, adding and removing take
 * logarithmic time, whatever the holes look like.
 */
import { assert } from '../base/assert.ts'
import { FANOUT, FIT, GapNodes, HI, HOLE, LO, type Measure, STRIDE } from './gap-nodes.ts'
import { TOP_PFN } from './iova-allocator.ts'
import { largestAligned } from './largest-aligned.ts'

/** A node other than the root has at least so many entries. */
const FEWEST = 4
/** Two neighbours that have no more than this together become one node. */
const MERGE = 11
/** More levels than 2^52 entries need. */
const MAX_LEVELS = 32

/** The tree, with one cursor: an entry that `seek` or `fit` found. */
export class GapTree {
  readonly #all = new GapNodes()
  /** Level of the leaves; the root is level 0. */
  #depth = 0
  /** The way to the cursor: a node and an entry of it for every level. */
  readonly #nodes = new Int32Array(MAX_LEVELS)
  readonly #slots = new Int32Array(MAX_LEVELS)

  /** With one entry, above everything that can be asked for; it is never removed. */
  constructor(start: number) {
    const root = this.#all.take()
    this.#nodes[0] = root
    this.#all.open(root, 0, TOP_PFN + 1, TOP_PFN + 1)
    this.#all.measure(root, 0, TOP_PFN + 1 - start)
  }

  /** Last frame of the range under the cursor. */
  get hi(): number {
    return this.#all.words[this.#cursor() + HI]!
  }

  /** First frame. */
  get lo(): number {
    return this.#all.words[this.#cursor() + LO]!
  }

  /** Frames of the hole right below it. */
  get hole(): number {
    return this.#all.words[this.#cursor() + HOLE]!
  }

  /** Levels of nodes. */
  get levels(): number {
    return this.#depth + 1
  }

  /** Moves the cursor to the lowest range that ends at `pfn` or above. */
  seek(pfn: number): void {
    const { words } = this.#all
    let node = this.#nodes[0]!
    for (let level = 0; ; level++) {
      const base = node * STRIDE
      let slot = 0
      while (words[base + HI + slot]! < pfn) slot++
      this.#nodes[level] = node
      this.#slots[level] = slot
      if (level === this.#depth) return
      node = words[base + LO + slot]!
    }
  }

  /**
   * Moves the cursor down to the nearest lower range whose hole serves `size`. False, and the cursor
   * stays, when there is none.
   */
  fit(size: number, aligned: boolean): boolean {
    const { words, counts } = this.#all
    const measure: Measure = aligned ? FIT : HOLE
    let level = this.#depth
    let slot = -1
    for (;;) {
      const base = this.#nodes[level]! * STRIDE + measure
      slot = this.#slots[level]! - 1
      while (slot >= 0 && words[base + slot]! < size) slot--
      if (slot >= 0) break
      if (level-- === 0) return false
    }
    this.#slots[level] = slot
    while (level < this.#depth) {
      const node = words[this.#nodes[level]! * STRIDE + LO + slot]!
      this.#nodes[++level] = node
      slot = counts[node]! - 1
      const base = node * STRIDE + measure
      while (slot > 0 && words[base + slot]! < size) slot--
      this.#slots[level] = slot
    }
    return true
  }

  /** Puts a range right below the cursor's, with `below` free frames under it and `above` over it. */
  insert(lo: number, hi: number, below: number, above: number): void {
    const level = this.#depth
    const node = this.#nodes[level]!
    const slot = this.#slots[level]!
    const at = node * STRIDE + slot
    const hole = this.#all.words[at + HOLE]!
    const fit = this.#all.words[at + FIT]!
    this.#all.measure(node, slot, above)
    const belowFit = below > 0 ? largestAligned(lo - below, lo) : 0
    if (this.#insert(level, slot, hi, lo, below, belowFit)) this.#shrunk(level, hole, fit)
  }

  /** Moves the lower end of the cursor's range and sets the hole below it. */
  stretch(lo: number, hole: number): void {
    this.#all.words[this.#cursor() + LO] = lo
    this.#all.measure(this.#nodes[this.#depth]!, this.#slots[this.#depth]!, hole)
    this.#refresh(this.#depth)
  }

  /** Takes the cursor's range away. Nothing below `start` counts as a hole. */
  remove(start: number): void {
    const level = this.#depth
    const node = this.#nodes[level]!
    const slot = this.#slots[level]!
    const count = this.#all.counts[node]!
    const bottom = Math.max(start, this.lo - this.hole)
    if (slot + 1 === count) {
      const { hi } = this
      this.seek(hi + 1)
      this.stretch(this.lo, Math.max(0, this.lo - bottom))
      this.seek(hi)
      this.#delete(level, slot)
      return
    }
    const next = node * STRIDE + slot + 1
    const hole = Math.max(0, this.#all.words[next + LO]! - bottom)
    this.#all.measure(node, slot + 1, hole)
    if (count > FEWEST) {
      const fit = this.#all.words[next + FIT]!
      this.#all.close(node, slot)
      this.#grown(level, hole, fit)
    } else this.#delete(level, slot)
  }

  /** Calls back with every range, ascending, but for the one above everything. */
  each(visit: (lo: number, hi: number) => void): void {
    this.#each(this.#nodes[0]!, 0, visit)
  }

  #each(node: number, level: number, visit: (lo: number, hi: number) => void): void {
    const { words, counts } = this.#all
    const at = node * STRIDE
    for (let i = 0; i < counts[node]!; i++) {
      const lo = words[at + LO + i]!
      if (level < this.#depth) this.#each(lo, level + 1, visit)
      else if (lo <= TOP_PFN) visit(lo, words[at + HI + i]!)
    }
  }

  #cursor(): number {
    return this.#nodes[this.#depth]! * STRIDE + this.#slots[this.#depth]!
  }

  /** Adds an entry. True if it found room; if nodes were split, all maxima are right again. */
  #insert(level: number, slot: number, hi: number, lo: number, hole: number, fit: number) {
    const all = this.#all
    const node = this.#nodes[level]!
    if (all.counts[node]! < FANOUT) {
      this.#open(node, slot, hi, lo, hole, fit)
      return true
    }
    // Ranges come top down: whoever is added below all others leaves a well-filled node behind.
    const keep = slot < FEWEST ? FEWEST : slot > FANOUT - FEWEST ? FANOUT - FEWEST : FANOUT / 2
    const right = all.take()
    all.move(node, keep, right, 0, FANOUT - keep)
    all.counts[right] = FANOUT - keep
    all.counts[node] = keep
    if (slot <= keep) this.#open(node, slot, hi, lo, hole, fit)
    else this.#open(right, slot - keep, hi, lo, hole, fit)
    if (level === 0) {
      this.#raise(node, right)
      return false
    }
    const parent = this.#nodes[level - 1]!
    const at = this.#slots[level - 1]!
    all.summarise(node, parent, at)
    const top = all.words[right * STRIDE + HI + all.counts[right]! - 1]!
    const holes = all.most(right, HOLE, Number.POSITIVE_INFINITY)
    const fits = all.most(right, FIT, Number.POSITIVE_INFINITY)
    if (this.#insert(level - 1, at + 1, top, right, holes, fits)) this.#refresh(level - 1)
    return false
  }

  #open(node: number, slot: number, hi: number, lo: number, hole: number, fit: number): void {
    this.#all.open(node, slot, hi, lo)
    const { words } = this.#all
    words[node * STRIDE + HOLE + slot] = hole
    words[node * STRIDE + FIT + slot] = fit
  }

  /** Puts a root above two nodes. */
  #raise(left: number, right: number): void {
    const root = this.#all.take()
    this.#all.counts[root] = 2
    this.#all.summarise(left, root, 0)
    this.#all.summarise(right, root, 1)
    this.#nodes[0] = root
    this.#depth++
    assert(this.#depth < MAX_LEVELS, 'a tree is shallower than its path')
  }

  #delete(level: number, slot: number): void {
    const all = this.#all
    const node = this.#nodes[level]!
    all.close(node, slot)
    if (level === 0) {
      this.#lower()
      return
    }
    if (all.counts[node]! >= FEWEST) {
      this.#refresh(level)
      return
    }
    const parent = this.#nodes[level - 1]!
    const at = Math.max(0, this.#slots[level - 1]! - 1)
    const left = all.words[parent * STRIDE + LO + at]!
    const right = all.words[parent * STRIDE + LO + at + 1]!
    const [few, more] = [all.counts[left]!, all.counts[right]!]
    if (few + more <= MERGE) {
      all.move(right, 0, left, few, more)
      all.counts[left] = few + more
      all.give(right)
      all.summarise(left, parent, at)
      this.#delete(level - 1, at + 1)
      return
    }
    all.balance(left, right)
    all.summarise(left, parent, at)
    all.summarise(right, parent, at + 1)
    this.#refresh(level - 1)
  }

  /** Takes a root away that has one child. */
  #lower(): void {
    for (; this.#depth > 0 && this.#all.counts[this.#nodes[0]!] === 1; this.#depth--) {
      const old = this.#nodes[0]!
      this.#nodes[0] = this.#all.words[old * STRIDE + LO]!
      this.#all.give(old)
    }
  }

  /** Carries what a node's entries became up the cursor's path, as far as it makes a difference. */
  #refresh(from: number): void {
    for (let level = from; level > 0; level--) {
      const [parent, slot] = [this.#nodes[level - 1]!, this.#slots[level - 1]!]
      if (!this.#all.summarise(this.#nodes[level]!, parent, slot)) return
    }
  }

  /** The same after a hole of these measures became smaller ones: most nodes have larger ones. */
  #shrunk(from: number, hole: number, fit: number): void {
    const all = this.#all
    const { words } = all
    for (let level = from; level > 0; level--) {
      const node = this.#nodes[level]!
      const up = this.#nodes[level - 1]! * STRIDE + this.#slots[level - 1]!
      const [holes, fits] = [words[up + HOLE]!, words[up + FIT]!]
      if (hole < holes && fit < fits) return
      if (hole >= holes) words[up + HOLE] = all.most(node, HOLE, holes)
      if (fit >= fits) words[up + FIT] = all.most(node, FIT, fits)
      if (words[up + HOLE] === holes && words[up + FIT] === fits) return
      hole = holes
      fit = fits
    }
  }

  /** The same after a hole grew to these measures. */
  #grown(from: number, hole: number, fit: number): void {
    const { words } = this.#all
    for (let level = from - 1; level >= 0; level--) {
      const at = this.#nodes[level]! * STRIDE + this.#slots[level]!
      if (words[at + HOLE]! >= hole && words[at + FIT]! >= fit) return
      if (words[at + HOLE]! < hole) words[at + HOLE] = hole
      if (words[at + FIT]! < fit) words[at + FIT] = fit
    }
  }
}
