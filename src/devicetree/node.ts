/**
 * A node of a device tree and its properties: names and bytes, exactly as they were given. What
 * the bytes mean is a question that the caller asks (`u32`, `cells`, `strings`); nothing is
 * interpreted beforehand.
 */
import type { Position } from '../base/diagnostic.ts'
import { be32, text } from './bytes.ts'

/** A property: a name and raw bytes. An empty value is how device trees write a boolean. */
export interface DtProperty {
  name: string
  /** Big-endian cells, NUL-terminated strings or plain bytes. May share memory with the blob. */
  value: Uint8Array
  /** Labels in front of the property in the source text. */
  labels?: string[]
  /** Where it was read: a byte offset in a blob, a line and column in a text. */
  at?: Position
}

/** True for the property that gives a node its number, under its name or the older one. */
export function isPhandleName(name: string): boolean {
  return name === 'phandle' || name === 'linux,phandle'
}

/** What was worked out about a node, at the count of `edits` that it was read at. */
interface Answers {
  path?: string
  edits?: number
  compatible?: readonly string[]
}

/**
 * A node. Read `children` and `properties` freely, both in document order; change them through
 * the methods, or the look-up tables of `DeviceTree` keep answering for the old state.
 *
 * An empty node takes 12 bytes of a blob, so each field weighs: lists are made when asked for, and
 * a place in a blob is kept as a number.
 */
export class DtNode {
  /** With the unit address (`vop@ff930000`); `''` for a root. */
  readonly name: string
  readonly parent: DtNode | null
  /** Number of changes made by the methods below in this node and under it. */
  edits = 0
  #children: DtNode[] | undefined
  #properties: DtProperty[] | undefined
  #labels: string[] | undefined
  /** A bare number is a byte offset in the source of the root. */
  #at: Position | number | undefined
  #answers: Answers | undefined

  /**
   * Makes a node without adding it to `parent`: see `addChild`. A number for `at` is a byte offset
   * in the same source as that of the root.
   */
  constructor(name: string, parent: DtNode | null = null, at?: Position | number) {
    this.name = name
    this.parent = parent
    this.#at = at
  }

  get children(): DtNode[] {
    this.#children ??= []
    return this.#children
  }

  get properties(): DtProperty[] {
    this.#properties ??= []
    return this.#properties
  }

  /** Labels of the source text. A blob has none; see `DeviceTree.labelOf`. */
  get labels(): string[] {
    this.#labels ??= []
    return this.#labels
  }

