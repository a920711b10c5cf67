/**
 * What a source came to, from its draft: the nodes and properties that are left, with mistakes that
 * show only then: names that the language has not, and two of one name in a node.
 */
import type { Position } from '../base/diagnostic.ts'
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
  /** Properties with references, in order. */
  open: { property: DtProperty; references: readonly Reference[] }[]
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
  readonly #labels: { label: string; at: Position; owner: object; what: string }[] = []

  constructor(findings: Findings) {
    this.#findings = findings
  }

  build(draft: DraftNode): DtNode {
    const root = this.#node(draft, null)
    const pending: DraftNode[] = [draft]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const parent = next.built!
      this.#content(next, parent)
      const children = next.children.filter((child) => !child.deleted)
      for (const child of children) parent.children.push(this.#node(child, parent))
      this.#twice(children)
      for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!)
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
      open: [],
    }
    this.nodes.push(built)
    for (const { name, at } of living(draft.labels)) {
      node.labels.push(name)
      this.#labels.push({ label: name, at, owner: node, what: node.path })
    }
    const properties = draft.properties.filter((p) => !p.deleted && p.value !== undefined)
    for (const property of properties) this.#property(property, built)
    this.#twice(properties)
  }

  #property(draft: DraftProperty, { node, open }: BuiltNode): void {
    const { name, at } = draft
    const value = draft.value!
    if (name.includes('@')) this.#findings.error(`${name}: a property name has no '@'`, at)
    const property: DtProperty = { name, value: value.bytes, at }
    const what = `property ${name} of ${node.path}`
    const labels = living(draft.labels)
    if (labels.length > 0) property.labels = labels.map((label) => label.name)
    for (const { name, at } of [...labels, ...(value.labels ?? [])]) {
      this.#labels.push({ label: name, at, owner: property, what })
    }
    node.properties.push(property)
    if (value.references.length > 0) open.push({ property, references: value.references })
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
    const owners = new Map<string, { owner: object; what: string }>()
    for (const { label, at, owner, what } of this.#labels) {
      const before = owners.get(label)
      if (before === undefined) owners.set(label, { owner, what })
      else if (before.owner !== owner || !(owner instanceof DtNode)) {
        this.#findings.error(`label ${label} already names ${before.what}`, at)
      }
    }
  }
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
