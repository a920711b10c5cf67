/**
 * One state of a tree, read many times: remembers what readers of properties ask for over and
 * over, so that long lists under nodes with many properties stay cheap. Not for trees that change.
 */
import type { DtNode } from './node.ts'
import { type ArgumentCells, argumentCells } from './phandle-lists.ts'
import { type BusWindows, busWindows } from './ranges.ts'
import type { DeviceTree } from './tree.ts'

/** A chain of interrupt parents longer than any tree is deep goes in a circle. */
const MOST_HOPS = 64

/** See the head of the file. */
export class TreeReader {
  readonly tree: DeviceTree
  readonly #firstCells = new Map<string, Map<DtNode, number | undefined>>()
  readonly #arguments = new Map<string, ArgumentCells | null>()
  readonly #windows = new Map<DtNode, BusWindows>()
  readonly #parents = new Map<DtNode, DtNode | null>()

  constructor(tree: DeviceTree) {
    this.tree = tree
  }

  /** `node.u32(name)`. */
  u32(node: DtNode, name: string): number | undefined {
    let known = this.#firstCells.get(name)
    if (known === undefined) {
      known = new Map()
      this.#firstCells.set(name, known)
    }
    if (!known.has(node)) known.set(node, node.u32(name))
    return known.get(node)
  }

  /** See argumentCells of phandle-lists.ts. */
  argumentCells(property: string): ArgumentCells | null {
    let count = this.#arguments.get(property)
    if (count === undefined) {
      count = argumentCells(property)
      this.#arguments.set(property, count)
    }
    return count
  }

  /** Of the node, else of the nearest ancestor that has it. */
  inherited(node: DtNode, name: string): number | undefined {
    for (let at: DtNode | null = node; at !== null; at = at.parent) {
      const cell = this.u32(at, name)
      if (cell !== undefined) return cell
    }
    return undefined
  }

  /** See addressCells of cells.ts. */
  addressCells(bus: DtNode): number {
    return this.inherited(bus, '#address-cells') ?? 1
  }

  /** See sizeCells of cells.ts. */
  sizeCells(bus: DtNode): number {
    return this.inherited(bus, '#size-cells') ?? 1
  }

  /** The windows of `ranges`. */
  ranges(bus: DtNode): BusWindows {
    let windows = this.#windows.get(bus)
    if (windows === undefined) {
      windows = busWindows(bus, 'ranges')
      this.#windows.set(bus, windows)
    }
    return windows
  }

  /**
   * The controller, or the nexus with an `interrupt-map`, that gives `interrupts` of the node their
   * meaning; null when there is none. of_irq_find_parent(), drivers/of/irq.c
   */
  interruptParent(node: DtNode): DtNode | null {
    let at: DtNode | null = node
    for (let hops = 0; hops < MOST_HOPS && at !== null; hops++) {
      at = this.#nextInterruptParent(at)
      if (at !== null && this.u32(at, '#interrupt-cells') !== undefined) return at
    }
    return null
  }

  #nextInterruptParent(node: DtNode): DtNode | null {
    let parent = this.#parents.get(node)
    if (parent === undefined) {
      const phandle = this.u32(node, 'interrupt-parent')
      parent = phandle === undefined ? node.parent : (this.tree.byPhandle(phandle) ?? null)
      this.#parents.set(node, parent)
    }
    return parent
  }
}