  /** Where it was read: a byte offset in a blob, a line and column in a text. */
  get at(): Position | undefined {
    if (typeof this.#at !== 'number') return this.#at
    let root: DtNode = this
    while (root.parent !== null) root = root.parent
    const source = root === this ? undefined : root.at?.source
    return source === undefined ? { offset: this.#at } : { source, offset: this.#at }
  }

  set at(at: Position | undefined) {
    this.#at = at
  }

  /**
   * Gives a new node its lists whole, for a reader that has them: lists that grow by one keep room
   * for more. Null stands for an empty one.
   */
  take(
    properties: DtProperty[] | null,
    children: DtNode[] | null,
    labels: string[] | null = null,
  ): void {
    this.#properties = properties ?? undefined
    this.#children = children ?? undefined
    if (labels !== null) this.#labels = labels
  }

  /** `/` for the root, else `/soc/vop@ff930000`. */
  get path(): string {
    this.#answers ??= {}
    if (this.#answers.path === undefined) {
      const names: string[] = []
      for (let node: DtNode = this; node.parent !== null; node = node.parent) names.push(node.name)
      this.#answers.path = `/${names.reverse().join('/')}`
    }
    return this.#answers.path
  }

  /** The name up to the `@`. */
  get baseName(): string {
    const at = this.name.indexOf('@')
    return at < 0 ? this.name : this.name.slice(0, at)
  }

  /** The text after the `@` (hexadecimal digits as a rule, without `0x`), or null. */
  get unitAddress(): string | null {
    const at = this.name.indexOf('@')
    return at < 0 ? null : this.name.slice(at + 1)
  }

  /** The property; the first one when a broken blob has two of that name, as Linux takes it. */
  prop(name: string): DtProperty | undefined {
    for (const property of this.properties) if (property.name === name) return property
    return undefined
  }

  has(name: string): boolean {
    return this.prop(name) !== undefined
  }

  /** The first cell, unsigned; undefined when there is no such property or it is below 4 bytes. */
  u32(name: string): number | undefined {
    const value = this.prop(name)?.value
    return value === undefined || value.length < 4 ? undefined : be32(value, 0)
  }

  /** All cells, unsigned; undefined when absent or when the length is no multiple of 4 bytes. */
  cells(name: string): number[] | undefined {
    const value = this.prop(name)?.value
    if (value === undefined || value.length % 4 !== 0) return undefined
    const cells: number[] = []
    for (let at = 0; at < value.length; at += 4) cells.push(be32(value, at))
    return cells
  }

  /** The first string; undefined when absent, empty or without a terminating NUL. */
  string(name: string): string | undefined {
    const value = this.prop(name)?.value
    const end = value === undefined ? -1 : value.indexOf(0)
    return value === undefined || end < 0 ? undefined : text(value, 0, end)
  }

  /** All NUL-terminated strings; bytes after the last NUL are left out. */
  strings(name: string): string[] {
    const value = this.prop(name)?.value
    const strings: string[] = []
    if (value === undefined) return strings
    for (let start = 0, end = value.indexOf(0); end >= 0; end = value.indexOf(0, start)) {
      strings.push(text(value, start, end))
      start = end + 1
    }
    return strings
  }

  /** Strings of `compatible`, most specific first. Kept, because it is asked for most. */
  get compatible(): readonly string[] {
    this.#answers ??= {}
    const answers = this.#answers
    if (answers.compatible === undefined || answers.edits !== this.edits) {
      answers.compatible = this.strings('compatible')
      answers.edits = this.edits
    }
    return answers.compatible
  }

  /**
   * The number that other nodes refer to this one by: `phandle` or the older `linux,phandle`,
   * whichever comes first (drivers/of/fdt.c, populate_properties). Undefined for none and for 0.
   */
  get phandle(): number | undefined {
    for (const { name, value } of this.properties) {
      if (isPhandleName(name) && value.length >= 4) {
        const phandle = be32(value, 0)
        if (phandle !== 0) return phandle
      }
    }
    return undefined
  }

  /** The child of exactly that name, unit address included. */
  child(name: string): DtNode | undefined {
    for (const child of this.children) if (child.name === name) return child
    return undefined
  }

  /** Gives a property a new value, in its old place, or adds it after the others. */
  setProperty(name: string, value: Uint8Array): DtProperty {
    const index = this.properties.findIndex((p) => p.name === name)
    const old = this.properties[index]
    const property: DtProperty = { name, value }
    if (old?.labels !== undefined) property.labels = old.labels
    if (index < 0) this.properties.push(property)
    else this.properties[index] = property
    this.#edited()
    return property
  }

  /** Takes a property away; false when there is none. */
  removeProperty(name: string): boolean {
    const index = this.properties.findIndex((p) => p.name === name)
    if (index < 0) return false
    this.properties.splice(index, 1)
    this.#edited()
    return true
  }

  /** Adds a node after the other children. Throws when the name is taken or holds a `/`. */
  addChild(name: string): DtNode {
    if (name === '' || name.includes('/') || this.child(name) !== undefined) {
      throw new Error(`${this.path}: no child can be called ${JSON.stringify(name)}`)
    }
    const child = new DtNode(name, this)
    this.children.push(child)
    this.#edited()
    return child
  }

  /** Takes a child and all under it away; false when it is no child of this node. */
  removeChild(child: DtNode): boolean {
    const index = this.children.indexOf(child)
    if (index < 0) return false
    this.children.splice(index, 1)
    this.#edited()
    return true
  }

  #edited(): void {
    for (let node: DtNode | null = this; node !== null; node = node.parent) node.edits++
  }
}
