/**
 * Fills in what a device tree source leaves open until every node is known: phandle numbers and
 * paths. Numbers are handed out as dtc does: in document order of the references, the lowest free
 * ones from 1, stored as a `phandle` property after the others.
 */
import type { Position } from '../base/diagnostic.ts'
import { be32, cellsValue, latin1Bytes, putBe32 } from './bytes.ts'
import type { Draft } from './dts-draft.ts'
import type { Reference } from './dts-value.ts'
import type { Findings } from './findings.ts'
import type { DtNode, DtProperty } from './node.ts'

/** See the head of the file. Nodes that are optional and never referred to are taken out. */
export function resolveReferences(draft: Draft, findings: Findings): void {
  const resolver = new Resolver(draft, findings)
  const nodes = documentOrder(draft.root)
  for (const node of nodes) resolver.explicit(node)
  for (const node of nodes) {
    for (const property of [...node.properties]) resolver.fill(property)
  }
  for (const node of draft.optional) {
    if (!resolver.referenced.has(node) && node.parent !== null) draft.delete(node)
  }
  draft.finish()
}

function documentOrder(root: DtNode): DtNode[] {
  const nodes: DtNode[] = []
  const pending = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.push(node)
    for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!)
  }
  return nodes
}

class Resolver {
  readonly referenced = new Set<DtNode>()
  readonly #draft: Draft
  readonly #findings: Findings
  readonly #numbers = new Map<DtNode, number>()
  readonly #owners = new Map<number, DtNode>()
  #next = 1

  constructor(draft: Draft, findings: Findings) {
    this.#draft = draft
    this.#findings = findings
  }

  /** Notes the phandle that a node was given in the source. */
  explicit(node: DtNode): void {
    for (const property of node.properties) {
      if (property.name !== 'phandle' && property.name !== 'linux,phandle') continue
      const { name, value } = property
      const at = property.at ?? {}
      const reference = this.#draft.references.get(property)?.[0]
      if (reference !== undefined) {
        // A phandle that refers to its own node asks for a number; the reference fills it in.
        if (this.#draft.find(reference.target) !== node) {
          this.#findings.error(`${node.path}: ${name} refers to another node`, at)
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
  fill(property: DtProperty): void {
    const references = this.#draft.references.get(property)
    if (references === undefined) return
    const paths: { offset: number; bytes: Uint8Array }[] = []
    for (const reference of references) {
      const node = this.#draft.find(reference.target)
      if (node === undefined) {
        this.#draft.labels.unknown(reference.target, reference.at)
        continue
      }
      this.referenced.add(node)
      if (reference.kind === 'phandle') {
        putBe32(property.value, reference.offset, this.#number(node))
      } else {
        paths.push({ offset: reference.offset, bytes: latin1Bytes(`${node.path}\0`) })
      }
    }
    if (paths.length > 0) property.value = withInsertions(property.value, paths)
  }

  /** The node's phandle; a free one if it has none. */
  #number(node: DtNode): number {
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
