/** The labels of a device tree source: each names one node or one property. */
import type { Position } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import type { DtsReader } from './dts-reader.ts'
import { DtNode, type DtProperty } from './node.ts'

const LONGEST_COMPARED = 64
const MOST_COMPARED = 5000
const MOST_SUGGESTIONS = 10

/** See the head of the file. Mistakes are reported to the reader's findings. */
export class Labels {
  readonly #owners = new Map<string, DtNode | DtProperty>()
  readonly #reader: DtsReader
  #suggested = 0

  constructor(reader: DtsReader) {
    this.#reader = reader
  }

  /** The node of that label, if it names one. */
  node(label: string): DtNode | undefined {
    const owner = this.#owners.get(label)
    return owner instanceof DtNode ? owner : undefined
  }

  /** Gives a node labels; one that it has already does no harm. */
  define(labels: readonly string[], node: DtNode, at?: Position): void {
    for (const label of labels) if (this.#own(label, node, at)) node.labels.push(label)
  }

  /** Gives a property labels. */
  defineOn(labels: readonly string[], property: DtProperty, at: Position): void {
    for (const label of labels) this.#own(label, property, at)
  }

  /** Frees the labels of a deleted node and of all under it. */
  forget(node: DtNode): void {
    const pending = [node]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const label of next.labels)
        if (this.#owners.get(label) === next) this.#owners.delete(label)
      for (const property of next.properties) this.forgetOn(property)
      for (const child of next.children) pending.push(child)
    }
  }

  /** Frees the labels of a deleted property. */
  forgetOn(property: DtProperty): void {
    for (const label of property.labels ?? []) {
      if (this.#owners.get(label) === property) this.#owners.delete(label)
    }
  }

  /** Reports a reference to no node, with labels that look like it. */
  unknown(target: string, at: Position): void {
    const shown = target.startsWith('/') ? `&{${target}}` : `&${target}`
    const near = this.#near(target)
    const remedy =
      near.length === 0 ? undefined : `did you mean ${near.map((n) => `&${n}`).join(', ')}?`
    this.#reader.error(`${shown} names no node`, at, remedy)
  }

  /** Comparing names takes time: done for the first few mistakes, among as many as boards have. */
  #near(target: string): string[] {
    if (target.startsWith('/') || target.length > LONGEST_COMPARED) return []
    if (this.#suggested >= MOST_SUGGESTIONS || this.#owners.size > MOST_COMPARED) return []
    this.#suggested++
    const labels = [...this.#owners.keys()]
    return nearNames(
      target,
      labels.filter((label) => label.length <= LONGEST_COMPARED),
    )
  }

  /** True when the label is new; one that names something else is reported. */
  #own(label: string, owner: DtNode | DtProperty, at: Position | undefined): boolean {
    const before = this.#owners.get(label)
    if (before === undefined) this.#owners.set(label, owner)
    else if (before !== owner) {
      const what = before instanceof DtNode ? before.path : `property ${before.name}`
      this.#reader.error(`label ${label} already names ${what}`, at)
    }
    return before === undefined
  }
}
