/** Nodes that are not in a source but made from it: `__symbols__`, `__fixups__`, `__local_fixups__`. */
import type { Position } from '../base/diagnostic.ts'
import { NameIndex } from './name-index.ts'
import { DtNode, type DtProperty } from './node.ts'

/**
 * Bytes that one kind of text made from a source may take: the paths written for references, for
 * symbols or for fixups. A path may be long, and asked for often.
 */
export const MOST_MADE_BYTES = 2 ** 24

/** The child of that name, made after the others if there is none. */
export function childNamed(node: DtNode, name: string): DtNode {
  const old = node.child(name)
  if (old !== undefined) return old
  const child = new DtNode(name, node)
  node.children.push(child)
  return child
}

/** Adds a property after the others. */
export function addBytes(node: DtNode, name: string, value: Uint8Array, at?: Position): void {
  node.properties.push({ name, value, ...(at === undefined ? {} : { at }) })
}

/** Makes nodes, in as little time beside many others as beside few. */
export class GrowingNodes {
  readonly #index = new NameIndex<DtNode>()

  /** As `childNamed`. */
  child(node: DtNode, name: string): DtNode {
    const old = this.#index.find(node.children, name)
    if (old !== undefined) return old
    const child = new DtNode(name, node)
    this.#index.add(node.children, child)
    return child
  }
}

/** Collects bytes for properties, and adds each property where its first bytes came. */
export class GrowingProperties {
  readonly #parts = new Map<DtNode, Map<string, { parts: Uint8Array[]; at?: Position }>>()

  /** `at` is the place that the first bytes speak of. */
  append(node: DtNode, name: string, bytes: Uint8Array, at?: Position): void {
    let names = this.#parts.get(node)
    if (names === undefined) {
      names = new Map()
      this.#parts.set(node, names)
    }
    const known = names.get(name)
    if (known !== undefined) known.parts.push(bytes)
    else names.set(name, { parts: [bytes], ...(at === undefined ? {} : { at }) })
  }

  finish(): void {
    const index = new NameIndex<DtProperty>()
    for (const [node, names] of this.#parts) {
      for (const [name, { parts, at }] of names) {
        const old = index.find(node.properties, name)
        const value = joined(old === undefined ? parts : [old.value, ...parts])
        if (old !== undefined) old.value = value
        else index.add(node.properties, { name, value, ...(at === undefined ? {} : { at }) })
      }
    }
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
