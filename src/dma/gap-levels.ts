/**
 * The levels of a gap tree (gap-tree.ts) and the way down them to its cursor: what has to be done
 * when a node became too full or too empty, and the entries above a node that says something new.
 */
import { assert } from '../base/assert.ts'
import { FANOUT, FEWEST, FIT, GapNodes, HOLE, STRIDE } from './gap-nodes.ts'

/** More levels than 2^52 entries need. */
const MAX_LEVELS = 32

/** See the head of the file. The tree is derived from it to have all its numbers in one object. */
export class GapLevels {
  protected readonly nodes = new GapNodes()
  protected root = this.nodes.take()
  /** Level of the leaves; the root is level 0. */
  protected depth = 0
  /** The cursor, a leaf's entry. */
  protected at = 0
  /** The entries on the way to it, one for every level above the leaves. */
  protected readonly path = new Int32Array(MAX_LEVELS)

  /** Levels of nodes. */
  get levels(): number {
    return this.depth + 1
  }

  /** Splits the cursor's node, which is full, and adds a range before the cursor. */
  protected splitFor(lo: number, hi: number, hole: number): void {
    const slot = this.at % STRIDE
    const node = this.at - slot
    const right = this.nodes.split(node, slot)
    const keep = this.nodes.count(node)
    this.nodes.put(slot <= keep ? node + slot : right + slot - keep, lo, hi, hole)
    this.#adopt(this.depth, node, right)
  }

  /** Takes an entry away, of the cursor's path or right of it. */
  protected delete(level: number, entry: number): void {
    const node = entry - (entry % STRIDE)
    this.nodes.close(entry)
    if (level === 0) this.#lower()
    else if (this.nodes.count(node) >= FEWEST) this.refresh(level, node)
    else {
      const above = this.path[level - 1]!
      this.#refill(above % STRIDE === 0 ? above : above - 1, level - 1)
    }
  }

  /** Carries what a node of the cursor's path became upwards, as far as it makes a difference. */
  protected refresh(from: number, node: number): void {
    let below = node
    for (let level = from - 1; level >= 0; level--) {
      const entry = this.path[level]!
      if (!this.nodes.summarise(below, entry)) return
      below = entry - (entry % STRIDE)
    }
  }

  /** The same for the maxima after a hole of the cursor's node grew to these measures. */
  protected grown(hole: number, fit: number): void {
    const { words } = this.nodes
    for (let level = this.depth - 1; level >= 0; level--) {
      const entry = this.path[level]!
      if (words[entry + HOLE]! >= hole && words[entry + FIT]! >= fit) return
      if (words[entry + HOLE]! < hole) words[entry + HOLE] = hole
      if (words[entry + FIT]! < fit) words[entry + FIT] = fit
    }
  }

  /** Gives the upper half of a split node a place above it, splitting there too if need be. */
  #adopt(level: number, node: number, right: number): void {
    const all = this.nodes
    if (level === 0) {
      this.#raise(node, right)
      return
    }
    const entry = this.path[level - 1]!
    all.summarise(node, entry)
    const slot = (entry % STRIDE) + 1
    const parent = entry + 1 - slot
    const full = all.count(parent) === FANOUT
    const aunt = full ? all.split(parent, slot) : parent
    const keep = full ? all.count(parent) : FANOUT
    const place = slot <= keep ? parent + slot : aunt + slot - keep
    all.open(place)
    all.summarise(right, place)
    if (full) this.#adopt(level - 1, parent, aunt)
    else this.refresh(level - 1, parent)
  }

  /** Puts a root above two nodes. */
  #raise(left: number, right: number): void {
    const root = this.nodes.take()
    this.nodes.setCount(root, 2)
    this.nodes.summarise(left, root)
    this.nodes.summarise(right, root + 1)
    this.root = root
    this.depth++
    assert(this.depth < MAX_LEVELS, 'a tree is shallower than its path')
  }

  /** Takes a root away that has one child. */
  #lower(): void {
    for (; this.depth > 0 && this.nodes.count(this.root) === 1; this.depth--) {
      const old = this.root
      this.root = this.nodes.child(old)
      this.nodes.give(old)
    }
  }

  /** Merges or balances the children of two neighbours, of which one has too few entries. */
  #refill(entry: number, level: number): void {
    const all = this.nodes
    const left = all.child(entry)
    const right = all.child(entry + 1)
    const merged = all.merge(left, right)
    if (!merged) all.balance(left, right)
    all.summarise(left, entry)
    if (merged) this.delete(level, entry + 1)
    else {
      all.summarise(right, entry + 1)
      this.refresh(level, entry - (entry % STRIDE))
    }
  }
}
