/**
 * The numbers in an overlay made right for its base (of_resolve_phandles(), drivers/of/resolver.c):
 * its own phandles move above the base's highest one, and labels of the base become phandles.
 */
import type { Position } from '../base/diagnostic.ts'
import { be32, cellsValue, latin1, putBe32 } from './bytes.ts'
import type { Findings } from './findings.ts'
import { NameIndex } from './name-index.ts'
import { NearLabels } from './near-labels.ts'
import { type DtNode, type DtProperty, isPhandleName } from './node.ts'
import { PathFinder } from './path-finder.ts'
import type { DeviceTree } from './tree.ts'

/** What an unresolved reference holds: OF_PHANDLE_ILLEGAL leaves it alone. */
const ILLEGAL = 0xffff_ffff

/** Changes the overlay in place; the base only where a node that is referred to has no phandle. */
export class OverlayPhandles {
  readonly #base: DeviceTree
  readonly #overlay: DeviceTree
  readonly #findings: Findings
  /** Properties with a label that the base has not. */
  readonly #unresolved = new Set<DtProperty>()
  /** Values that are this overlay's own already, and no longer shared with where they came from. */
  readonly #own = new Set<DtProperty>()
  readonly #children = new NameIndex<DtNode>()
  readonly #properties = new NameIndex<DtProperty>()
  readonly #suggestions = new NearLabels()
  readonly #inBase: PathFinder
  readonly #inOverlay: PathFinder
  #highest = 0
  #saidLabels = false

  constructor(base: DeviceTree, overlay: DeviceTree, findings: Findings) {
    this.#base = base
    this.#overlay = overlay
    this.#findings = findings
    this.#inBase = new PathFinder(base.root)
    this.#inOverlay = new PathFinder(overlay.root)
  }

  /** True for a property that refers to a label that is nowhere: that is reported already. */
  isUnresolved(node: DtNode, name: string): boolean {
    const property = node.prop(name)
    return property !== undefined && this.#unresolved.has(property)
  }

  resolve(): void {
    this.#highest = highestPhandle(this.#base)
    const labels = this.#overlay.root.child('__fixups__')
    // Nodes of the base that get a phandle for this get it before the overlay's are moved.
    const found = labels === undefined ? [] : this.#lookUp(labels)
    // Linux leaves one number out; fdtoverlay does not, and this gives the same bytes as that.
    this.#move(this.#highest)
    for (const { property, phandle } of found) this.#fix(property, phandle)
  }

