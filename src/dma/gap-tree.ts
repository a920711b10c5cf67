/**
 * A B+ tree of ranges that knows the holes between them: every entry carries the hole below it, and
 * every subtree the longest of its holes and the largest size-aligned request that one of them can
 * serve (one number is enough and exact: largest-aligned.ts). Finding, adding and removing take
 * logarithmic time, whatever the holes look like.
 *
 * A subtree's maxima may be too large, never too small: adding a range leaves them, and a search that
 * they lead astray sets them right. That work is paid for by the additions, a way up the tree each.
 */
import { assert } from '../base/assert.ts'
import { FANOUT, FEWEST, FIT, GapNodes, HI, HOLE, LO, type Measure, STRIDE } from './gap-nodes.ts'
import { TOP_PFN } from './iova-allocator.ts'
import { largestAligned } from './largest-aligned.ts'

/** The entry above everything begins and ends here. */
const END = TOP_PFN + 1
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

  /**
   * The first frame of the hole above all ranges. No maximum knows of that hole: it would hide that
   * nothing else is free, and limits cut through it most of the time.
   */
  top: number

  /** With one entry, above everything that can be asked for; it is never removed. */
  constructor(start: number) {
    this.top = start
    const root = this.#all.take()
    this.#nodes[0] = root
    this.#all.put(root, 0, END, END, 0, 0)
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
    const at = this.#cursor()
    const { words } = this.#all
    return words[at + LO] === END ? END - this.top : words[at + HOLE]!
  }

  /** Levels of nodes. */
  get levels(): number {
    return this.#depth + 1
  }

  /** Moves the cursor to the lowest range that ends at `pfn` or above. */
  seek(pfn: number): void {
    const { words, links } = this.#all
    let node = this.#nodes[0]!
    for (let level = 0; ; level++) {
      const base = node * STRIDE
      let slot = 0
      while (words[base + HI + slot]! < pfn) slot++
      this.#nodes[level] = node
      this.#slots[level] = slot
      if (level === this.#depth) return
      node = links[2 * (base + LO + slot)]!
    }
  }

  /**
   * Moves the cursor down to the nearest lower range whose hole serves `size`. False, and the cursor
   * is of no use, when there is none.
   */
  fit(size: number, aligned: boolean): boolean {
    return this.#fit(this.#depth, size, aligned ? FIT : HOLE)
  }

  /** The same from above all ranges, wherever the cursor is. */
  fitAnywhere(size: number, aligned: boolean): boolean {
    this.#slots[0] = this.#all.counts[this.#nodes[0]!]!
    return this.#fit(0, size, aligned ? FIT : HOLE)
  }

  /**
   * From the cursor's entry of a level to the left, down where a maximum serves and up where a node
   * has nothing. A maximum that promised what was not there is set right on the way.
   */
  #fit(from: number, size: number, measure: Measure): boolean {
    const { words, links, counts } = this.#all
    let level = from
    let highest = from
    let slot = this.#slots[level]!
    for (;;) {
      const node = this.#nodes[level]!
      const base = node * STRIDE + measure
      do slot--
      while (slot >= 0 && words[base + slot]! < size)
      if (slot >= 0) {
        this.#slots[level] = slot
        if (level === this.#depth) return true
        const child = links[2 * (node * STRIDE + LO + slot)]!
        this.#nodes[++level] = child
        slot = counts[child]!
        continue
      }
      if (level === 0) return false
      level--
      slot = this.#slots[level]!
      if (level >= highest) this.#all.lower(node, this.#nodes[level]!, slot)
      else highest = level
    }
  }

  /** Puts a range right below the cursor's, with `below` free frames under it and `above` over it. */
  insert(lo: number, hi: number, below: number, above: number): void {
    const level = this.#depth
    const node = this.#nodes[level]!
    const slot = this.#slots[level]!
    const { words } = this.#all
    const at = node * STRIDE + slot
    const end = words[at + LO]!
    if (end === END) this.top = end - above
    else {
      words[at + HOLE] = above
      words[at + FIT] = largestAligned(end - above, end)
    }
    const belowFit = largestAligned(lo - below, lo)
    if (!this.#insert(level, slot, hi, lo, below, belowFit)) return
    // The maxima above a hole that became smaller stay: most have another reason, or soon will.
    if (end === END) this.#grown(level, below, belowFit)
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
    const { words } = this.#all
    const at = node * STRIDE + slot
    const bottom = Math.max(start, words[at + LO]! - words[at + HOLE]!)
    if (slot + 1 === count) {
      const hi = words[at + HI]!
      this.seek(hi + 1)
      if (this.lo === END) this.top = bottom
      else this.stretch(this.lo, Math.max(0, this.lo - bottom))
      this.seek(hi)
      this.#delete(level, slot)
      return
    }
    const end = words[at + 1 + LO]!
    if (end === END) this.top = bottom
    else this.#all.measure(node, slot + 1, Math.max(0, end - bottom))
    if (count <= FEWEST && level > 0) {
      this.#delete(level, slot)
      return
    }
    const hole = words[at + 1 + HOLE]!
    const fit = words[at + 1 + FIT]!
    this.#all.close(node, slot)
    this.#grown(level, hole, fit)
  }

  /** Calls back with every range, ascending, but for the one above everything. */
  each(visit: (lo: number, hi: number) => void): void {
    this.#all.each(this.#nodes[0]!, this.#depth, (lo, hi) => {
      if (lo < END) visit(lo, hi)
    })
  }

  #cursor(): number {
    return this.#nodes[this.#depth]! * STRIDE + this.#slots[this.#depth]!
  }

  /** Adds a range. True if it found room; if nodes were split, all maxima are right again. */
  #insert(level: number, slot: number, hi: number, lo: number, hole: number, fit: number) {
    const node = this.#nodes[level]!
    if (this.#all.counts[node]! < FANOUT) {
      this.#all.put(node, slot, hi, lo, hole, fit)
      return true
    }
    const right = this.#all.split(node, slot)
    const keep = this.#all.counts[node]!
    if (slot <= keep) this.#all.put(node, slot, hi, lo, hole, fit)
    else this.#all.put(right, slot - keep, hi, lo, hole, fit)
    this.#adopt(level, node, right)
    return false
  }

  /** Gives the upper half of a split node a place above it, splitting there too if need be. */
  #adopt(level: number, node: number, right: number): void {
    const all = this.#all
    if (level === 0) this.#raise(node, right)
    else {
      const parent = this.#nodes[level - 1]!
      const at = this.#slots[level - 1]! + 1
      all.summarise(node, parent, at - 1)
      const full = all.counts[parent]! === FANOUT
      const aunt = full ? all.split(parent, at) : parent
      const keep = full ? all.counts[parent]! : FANOUT
      const into = at <= keep ? parent : aunt
      all.open(into, at <= keep ? at : at - keep)
      all.summarise(right, into, at <= keep ? at : at - keep)
      if (full) this.#adopt(level - 1, parent, aunt)
      else this.#refresh(level - 1)
    }
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
    const node = this.#nodes[level]!
    this.#all.close(node, slot)
    if (level === 0) this.#lower()
    else if (this.#all.counts[node]! >= FEWEST) this.#refresh(level)
    else this.#refill(this.#nodes[level - 1]!, Math.max(0, this.#slots[level - 1]! - 1), level - 1)
  }

  /** Merges or balances two neighbours below a node, of which one has too few entries. */
  #refill(parent: number, at: number, level: number): void {
    const all = this.#all
    const left = all.child(parent, at)
    const right = all.child(parent, at + 1)
    const merged = all.merge(left, right)
    if (!merged) all.balance(left, right)
    all.summarise(left, parent, at)
    if (merged) this.#delete(level, at + 1)
    else {
      all.summarise(right, parent, at + 1)
      this.#refresh(level)
    }
  }

  /** Takes a root away that has one child. */
  #lower(): void {
    for (; this.#depth > 0 && this.#all.counts[this.#nodes[0]!] === 1; this.#depth--) {
      const old = this.#nodes[0]!
      this.#nodes[0] = this.#all.child(old, 0)
      this.#all.give(old)
    }
  }

  /** Carries what a node's entries became up the cursor's path, as far as it makes a difference. */
  #refresh(from: number): void {
    for (let level = from; level > 0; level--) {
      const parent = this.#nodes[level - 1]!
      if (!this.#all.summarise(this.#nodes[level]!, parent, this.#slots[level - 1]!)) return
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
