/**
 * A tree as the checks look at it. Every question takes constant time, however many properties,
 * children or references a hostile tree has. It holds for one state of the tree.
 */
import type { DtNode, DtProperty } from '../node.ts'
import type { DeviceTree } from '../tree.ts'

/** Lists up to this length are searched item by item. */
const SHORT = 24

/** Nodes that dtc adds to an overlay after it has checked it. */
const GENERATED = new Set(['__symbols__', '__fixups__', '__local_fixups__'])

/** See the head of the file. */
export class TreeView {
  readonly tree: DeviceTree
  /** True for an overlay: what its phandles name may be in another tree. */
  readonly isOverlay: boolean
  /** Every node to be checked, in document order. */
  readonly nodes: readonly DtNode[]
  readonly #properties = new Map<DtNode, Map<string, DtProperty>>()
  readonly #children = new Map<DtNode, Map<string, DtNode>>()
  readonly #answers = new Map<object, unknown>()
  #holders: Map<string, DtNode[]> | undefined

  constructor(tree: DeviceTree) {
    this.tree = tree
    this.isOverlay = tree.root.children.some(isFragment)
    this.nodes = this.isOverlay ? withoutGenerated(tree.root) : tree.nodes()
  }

  /** Nodes that have a property of that name, in document order. */
  nodesWith(name: string): readonly DtNode[] {
    if (this.#holders === undefined) {
      this.#holders = new Map()
      for (const node of this.nodes) {
        for (const property of node.properties) {
          const holders = this.#holders.get(property.name)
          if (holders === undefined) this.#holders.set(property.name, [node])
          else if (holders.at(-1) !== node) holders.push(node)
        }
      }
    }
    return this.#holders.get(name) ?? []
  }

  /** The first property of that name. */
  prop(node: DtNode, name: string): DtProperty | undefined {
    if (node.properties.length <= SHORT) return node.prop(name)
    return firstByName(this.#properties, node, node.properties).get(name)
  }

  /** The first child of exactly that name. */
  child(node: DtNode, name: string): DtNode | undefined {
    if (node.children.length <= SHORT) return node.child(name)
    return firstByName(this.#children, node, node.children).get(name)
  }

  /** What a check works out once for the whole tree; `make` is its own key. */
  once<T>(make: (view: TreeView) => T): T {
    if (!this.#answers.has(make)) this.#answers.set(make, make(this))
    return this.#answers.get(make) as T
  }
}

/** True for a node that carries what an overlay adds: `fragment@0 { __overlay__ { ... }; };`. */
export function isFragment(node: DtNode): boolean {
  return node.children.some(({ name }) => name === '__overlay__')
}

function withoutGenerated(root: DtNode): DtNode[] {
  const nodes: DtNode[] = []
  const pending = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.parent === root && GENERATED.has(node.name)) continue
    nodes.push(node)
    for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!)
  }
  return nodes
}

function firstByName<T extends { name: string }>(
  tables: Map<DtNode, Map<string, T>>,
  node: DtNode,
  items: readonly T[],
): Map<string, T> {
  let table = tables.get(node)
  if (table === undefined) {
    table = new Map()
    for (const item of items) if (!table.has(item.name)) table.set(item.name, item)
    tables.set(node, table)
  }
  return table
}
