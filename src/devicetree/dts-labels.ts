/** The labels of a device tree source: each names one node, one property or a place in a value. */
import type { Position } from '../base/diagnostic.ts'
import type { DraftNode, DraftProperty } from './dts-draft.ts'
import type { DtsReader } from './dts-reader.ts'
import { NearLabels } from './near-labels.ts'

/** A label where it stands. */
export interface Label {
  name: string
  at: Position
  /** Counts up through the source. */
  order: number
  deleted: boolean
}

/** Where labels may stand. */
interface Labelled {
  labels: Map<string, Label> | undefined
}

/** See the head of the file. Mistakes are reported to the reader's findings. */
export class Labels {
  /** Every node that has, or had, the label. */
  readonly #owners = new Map<string, Set<DraftNode>>()
  readonly #reader: DtsReader
  readonly #suggestions = new NearLabels()

  constructor(reader: DtsReader) {
    this.#reader = reader
  }

  /** The node of that label, if it names one. */
  node(label: string): DraftNode | undefined {
    for (const node of this.#owners.get(label) ?? []) {
      if (node.labels?.get(label)?.deleted === false) return node
    }
    return undefined
  }

  /** Gives a node labels, in the order given; one that it had already lives again. */
  add(node: DraftNode, labels: readonly Label[]): void {
    extend(node, labels)
    for (const { name } of labels) this.#own(name, node)
  }

  /** Gives a property labels. */
  addOn(property: DraftProperty, labels: readonly Label[]): void {
    extend(property, labels)
  }

  /** Makes the labels of a node, and of all under it, known. */
  adopt(node: DraftNode): void {
    const pending = [node]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      // What only deletes is in the list, and so are its labels, should the node come to be.
      for (const name of next.labels?.keys() ?? []) this.#own(name, next)
      for (let i = next.children.length - 1; i >= 0; i--) pending.push(next.children[i]!)
    }
  }

  /** Frees the labels of a deleted node. */
  forget(node: DraftNode): void {
    for (const label of node.labels?.values() ?? []) label.deleted = true
  }

  /** Frees the labels of a deleted property. */
  forgetOn(property: DraftProperty): void {
    for (const label of property.labels?.values() ?? []) label.deleted = true
  }

  /** Reports a reference to no node, with labels that look like it. */
  unknown(target: string, at: Position): void {
    const shown = target.startsWith('/') ? `&{${target}}` : `&${target}`
    const near = this.#near(target)
    const remedy =
      near.length === 0 ? undefined : `did you mean ${near.map((n) => `&${n}`).join(', ')}?`
    this.#reader.error(`${shown} names no node`, at, remedy)
  }

  #near(target: string): string[] {
    if (target.startsWith('/')) return []
    const living = () => [...this.#owners.keys()].filter((l) => this.node(l) !== undefined)
    return this.#suggestions.of(target, this.#owners.size, living)
  }

  #own(name: string, node: DraftNode): void {
    const owners = this.#owners.get(name)
    if (owners === undefined) this.#owners.set(name, new Set([node]))
    else owners.add(node)
  }
}

/** A map keeps its order when a key is set again: a label that comes back has its old place. */
function extend(to: Labelled, labels: readonly Label[]): void {
  if (labels.length === 0) return
  to.labels ??= new Map()
  for (const label of labels) {
    const old = to.labels.get(label.name)
    if (old === undefined) to.labels.set(label.name, label)
    else old.deleted = false
  }
}
