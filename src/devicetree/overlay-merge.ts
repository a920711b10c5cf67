/**
 * The fragments of an overlay put into the base, and its symbols after them (build_changeset(),
 * drivers/of/overlay.c).
 */
import { latin1, latin1Bytes, sameBytes } from './bytes.ts'
import type { Findings } from './findings.ts'
import { MOST_MADE_BYTES } from './generated-nodes.ts'
import { NameIndex } from './name-index.ts'
import { DtNode, type DtProperty, isPhandleName } from './node.ts'
import type { DeviceTree } from './tree.ts'
import { copyContent, copyProperty } from './tree-copy.ts'

/** A node of the base keeps its own of these: the kernel passes over those of the overlay. */
const isPseudo = (name: string): boolean => name === 'name' || isPhandleName(name)
/** What is below a node is read by these, so that they have to stay. */
const FIXED = new Set(['#address-cells', '#size-cells'])

/** A fragment with the place that it goes to. */
export interface Fragment {
  node: DtNode
  /** Its `__overlay__`. */
  content: DtNode
  target: DtNode
}

/** See the head of the file. The tree is changed in place. */
export class OverlayMerge {
  readonly #tree: DeviceTree
  readonly #findings: Findings
  /** Names of the properties that some fragment gave to a node of the base. */
  readonly #given = new Map<DtNode, Set<string>>()
  readonly #added = new Set<DtNode>()
  readonly #children = new NameIndex<DtNode>()
  readonly #properties = new NameIndex<DtProperty>()

  constructor(tree: DeviceTree, findings: Findings) {
    this.#tree = tree
    this.#findings = findings
  }

  apply(fragments: readonly Fragment[], symbols: DtNode | undefined): void {
    const targets = new Map(fragments.map(({ node, target }) => [node.name, target.path]))
    for (const { content, target } of fragments) this.#merge(content, target)
    if (symbols !== undefined) this.#addSymbols(symbols, targets)
  }

  #merge(content: DtNode, target: DtNode): void {
    const pending: [from: DtNode, to: DtNode][] = [[content, target]]
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const [from, to] = pair
      addLabels(to, from.labels)
      for (const property of from.properties) this.#property(property, to)
      const next: [DtNode, DtNode][] = []
      for (const child of from.children) {
        const old = this.#children.find(to.children, child.name)
        if (old === undefined) this.#add(child, to)
        else if (this.#mayExtend(child, old)) next.push([child, old])
      }
      pending.push(...next.reverse())
    }
  }

  #add(from: DtNode, parent: DtNode): void {
    const made = new DtNode(from.name, parent, from.at)
    copyContent(from, made)
    this.#children.add(parent.children, made)
    this.#added.add(made)
  }

  #mayExtend(from: DtNode, to: DtNode): boolean {
    const at = from.at ?? {}
    if (this.#added.has(to)) {
      const message = `${to.path} is added by two fragments, which the kernel refuses`
      this.#findings.error(message, at)
      return false
    }
    if (from.phandle === undefined) return true
    if (to.phandle !== undefined) {
      const remedy = 'refer to it by its label in the base'
      const message = `${to.path} has a phandle in the base and in the overlay: the kernel refuses that`
      this.#findings.error(message, at, remedy)
      return false
    }
    const message = `${to.path} keeps no phandle of the overlay: references to it lead nowhere`
    this.#findings.warning(message, at)
    return true
  }

  #property(property: DtProperty, to: DtNode): void {
    const { name, value, at = {} } = property
    if (isPseudo(name)) return
    const old = this.#properties.find(to.properties, name)
    if (old !== undefined && FIXED.has(name)) {
      if (!sameBytes(old.value, value)) {
        this.#findings.error(`${to.path}: the kernel lets no overlay change ${name}`, at)
      }
      return
    }
    const given = this.#given.get(to) ?? new Set()
    if (given.has(name)) {
      const message = `${to.path}: ${name} is given by two fragments, which the kernel refuses`
      this.#findings.error(message, at)
      return
    }
    this.#given.set(to, given.add(name))
    this.#put(to, property)
  }

  /** dup_and_fixup_symbol_prop(): `/fragment@0/__overlay__/rest` becomes the path in the base. */
  #addSymbols(from: DtNode, targets: ReadonlyMap<string, string>): void {
    const { root } = this.#tree
    let symbols = this.#children.find(root.children, '__symbols__')
    let bytes = 0
    for (const property of from.properties) {
      const { name, at = {} } = property
      if (isPseudo(name)) continue
      const { value } = property
      const path = latin1(value, 0, Math.max(value.indexOf(0), 0))
      const match = /^\/([^/]+)\/__overlay__(\/.*)?$/.exec(path)
      const target = match === null ? undefined : targets.get(match[1]!)
      if (target === undefined) {
        this.#findings.error(`__symbols__: ${name} is ${path}, which is in no fragment`, at)
        continue
      }
      const moved = `${target === '/' ? '' : target}${match![2] ?? ''}`
      bytes += moved.length
      if (bytes > MOST_MADE_BYTES) {
        this.#findings.error(`__symbols__ takes more than ${MOST_MADE_BYTES} bytes`, at)
        return
      }
      if (symbols === undefined) {
        symbols = new DtNode('__symbols__', root)
        this.#children.add(root.children, symbols)
      }
      if (this.#properties.find(symbols.properties, name) !== undefined) {
        this.#findings.error(`label ${name} is in the base already: the kernel refuses that`, at)
      } else
        this.#put(symbols, { ...copyProperty(property), value: latin1Bytes(`${moved || '/'}\0`) })
    }
  }

  #put(node: DtNode, { name, value, labels, at }: DtProperty): void {
    const old = this.#properties.find(node.properties, name)
    const property = old ?? { name, value }
    property.value = value
    if (at !== undefined) property.at = at
    if (labels !== undefined) property.labels = [...new Set([...(old?.labels ?? []), ...labels])]
    if (old === undefined) this.#properties.add(node.properties, property)
  }
}

function addLabels(node: DtNode, labels: readonly string[]): void {
  if (labels.length === 0) return
  const known = new Set(node.labels)
  for (const label of labels) if (!known.has(label)) node.labels.push(label)
}
