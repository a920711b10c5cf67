/**
 * Fills in what a device tree source leaves open until every node is known: phandle numbers and
 * paths. Numbers are handed out as dtc does: in document order of the references, the lowest free
 * ones from 1, stored as a `phandle` property after the others.
 */
import type { Position } from '../base/diagnostic.ts'
import { be32, cellsValue, latin1Bytes, putBe32 } from './bytes.ts'
import type { Built, BuiltNode } from './dts-build.ts'
import type { Reference } from './dts-value.ts'
import type { Findings } from './findings.ts'
import { MOST_MADE_BYTES } from './generated-nodes.ts'
import { type DtNode, type DtProperty, isPhandleName } from './node.ts'

/** A phandle in a value: of a node of this tree, or, in an overlay, of a label of the base. */
export interface PhandleUse {
  node: DtNode
  property: DtProperty
  /** Bytes from the start of the finished value. */
  offset: number
  /** The label, or a path when it starts with `/`. */
  target: string
  /** Where the reference is written. */
  at: Position
  /** Null when this tree does not know the target. */
  provider: DtNode | null
}

/** What kind of tree it is to become. */
export interface Resolving {
  /** References to labels of the base stay open. */
  overlay: boolean
  /** Every label becomes a symbol, which counts as a reference. */
  symbols: boolean
}

/** What was filled in. */
export interface Resolved {
  uses: PhandleUse[]
  /** What is left of the nodes, in document order. */
  nodes: BuiltNode[]
  /** The phandle of a node; a free number if it has none yet. */
  phandle(node: DtNode): number
}

/**
 * See the head of the file. Nodes that are optional and never referred to are taken out.
 */
export function resolveReferences(built: Built, findings: Findings, how: Resolving): Resolved {
  const resolver = new Resolver(built, findings, how.overlay)
  for (const { node, open } of built.nodes) resolver.explicit(node, open)
  for (const { node, open } of built.nodes) {
    for (const { property, references } of open) resolver.fill(node, property, references)
  }
  const dropped = new Set<DtNode>()
  const parents = new Set<DtNode>()
  for (const { node, optional, labelled } of built.nodes) {
    if (node.parent === null) continue
    const symbol = how.symbols && labelled
    const goes = optional && !symbol && !resolver.referenced.has(node)
    if (goes) parents.add(node.parent)
    // dtc drops a node alone; what is below it goes with it.
    if (!goes && !dropped.has(node.parent)) continue
    dropped.add(node)
    resolver.release(node)
  }
  // Each list once: taking many nodes out one by one moves the rest each time.
  for (const parent of parents) {
    parent.take(
      parent.properties,
      parent.children.filter((child) => !dropped.has(child)),
    )
  }
  return {
    // Below what is dropped, a node that is referred to goes all the same, and is foreign then.
    uses: resolver.uses
      .filter(({ node }) => !dropped.has(node))
      .map((use) => (dropped.has(use.provider!) ? { ...use, provider: null } : use)),
    nodes: built.nodes.filter(({ node }) => !dropped.has(node)),
    phandle: (node) => resolver.number(node),
  }
}

class Resolver {
  readonly referenced = new Set<DtNode>()
  readonly uses: PhandleUse[] = []
  readonly #built: Built
  readonly #findings: Findings
  readonly #overlay: boolean
  readonly #numbers = new Map<DtNode, number>()
  readonly #owners = new Map<number, DtNode>()
  #next = 1
  #pathBytes = 0

  constructor(built: Built, findings: Findings, overlay: boolean) {
    this.#built = built
    this.#findings = findings
    this.#overlay = overlay
  }

