/**
 * A tree while its source is read. Each pair of braces is read into nodes of its own and then
 * merged into what was there, in the order of the source, as dtc does it: a deleted node or
 * property keeps its place and comes back there when it is defined again.
 */
import type { Position } from '../base/diagnostic.ts'
import { type Label, Labels } from './dts-labels.ts'
import type { DtsReader } from './dts-reader.ts'
import type { DtsValue } from './dts-value.ts'
import { NameIndex } from './name-index.ts'
import type { DtNode } from './node.ts'
import type { MemoryReservation } from './tree.ts'

/** A property of a draft, or the wish to delete one. */
export interface DraftProperty {
  name: string
  /** Undefined in what only deletes. */
  value: DtsValue | undefined
  labels: Map<string, Label> | undefined
  at: Position
  deleted: boolean
}

/** A node of a draft, or the wish to delete one. */
export class DraftNode {
  readonly name: string
  at: Position | undefined
  parent: DraftNode | null = null
  /** By name, innermost first: dtc puts a new label in front of the others. */
  labels: Map<string, Label> | undefined
  /** To be dropped unless something refers to it. */
  optional = false
  deleted = false
  readonly properties: DraftProperty[] = []
  readonly children: DraftNode[] = []
  /** What it became when all was read. */
  built: DtNode | undefined

  constructor(name: string, at?: Position) {
    this.name = name
    this.at = at
  }

  /** `/` for a root. */
  get path(): string {
    const names: string[] = []
    for (let node: DraftNode = this; node.parent !== null; node = node.parent) names.push(node.name)
    return `/${names.reverse().join('/')}`
  }
}

/** See the head of the file. */
export class Draft {
  /** Null until something defines it. */
  root: DraftNode | null = null
  readonly labels: Labels
  readonly reservations: MemoryReservation[] = []
  readonly #reader: DtsReader
  readonly #children = new NameIndex<DraftNode>()
  readonly #properties = new NameIndex<DraftProperty>()
  #fragments = 0

  constructor(reader: DtsReader) {
    this.#reader = reader
    this.labels = new Labels(reader)
  }

  /** The node of a label, or of a path when `target` starts with `/`. */
  find(target: string): DraftNode | undefined {
    if (!target.startsWith('/')) return this.labels.node(target)
    // As dtc reads a path: slashes in front of a name are passed over, and one behind the last.
    const names = target.split(/\/+/).slice(1)
    if (names.at(-1) === '' && (names.length === 1 || !target.endsWith('//'))) names.pop()
    let node = this.root ?? undefined
    for (const name of names) node = node && this.#child(node, name)
    return node
  }

  #child(node: DraftNode, name: string): DraftNode | undefined {
    const child = this.#children.find(node.children, name)
    if (child?.deleted !== true) return child
    return node.children.find((other) => other.name === name && !other.deleted)
  }

  /** Takes in the braces of the root node. */
  extendRoot(braces: DraftNode): void {
    if (this.root === null) {
      this.root = braces
      this.labels.adopt(braces)
    } else this.extend(this.root, braces)
  }

  /** Takes in braces that extend a node. */
  extend(node: DraftNode, braces: DraftNode): void {
    node.deleted = false
    node.at ??= braces.at
    // dtc takes the outermost first, and puts each in front of those before.
    this.labels.add(node, [...(braces.labels?.values() ?? [])].reverse())
    this.#mergeProperties(node, braces)
    for (const child of braces.children) {
      const old = this.#children.find(node.children, child.name)
      if (child.deleted) {
        if (old !== undefined) this.delete(old)
      } else if (old !== undefined) this.extend(old, child)
      else {
        child.parent = node
        this.#children.add(node.children, child)
        this.labels.adopt(child)
      }
    }
  }

  #mergeProperties(node: DraftNode, braces: DraftNode): void {
    const given = new Set<string>()
    for (const property of braces.properties) {
      const { name, value, labels, at } = property
      const old = this.#properties.find(node.properties, name)
      if (property.deleted) {
        if (old !== undefined) {
          old.deleted = true
          this.labels.forgetOn(old)
        }
        given.delete(name)
        continue
      }
      if (given.has(name)) {
        this.#reader.findings.warning(`${name} is given twice here: the last value counts`, at)
      }
      given.add(name)
      if (old === undefined) {
        this.#properties.add(node.properties, property)
        continue
      }
      old.value = value
      old.at = at
      old.deleted = false
      this.labels.addOn(old, [...(labels?.values() ?? [])].reverse())
    }
  }

  /** A fragment of an overlay that changes `target`: a label, or a path when it starts with `/`. */
  addFragment(target: string, braces: DraftNode, at: Position): void {
    if (this.root === null) this.root = new DraftNode('', at)
    const fragment = new DraftNode(`fragment@${this.#fragments++}`, at)
    const overlay = new DraftNode('__overlay__', at)
    overlay.labels = braces.labels
    overlay.properties.push(...braces.properties)
    overlay.children.push(...braces.children)
    for (const child of overlay.children) child.parent = overlay
    const [name, value] = targetProperty(target, at)
    fragment.properties.push({ name, value, labels: undefined, at, deleted: false })
    fragment.children.push(overlay)
    overlay.parent = fragment
    fragment.parent = this.root
    // Not merged into a fragment of that name that is written out: having both is a mistake.
    this.#children.add(this.root.children, fragment)
    this.labels.adopt(fragment)
  }

  /** Deletes a node with all under it. */
  delete(node: DraftNode): void {
    const pending = node.deleted ? [] : [node]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      next.deleted = true
      this.labels.forget(next)
      for (const property of next.properties) {
        if (property.deleted) continue
        property.deleted = true
        this.labels.forgetOn(property)
      }
      // What is below a deleted node is deleted already.
      for (const child of next.children) if (!child.deleted) pending.push(child)
    }
  }
}

function targetProperty(target: string, at: Position): [name: string, value: DtsValue] {
  if (target.startsWith('/')) {
    const bytes = Uint8Array.from(`${target}\0`, (c) => c.charCodeAt(0))
    return ['target-path', { bytes, references: [] }]
  }
  const bytes = new Uint8Array(4).fill(0xff)
  return ['target', { bytes, references: [{ target, kind: 'phandle', offset: 0, at }] }]
}
