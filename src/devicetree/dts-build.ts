/**
 * What a source came to, from its draft: the nodes and properties that are left, with mistakes that
 * show only then: names that the language has not, and two of one name in a node.
 */
import type { Position } from '../base/diagnostic.ts'
import { latin1Bytes, sameBytes } from './bytes.ts'
import { MAX_DEPTH } from './dtb-structure.ts'
import type { Draft, DraftNode, DraftProperty } from './dts-draft.ts'
import type { Label } from './dts-labels.ts'
import type { Reference } from './dts-value.ts'
import type { Findings } from './findings.ts'
import { DtNode, type DtProperty } from './node.ts'

/** A tree whose references are still open. */
export interface Built {
  root: DtNode
  /** In document order. */
  nodes: readonly BuiltNode[]
  /** The node that a label or a path names. */
  find(target: string): DtNode | undefined
  unknown(target: string, at: Position): void
}

/** A node and what its source left open. */
export interface BuiltNode {
  node: DtNode
  /** To be dropped unless something refers to it. */
  optional: boolean
  /** Living labels as dtc lists them: one that was given later stands in front. */
  labels: readonly string[]
  /** It has a label, or had one before it was deleted and defined again: dtc takes both the same. */
  labelled: boolean
  /** Properties with references, in order. */
  open: { property: DtProperty; references: readonly Reference[] }[]
}

/** A label, what it is of, and the node that this is or is in. */
interface Owned {
  label: string
  at: Position
  owner: DtNode | DtProperty
  node: DtNode
}

const NODE_NAME = /^[a-zA-Z0-9,._+-]*(?:@[a-zA-Z0-9,._+-]*)?$/

/** Null when the draft has no root. */
export function buildTree(draft: Draft, findings: Findings): Built | null {
  if (draft.root === null) return null
  const builder = new Builder(findings)
  const root = builder.build(draft.root)
  builder.labels()
  return {
    root,
    nodes: builder.nodes,
    find: (target) => draft.find(target)?.built,
    unknown: (target, at) => draft.labels.unknown(target, at),
  }
}

class Builder {
  readonly nodes: BuiltNode[] = []
  readonly #findings: Findings
  readonly #labels: Owned[] = []

  constructor(findings: Findings) {
    this.#findings = findings
  }

  build(draft: DraftNode): DtNode {
    const root = this.#node(draft, null)
    const pending: { next: DraftNode; depth: number }[] = [{ next: draft, depth: 1 }]
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      const { next, depth } = entry
      const parent = next.built!
      this.#content(next, parent)
      const children = next.children.filter((child) => !child.deleted)
      // Each pair of braces is checked as it is read; a label may lead down to where it cannot go.
      if (depth === MAX_DEPTH && children.length > 0) {
        const at = children[0]!.at ?? {}
        this.#findings.error(`nodes nested deeper than ${MAX_DEPTH}`, at)
        continue
      }
      const made = children.map((child) => this.#node(child, parent))
      if (made.length > 0) parent.take(parent.properties, made)
      this.#twice(children)
      for (let i = children.length - 1; i >= 0; i--) {
        pending.push({ next: children[i]!, depth: depth + 1 })
      }
    }
    return root
  }

  #node(draft: DraftNode, parent: DtNode | null): DtNode {
    if (parent !== null && !NODE_NAME.test(draft.name)) {
      const rule = "a node name has letters, digits, ,._+- and one '@'"
      this.#findings.error(`${draft.name}: ${rule}`, draft.at ?? {})
    }
    const node = new DtNode(draft.name, parent, draft.at)
    draft.built = node
    return node
  }

  #content(draft: DraftNode, node: DtNode): void {
    const built: BuiltNode = {
      node,
      optional: draft.optional,
      labels: dtcOrder(draft.labels),
      labelled: draft.labels !== undefined,
      open: [],
    }
    this.nodes.push(built)
    const labels = living(draft.labels)
    for (const { name, at } of labels) this.#labels.push({ label: name, at, owner: node, node })
    const properties = draft.properties.filter((p) => !p.deleted && p.value !== undefined)
    const made = properties.map((p) => this.#property(p, built)).filter((p) => p !== null)
    // Lists whole: those that grow by one keep room for many more.
    node.take(
      made.length > 0 ? made.slice() : null,
      null,
      labels.length > 0 ? labels.map(({ name }) => name) : null,
    )
    this.#twice(properties)
  }

  /** Null for what is left out. */
  #property(draft: DraftProperty, { node, open }: BuiltNode): DtProperty | null {
    const { name, at } = draft
    const value = draft.value!
    if (name.includes('@')) this.#findings.error(`${name}: a property name has no '@'`, at)
    if (name === 'name' && this.#isRedundant(value.bytes, node, at)) return null
    const property: DtProperty = { name, value: value.bytes, at }
    const labels = living(draft.labels)
    if (labels.length > 0) property.labels = labels.map((label) => label.name)
    for (const { name, at } of [...labels, ...(value.labels ?? [])]) {
      this.#labels.push({ label: name, at, owner: property, node })
    }
    if (value.references.length > 0) open.push({ property, references: value.references })
    return property
  }

  /** Before version 16 a node's name was a property too: dtc leaves it out, and wants it to be right. */
  #isRedundant(value: Uint8Array, node: DtNode, at: Position): boolean {
    if (sameBytes(value, latin1Bytes(`${node.baseName}\0`))) return true
    const right = node.baseName === '' ? 'empty' : node.baseName
    this.#findings.error(`name: the node's own name is ${right}`, at, 'leave the property out')
    return false
  }

  /** Reports all but the first of one name. */
  #twice(items: readonly { name: string; at: Position | undefined }[]): void {
    if (items.length < 2) return
    const seen = new Set<string>()
    for (const { name, at } of items) {
      if (seen.has(name)) {
        this.#findings.error(`${name} is defined twice in the same node`, at ?? {})
      }
      seen.add(name)
    }
  }

  /** Reports labels that name more than one thing; two in one value are two as well. */
  labels(): void {
    const owners = new Map<string, Owned>()
    for (const owned of this.#labels) {
      const { label, at, owner } = owned
      const before = owners.get(label)
      if (before === undefined) owners.set(label, owned)
      else if (before.owner !== owner || !(owner instanceof DtNode)) {
        this.#findings.error(`label ${label} already names ${ownerText(before)}`, at)
      }
    }
  }
}

function ownerText({ owner, node }: Owned): string {
  return owner instanceof DtNode ? node.path : `property ${owner.name} of ${node.path}`
}

function dtcOrder(labels: ReadonlyMap<string, Label> | undefined): string[] {
  if (labels === undefined) return []
  const names: string[] = []
  for (const { name, deleted } of labels.values()) if (!deleted) names.push(name)
  return names.reverse()
}

/** Labels in the order of the source. */
function living(labels: ReadonlyMap<string, Label> | undefined): Label[] {
  if (labels === undefined) return []
  return [...labels.values()].filter((l) => !l.deleted).sort((a, b) => a.order - b.order)
}
