/**
 * A red-black tree without objects: nodes are small integers and their links lie in one typed
 * array. It keeps an order and nothing else; what a node stands for lies with its owner. (Guibas
 * and Sedgewick 1978; node 0 is the black leaf, as in Cormen et al., chapter 13.)
 */

/** Words of a node: left, right, parent, red. */
const STRIDE = 4
/** Side of a child: lower keys. */
export const LEFT = 0
/** Side of a child: higher keys. */
export const RIGHT = 1
/** Place of the parent among the links. */
export const PARENT = 2
const RED = 3

/** See the head of the file. A node is an index into typed arrays; 0 is none. */
export class RedBlackTree {
  /** Read-only outside: `links[node * 4 + LEFT]`. Replaced when the tree grows. */
  links: Int32Array
  root = 0
  /** Nodes that were given back, chained by their left link. */
  #free = 0
  #used = 1

  constructor(capacity = 64) {
    this.links = new Int32Array(capacity * STRIDE)
  }

  /** Nodes there is room for. */
  get capacity(): number {
    return this.links.length / STRIDE
  }

  /** A node that is not in the tree yet. */
  take(): number {
    const node = this.#free
    if (node !== 0) {
      this.#free = this.links[node * STRIDE + LEFT]!
      return node
    }
    if (this.#used === this.capacity) {
      const links = new Int32Array(this.links.length * 2)
      links.set(this.links)
      this.links = links
    }
    return this.#used++
  }

  /** The first in order; 0 of an empty tree. */
  first(): number {
    return this.root === 0 ? 0 : this.#outermost(this.root, LEFT)
  }

  next(node: number): number {
    return this.#neighbour(node, RIGHT, LEFT)
  }

  previous(node: number): number {
    return this.#neighbour(node, LEFT, RIGHT)
  }

  /** Hangs a node in, right before or right after `parent` in order; that side must be free. */
  add(node: number, parent: number, side: typeof LEFT | typeof RIGHT): void {
    const l = this.links
    const at = node * STRIDE
    l[at + LEFT] = 0
    l[at + RIGHT] = 0
    l[at + PARENT] = parent
    l[at + RED] = 1
    if (parent === 0) this.root = node
    else l[parent * STRIDE + side] = node
    this.#mendRed(node)
  }

  /** Takes a node out and gives it back. */
  remove(node: number): void {
    const l = this.links
    const at = node * STRIDE
    let lostRed = l[at + RED]!
    let hole: number
    if (l[at + LEFT] === 0) {
      hole = l[at + RIGHT]!
      this.#replace(node, hole)
    } else if (l[at + RIGHT] === 0) {
      hole = l[at + LEFT]!
      this.#replace(node, hole)
    } else {
      const heir = this.#outermost(l[at + RIGHT]!, LEFT)
      const heirAt = heir * STRIDE
      lostRed = l[heirAt + RED]!
      hole = l[heirAt + RIGHT]!
      if (l[heirAt + PARENT] === node) l[hole * STRIDE + PARENT] = heir
      else {
        this.#replace(heir, hole)
        this.#link(heir, RIGHT, l[at + RIGHT]!)
      }
      this.#replace(node, heir)
      this.#link(heir, LEFT, l[at + LEFT]!)
      l[heirAt + RED] = l[at + RED]!
    }
    if (lostRed === 0) this.#mendBlack(hole)
    l[at + LEFT] = this.#free
    this.#free = node
  }

  #link(parent: number, side: number, child: number): void {
    this.links[parent * STRIDE + side] = child
    this.links[child * STRIDE + PARENT] = parent
  }

  /** Puts `other` where `node` hangs. The leaf gets a parent too: mending starts from it. */
  #replace(node: number, other: number): void {
    const l = this.links
    const parent = l[node * STRIDE + PARENT]!
    if (parent === 0) this.root = other
    else if (l[parent * STRIDE + LEFT] === node) l[parent * STRIDE + LEFT] = other
    else l[parent * STRIDE + RIGHT] = other
    l[other * STRIDE + PARENT] = parent
  }

  #outermost(node: number, side: number): number {
    const l = this.links
    let at = node
    for (let below = l[at * STRIDE + side]!; below !== 0; below = l[at * STRIDE + side]!) at = below
    return at
  }

  #neighbour(node: number, side: number, back: number): number {
    const l = this.links
    const below = l[node * STRIDE + side]!
    if (below !== 0) return this.#outermost(below, back)
    let at = node
    let parent = l[at * STRIDE + PARENT]!
    while (parent !== 0 && l[parent * STRIDE + side] === at) {
      at = parent
      parent = l[at * STRIDE + PARENT]!
    }
    return parent
  }

  /** Lets the child on the other side take the place of `node`, which sinks to `side`. */
  #rotate(node: number, side: number): void {
    const l = this.links
    const up = l[node * STRIDE + 1 - side]!
    const middle = l[up * STRIDE + side]!
    l[node * STRIDE + 1 - side] = middle
    if (middle !== 0) l[middle * STRIDE + PARENT] = node
    this.#replace(node, up)
    this.#link(up, side, node)
  }

  #mendRed(added: number): void {
    const l = this.links
    let node = added
    for (;;) {
      let parent = l[node * STRIDE + PARENT]!
      if (parent === 0) break
      if (l[parent * STRIDE + RED] === 0) return
      const grand = l[parent * STRIDE + PARENT]!
      if (grand === 0) break
      const side = l[grand * STRIDE + LEFT] === parent ? LEFT : RIGHT
      const uncle = l[grand * STRIDE + 1 - side]!
      if (l[uncle * STRIDE + RED] === 1) {
        l[parent * STRIDE + RED] = 0
        l[uncle * STRIDE + RED] = 0
        l[grand * STRIDE + RED] = 1
        node = grand
        continue
      }
      if (l[parent * STRIDE + side] !== node) {
        this.#rotate(parent, side)
        parent = node
      }
      l[parent * STRIDE + RED] = 0
      l[grand * STRIDE + RED] = 1
      this.#rotate(grand, 1 - side)
      return
    }
    l[this.root * STRIDE + RED] = 0
  }

  #mendBlack(hole: number): void {
    const l = this.links
    let node = hole
    while (node !== this.root && l[node * STRIDE + RED] === 0) {
      const parent = l[node * STRIDE + PARENT]!
      const side = l[parent * STRIDE + LEFT] === node ? LEFT : RIGHT
      let sibling = l[parent * STRIDE + 1 - side]!
      if (l[sibling * STRIDE + RED] === 1) {
        l[sibling * STRIDE + RED] = 0
        l[parent * STRIDE + RED] = 1
        this.#rotate(parent, side)
        sibling = l[parent * STRIDE + 1 - side]!
      }
      const near = l[sibling * STRIDE + side]!
      const far = l[sibling * STRIDE + 1 - side]!
      if (l[near * STRIDE + RED] === 0 && l[far * STRIDE + RED] === 0) {
        l[sibling * STRIDE + RED] = 1
        node = parent
        continue
      }
      if (l[far * STRIDE + RED] === 0) {
        l[near * STRIDE + RED] = 0
        l[sibling * STRIDE + RED] = 1
        this.#rotate(sibling, 1 - side)
        sibling = near
      }
      l[sibling * STRIDE + RED] = l[parent * STRIDE + RED]!
      l[parent * STRIDE + RED] = 0
      l[l[sibling * STRIDE + 1 - side]! * STRIDE + RED] = 0
      this.#rotate(parent, side)
      node = this.root
    }
    l[node * STRIDE + RED] = 0
  }
}