  #move(by: number): void {
    const { root } = this.#overlay
    if (this.#highest + highestPhandle(this.#overlay) >= ILLEGAL) {
      this.#findings.error(
        'the phandles of base and overlay together go beyond 32 bits',
        root.at ?? {},
      )
      return
    }
    for (const node of this.#overlay.nodes()) {
      for (const property of node.properties) {
        if (!isPhandleName(property.name) || property.value.length !== 4) continue
        const old = be32(property.value, 0)
        if (old !== ILLEGAL && old !== 0) property.value = cellsValue(old + by)
      }
    }
    const local = root.child('__local_fixups__')
    if (local !== undefined) this.#moveLocal(local, by)
  }

  /** adjust_local_phandle_references() */
  #moveLocal(fixups: DtNode, by: number): void {
    const pending: [DtNode, DtNode][] = [[fixups, this.#overlay.root]]
    for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
      const [list, node] = pair
      for (const { name, value, at = {} } of list.properties) {
        if (isPhandleName(name) || name === 'name') continue
        const property = this.#properties.find(node.properties, name)
        if (property === undefined) this.#error(`${node.path} has no ${name}`, at)
        else if (value.length % 4 !== 0) this.#error(`${name}: not a list of offsets`, at)
        else this.#moveIn(property, value, by, at)
      }
      for (const child of list.children) {
        const partner = this.#children.find(node.children, child.name)
        if (partner !== undefined) pending.push([child, partner])
        else this.#error(`${node.path} has no node ${child.name}`, child.at ?? {})
      }
    }
  }

  #error(message: string, at: Position): void {
    this.#findings.error(`__local_fixups__: ${message}`, at)
  }

  #moveIn(property: DtProperty, offsets: Uint8Array, by: number, at: Position): void {
    const value = this.#writable(property)
    for (let i = 0; i < offsets.length; i += 4) {
      const offset = be32(offsets, i)
      if (offset + 4 > value.length) {
        const there = `${property.name} has ${value.length} bytes`
        this.#error(`offset ${offset}, but ${there}`, at)
      } else putBe32(value, offset, be32(value, offset) + by)
    }
  }

  /** The value, copied the first time: bytes are shared with the tree that was given. */
  #writable(property: DtProperty): Uint8Array {
    if (!this.#own.has(property)) property.value = property.value.slice()
    this.#own.add(property)
    return property.value
  }

  /** The phandle that each label of `/__fixups__` stands for. */
  #lookUp(fixups: DtNode): { property: DtProperty; phandle: number | null }[] {
    const found: { property: DtProperty; phandle: number | null }[] = []
    for (const property of fixups.properties) {
      if (isPhandleName(property.name) || property.name === 'name') continue
      const node = this.#target(property)
      found.push({ property, phandle: node === undefined ? null : this.#phandleOf(node) })
    }
    return found
  }

  #target({ name, at = {} }: DtProperty): DtNode | undefined {
    const symbols = this.#children.find(this.#base.root.children, '__symbols__')
    if (name.startsWith('/')) {
      const node = this.#inBase.find(name)
      if (node === undefined) this.#findings.error(`the base has no node ${name}`, at)
      return node
    }
    if (symbols === undefined && this.#base.labels().size > 0) return this.#byLabel(name, at)
    const symbol = symbols && this.#properties.find(symbols.properties, name)?.value
    const end = symbol?.indexOf(0) ?? -1
    const path = end < 0 ? undefined : latin1(symbol!, 0, end)
    if (path === undefined) {
      if (symbols === undefined) {
        const remedy = 'compile the base with symbols: dtc -@, or --symbols'
        const message = `the base has no __symbols__, which ${name} is looked for in`
        this.#findings.error(message, at, remedy)
      } else {
        const { properties } = symbols
        this.#unknown(name, properties.length, () => properties.map((p) => p.name), at)
      }
      return undefined
    }
    const node = this.#inBase.find(path)
    if (node === undefined) {
      this.#findings.error(`__symbols__ of the base says ${name} is ${path}, which is no node`, at)
    }
    return node
  }

  /** A base that is a source without `__symbols__`: its labels are what they would hold. */
  #byLabel(name: string, at: Position): DtNode | undefined {
    if (!this.#saidLabels) {
      const message = 'the base has no __symbols__: its labels are used in their place'
      this.#findings.add('note', message, this.#base.root.at ?? {})
      this.#saidLabels = true
    }
    const node = this.#base.byLabel(name)
    if (node === undefined) {
      const labels = this.#base.labels()
      this.#unknown(name, labels.size, () => [...labels.keys()], at)
    }
    return node
  }

  #unknown(name: string, count: number, known: () => string[], at: Position): void {
    const near = this.#suggestions.of(name, count, known)
    const remedy = near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`
    this.#findings.error(`the base has no label ${name}`, at, remedy)
  }

  /** A property of the overlay. */
  #at(path: string, name: string): DtProperty | undefined {
    const node = this.#inOverlay.find(path)
    return node && this.#properties.find(node.properties, name)
  }

  #phandleOf(node: DtNode): number {
    const own = node.phandle
    if (own !== undefined) return own
    this.#highest++
    node.setProperty('phandle', cellsValue(this.#highest))
    return this.#highest
  }

  /** update_usages_of_a_phandle_reference(): `path:property:offset`, one string a place. */
  #fix(fixup: DtProperty, phandle: number | null): void {
    const at = fixup.at ?? {}
    const places = textOf(fixup.value)
    if (places === null) {
      this.#findings.error(`__fixups__: ${fixup.name} is no list of strings`, at)
      return
    }
    for (const place of places) {
      const match = /^([^:]*):([^:]*):(\d{1,10})$/.exec(place)
      const property = match === null ? undefined : this.#at(match[1]!, match[2]!)
      const offset = Number(match?.[3])
      if (match === null) {
        this.#findings.error(`__fixups__: ${place} is not path:property:offset`, at)
      } else if (property === undefined || offset + 4 > property.value.length) {
        this.#findings.error(`__fixups__: ${place} is no place in this overlay`, at)
      } else if (phandle === null) this.#unresolved.add(property)
      else putBe32(this.#writable(property), offset, phandle)
    }
  }
}

/** The strings of a value, or null where the last has no end. */
function textOf(value: Uint8Array): string[] | null {
  if (value.length === 0) return []
  const end = value.length - 1
  return value[end] === 0 ? latin1(value, 0, end).split('\0') : null
}

function highestPhandle(tree: DeviceTree): number {
  let highest = 0
  for (const node of tree.nodes()) {
    const own = node.phandle
    if (own !== undefined && own !== ILLEGAL && own > highest) highest = own
  }
  return highest
}
