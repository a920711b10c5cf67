/**
 * What the cells of a property mean, as data. Numbers that may be wide (addresses, sizes, IDs) are
 * exact `0x` strings; `name` is what a `*-names` property calls the entry; `problem` says why an
 * entry is broken, and its other fields then hold what could be read.
 */
import { readNodePath } from './meaning-plain.ts'
import type { DtNode, DtProperty } from './node.ts'
import { readerOf } from './property-kinds.ts'
import type { TreeReader } from './tree-reader.ts'

/** A node that a value names. */
export interface NodeReference {
  path: string
  label: string | null
}

/** What the forms share. */
interface Entry {
  name?: string
  problem?: string
}

/** One form of meaning; `kind` tells them apart. */
export type Meaning =
  | RegMeaning
  | WindowMeaning
  | PhandleMeaning
  | InterruptMeaning
  | InterruptMapMeaning
  | IdMapMeaning
  | NameMeaning
  | NodeMeaning
  | QuantityMeaning
  | RemarkMeaning
  | BrokenMeaning

/** A range of `reg`. */
export interface RegMeaning extends Entry {
  kind: 'reg'
  address: string
  /** Null where the bus has no size cells. */
  size: string | null
  /** Space of a PCI or ISA address, else null. */
  space: string | null
  /**
   * Where the CPU finds it; null when the buses above do not translate it. Left out where it was
   * not worked out: on buses with a thousand windows and more.
   */
  cpuAddress?: string | null
}

/** A tuple of `ranges` or `dma-ranges`: `size` bytes at `child` are those at `parent`. */
export interface WindowMeaning extends Entry {
  kind: 'window'
  child: string
  parent: string
  size: string
  /** First cell of a PCI or ISA address, else null. */
  flags: string | null
  /** What the flags select: `memory`, `64-bit prefetchable memory`, `io`, `config`. */
  space: string | null
}

/** A reference with arguments; no provider and no problem for a hole. */
export interface PhandleMeaning extends Entry {
  kind: 'phandle-args'
  provider: NodeReference | null
  args: string[]
  /** The arguments in words, where the binding is known: `active low`. */
  sense: string | null
}

/** An interrupt at its controller. */
export interface InterruptMeaning extends Entry {
  kind: 'interrupt'
  controller: NodeReference | null
  args: string[]
  /** `SPI`, `PPI`, `ESPI`, `EPPI` of a GIC, else null. */
  type: string | null
  number: number | null
  /** The number that the GIC's registers use. */
  intid: number | null
  trigger: string | null
}

/** A row of `interrupt-map`. */
export interface InterruptMapMeaning extends Entry {
  kind: 'interrupt-map'
  childAddress: string[]
  childInterrupt: string[]
  parentAddress: string[]
  /** What the interrupt is at the parent. */
  controller: NodeReference | null
  args: string[]
  type: string | null
  number: number | null
  intid: number | null
  trigger: string | null
}

/** A row of `iommu-map` or `msi-map`: `length` IDs from `idBase` on become those from `outBase`. */
export interface IdMapMeaning extends Entry {
  kind: 'id-map'
  idBase: string
  outBase: string
  length: string
  provider: NodeReference | null
}

/** A string of a `*-names` property, and the entry of the list that it names. */
export interface NameMeaning extends Entry {
  kind: 'name'
  value: string
  /** The list that the name belongs to, or null. */
  list: string | null
  index: number
}

/** A string that names a node: an alias, `stdout-path`, a symbol. */
export interface NodeMeaning extends Entry {
  kind: 'node'
  node: NodeReference | null
}

/** A number with a unit. */
export interface QuantityMeaning extends Entry {
  kind: 'quantity'
  value: string
  unit: string
  /** For people: `24 MHz`. */
  text: string
}

/** A sentence about the value as a whole. */
export interface RemarkMeaning extends Entry {
  kind: 'remark'
  text: string
}

/** A value that cannot be read. */
export interface BrokenMeaning extends Entry {
  kind: 'broken'
  problem: string
}

/** True for nodes whose properties, whatever they are called, are paths. */
function holdsPaths(node: DtNode): boolean {
  return node.parent?.parent === null && (node.name === 'aliases' || node.name === '__symbols__')
}

/** What a property says, entry by entry; empty where nothing is known beyond its text. */
export function propertyMeaning(reader: TreeReader, node: DtNode, property: DtProperty): Meaning[] {
  const read = holdsPaths(node) ? readNodePath : readerOf(property.name)
  return read === null ? [] : read({ reader, node, property })
}
