/** A whole device tree: the root, the reservations beside it, and ways to find a node. */
import { latin1 } from './bytes.ts'
import { DtNode, type DtProperty } from './node.ts'
import { PathFinder } from './path-finder.ts'

export { DtNode, type DtProperty }

/** A /memreserve/ entry: memory that the kernel must not touch. */
export interface MemoryReservation {
  /** First byte. Rounded when it is beyond 2^53: `words` is exact. */
  address: number
  /** Bytes. Rounded when it is beyond 2^53. */
  size: number
  /** Address and size as four 32-bit words: address high, address low, size high, size low. */
  words: readonly [number, number, number, number]
}

/** An entry from its four words. */
export function memoryReservation(words: MemoryReservation['words']): MemoryReservation {
  const [addressHigh, addressLow, sizeHigh, sizeLow] = words
  const address = addressHigh * 2 ** 32 + addressLow
  return { address, size: sizeHigh * 2 ** 32 + sizeLow, words }
}

/** What a tree has beside its root. */
export interface TreeParts {
  reservations?: MemoryReservation[]
  /** Hardware number of the CPU that boots; 0 when left out. */
  bootCpu?: number
  /** The blob it was read from, whole. */
  blob?: Uint8Array | null
}

/** Look-up tables that hold for one state of the tree; each is filled when first asked for. */
interface Tables {
  edits: number
  nodes?: DtNode[]
  phandles?: Map<number, DtNode>
  labels?: Map<string, DtNode>
  labelsByNode?: Map<DtNode, string>
}

/** See the head of the file. */
export class DeviceTree {
  readonly root: DtNode
  readonly reservations: MemoryReservation[]
  /** Hardware number of the CPU that boots. */
  readonly bootCpu: number
  /** The blob that this tree was read from without an error, or null. Not to be changed. */
  readonly blob: Uint8Array | null
  #tables: Tables

  constructor(root: DtNode, parts: TreeParts = {}) {
    this.root = root
    this.reservations = parts.reservations ?? []
    this.bootCpu = parts.bootCpu ?? 0
    this.blob = parts.blob ?? null
    this.#tables = { edits: root.edits }
  }

  /** `model` of the root, or ''. */
  get model(): string {
    return this.root.string('model') ?? ''
  }

  /** `compatible` of the root. */
  get compatible(): readonly string[] {
    return this.root.compatible
  }

  /** Every node in document order, root first. */
  nodes(): readonly DtNode[] {
    const tables = this.#current()
    if (tables.nodes === undefined) {
      const nodes: DtNode[] = []
      const pending = [this.root]
      for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
        nodes.push(node)
        for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!)
      }
      tables.nodes = nodes
    }
    return tables.nodes
  }

  /** The node at an exact path; a trailing `/` does no harm. */
  byPath(path: string): DtNode | undefined {
    return path.startsWith('/') ? descend(this.root, path, false) : undefined
  }

  /** The first node with that phandle, as of_find_node_by_phandle() finds it. */
  byPhandle(phandle: number): DtNode | undefined {
    const tables = this.#current()
    if (tables.phandles === undefined) {
      tables.phandles = new Map()
      for (const node of this.nodes()) {
        const own = node.phandle
        if (own !== undefined && !tables.phandles.has(own)) tables.phandles.set(own, node)
      }
    }
    return tables.phandles.get(phandle)
  }

  /** The node with that label of the source text or of `/__symbols__`. */
  byLabel(label: string): DtNode | undefined {
    return this.labels().get(label)
  }

  /** A label of the node: its first in the source text, or the first that `/__symbols__` gives. */
  labelOf(node: DtNode): string | undefined {
    const tables = this.#current()
    if (tables.labelsByNode === undefined) {
      tables.labelsByNode = new Map()
      for (const [label, owner] of this.labels()) {
        if (!tables.labelsByNode.has(owner)) tables.labelsByNode.set(owner, label)
      }
    }
    return tables.labelsByNode.get(node)
  }

  /** The node that a property of `/aliases` names. */
  byAlias(name: string): DtNode | undefined {
    const path = this.root.child('aliases')?.string(name)
    return path === undefined ? undefined : this.byPath(path)
  }

  /**
   * What a person typed: a path (a unit address may be left out where that is unambiguous),
   * `&label`, `label`, an alias, or `alias/rest/of/path`. A label wins over an alias.
   */
  resolve(text: string): DtNode | undefined {
    if (text.startsWith('/')) return this.byPath(text) ?? descend(this.root, text, true)
    if (text.startsWith('&{') && text.endsWith('}')) return this.byPath(text.slice(2, -1))
    if (text.startsWith('&')) return this.byLabel(text.slice(1))
    const slash = text.indexOf('/')
    const head = slash < 0 ? text : text.slice(0, slash)
    const start = this.byLabel(head) ?? this.byAlias(head)
    return start === undefined || slash < 0 ? start : descend(start, text.slice(slash), true)
  }

  /** Every label of the source text and of `/__symbols__`, with its node, in document order. */
  labels(): ReadonlyMap<string, DtNode> {
    const tables = this.#current()
    if (tables.labels === undefined) {
      const labels = new Map<string, DtNode>()
      for (const node of this.nodes()) for (const label of node.labels) labels.set(label, node)
      const finder = new PathFinder(this.root)
      for (const { name, value } of this.root.child('__symbols__')?.properties ?? []) {
        const node = labels.has(name) ? undefined : finder.find(latin1(value, 0, value.indexOf(0)))
        if (node !== undefined) labels.set(name, node)
      }
      tables.labels = labels
    }
    return tables.labels
  }

  #current(): Tables {
    if (this.#tables.edits !== this.root.edits) this.#tables = { edits: this.root.edits }
    return this.#tables
  }
}

/** Follows a path from a node. `lenient` lets `vop` stand for the only child named `vop@...`. */
function descend(from: DtNode, path: string, lenient: boolean): DtNode | undefined {
  let node: DtNode | undefined = from
  for (const name of path.split('/')) {
    if (name === '') continue
    let next: DtNode | undefined = node.child(name)
    if (next === undefined && lenient) {
      const alike: DtNode[] = node.children.filter((c) => c.baseName === name)
      if (alike.length === 1) next = alike[0]
    }
    if (next === undefined) return undefined
    node = next
  }
  return node
}
