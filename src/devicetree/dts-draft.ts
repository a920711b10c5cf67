/**
 * A tree while its source is read. A later definition extends or overrides an earlier one at once,
 * in the order of the source; references stay open until the end.
 */
import type { Position } from '../base/diagnostic.ts'
import { Labels } from './dts-labels.ts'
import type { DtsReader } from './dts-reader.ts'
import type { DtsValue, Reference } from './dts-value.ts'
import { NameIndex } from './name-index.ts'
import { DtNode, type DtProperty } from './node.ts'
import type { MemoryReservation } from './tree.ts'

/** See the head of the file. Until `finish`, deleted nodes and properties stand in their lists. */
export class Draft {
  readonly root = new DtNode('')
  readonly labels: Labels
  readonly reservations: MemoryReservation[] = []
  readonly references = new Map<DtProperty, Reference[]>()
  /** Nodes to be dropped unless something refers to them. */
  readonly optional = new Set<DtNode>()
  readonly #children = new NameIndex<DtNode>()
  readonly #properties = new NameIndex<DtProperty>()

  constructor(reader: DtsReader) {
    this.labels = new Labels(reader)
  }

  /** The node of a label, or of a path when `target` starts with `/`. */
  find(target: string): DtNode | undefined {
    if (!target.startsWith('/')) return this.labels.node(target)
    let node: DtNode | undefined = this.root
    for (const name of target.split('/')) {
      if (name === '' || node === undefined) continue
      node = this.#children.find(node.children, name)
    }
    return node
  }

  /** The child of that name, made if there is none. */
  child(node: DtNode, name: string, at: Position): DtNode {
    let child = this.#children.find(node.children, name)
    if (child === undefined) {
      child = new DtNode(name, node, at)
      this.#children.add(node.children, child)
    }
    return child
  }

  /** Adds a property, or overrides it in its old place. */
  define(node: DtNode, name: string, value: DtsValue, labels: string[], at: Position): void {
    let property = this.#properties.find(node.properties, name)
    if (property === undefined) {
      property = { name, value: value.bytes, at }
      this.#properties.add(node.properties, property)
    } else {
      property.value = value.bytes
      property.at = at
      this.references.delete(property)
    }
    if (value.references.length > 0) this.references.set(property, value.references)
    if (labels.length > 0) {
      property.labels = [...new Set([...(property.labels ?? []), ...labels])]
      this.labels.defineOn(labels, property, at)
    }
  }

  /** Takes away a node (not the root) with all under it. */
  delete(node: DtNode): void {
    this.#children.remove(node.parent!.children, node)
    this.labels.forget(node)
  }

  /** Takes away a child if there is one. */
  deleteChild(node: DtNode, name: string): void {
    const child = this.#children.find(node.children, name)
    if (child !== undefined) this.delete(child)
  }

  /** Takes away a property if there is one. */
  deleteProperty(node: DtNode, name: string): void {
    const property = this.#properties.find(node.properties, name)
    if (property === undefined) return
    this.#properties.remove(node.properties, property)
    this.labels.forgetOn(property)
  }

  /** Carries out the deletions: `children` and `properties` hold what is left from now on. */
  finish(): void {
    this.#children.compact()
    this.#properties.compact()
  }
}