  /** Notes the phandle that a node was given in the source. */
  explicit(node: DtNode, open: BuiltNode['open']): void {
    for (const property of node.properties) {
      if (!isPhandleName(property.name)) continue
      const { name, value } = property
      const at = property.at ?? {}
      // A path behind a number is no phandle: it only makes the value longer, as dtc takes it.
      const references = open.find((o) => o.property === property)?.references
      const reference = references?.find(({ kind }) => kind === 'phandle')
      if (reference !== undefined) {
        // A phandle that refers to its own node asks for a number; the reference fills it in.
        if (this.#built.find(reference.target) !== node) {
          this.#findings.error(`${node.path}: ${name} refers to another node`, at)
        } else if (value.length !== 4) {
          this.#findings.error(`${node.path}: ${name} is no usable number`, at)
        }
        continue
      }
      const number = value.length === 4 ? be32(value, 0) : 0
      if (number === 0 || number === 0xffff_ffff) {
        this.#findings.error(`${node.path}: ${name} is no usable number`, at)
        continue
      }
      this.#claim(node, number, name, at)
    }
  }

  #claim(node: DtNode, number: number, name: string, at: Position): void {
    const own = this.#numbers.get(node)
    const owner = this.#owners.get(number)
    if (own !== undefined && own !== number) {
      this.#findings.error(`${node.path}: phandle and linux,phandle differ`, at)
    } else if (owner !== undefined && owner !== node) {
      this.#findings.error(`${node.path}: ${name} ${number} is taken by ${owner.path}`, at)
    } else {
      this.#numbers.set(node, number)
      this.#owners.set(number, node)
    }
  }

  /** Fills in the references of one property. */
  fill(node: DtNode, property: DtProperty, references: readonly Reference[]): void {
    const paths: { offset: number; bytes: Uint8Array }[] = []
    let inserted = 0
    for (const { target, kind, offset, at } of references) {
      const provider = this.#built.find(target)
      if (provider !== undefined) this.referenced.add(provider)
      if (kind === 'phandle') {
        if (provider !== undefined) putBe32(property.value, offset, this.number(provider))
        else if (!this.#overlay) this.#built.unknown(target, at)
        const use = { node, property, offset: offset + inserted, target, at }
        this.uses.push({ ...use, provider: provider ?? null })
      } else if (provider === undefined) this.#built.unknown(target, at)
      else if (this.#affordable(provider.path.length + 1, at)) {
        const bytes = latin1Bytes(`${provider.path}\0`)
        paths.push({ offset, bytes })
        inserted += bytes.length
      }
    }
    if (paths.length > 0) property.value = withInsertions(property.value, paths)
  }

  #affordable(bytes: number, at: Position): boolean {
    const before = this.#pathBytes
    this.#pathBytes += bytes
    if (this.#pathBytes <= MOST_MADE_BYTES) return true
    if (before <= MOST_MADE_BYTES) {
      this.#findings.error(`paths of references take more than ${MOST_MADE_BYTES} bytes`, at)
    }
    return false
  }

  /** Makes the number of a node that is no more free for another. */
  release(node: DtNode): void {
    const own = this.#numbers.get(node)
    if (own !== undefined) this.#owners.delete(own)
  }

  /** The node's phandle; a free one if it has none. */
  number(node: DtNode): number {
    const own = this.#numbers.get(node)
    if (own !== undefined) return own
    while (this.#owners.has(this.#next)) this.#next++
    const number = this.#next
    this.#numbers.set(node, number)
    this.#owners.set(number, node)
    if (!node.has('phandle')) node.properties.push({ name: 'phandle', value: cellsValue(number) })
    return number
  }
}

function withInsertions(
  value: Uint8Array,
  insertions: readonly { offset: Reference['offset']; bytes: Uint8Array }[],
): Uint8Array {
  const total = insertions.reduce((sum, { bytes }) => sum + bytes.length, value.length)
  const result = new Uint8Array(total)
  let from = 0
  let to = 0
  for (const { offset, bytes } of insertions) {
    result.set(value.subarray(from, offset), to)
    to += offset - from
    from = offset
    result.set(bytes, to)
    to += bytes.length
  }
  result.set(value.subarray(from), to)
  return result
}
