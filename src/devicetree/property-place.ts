/** What a reader of properties is given, and the pieces that all readers use. */
import { exactHex } from './exact-hex.ts'
import { type Cells, cellsIn } from './list-entries.ts'
import type { Meaning, NodeReference } from './meaning.ts'
import type { DtNode, DtProperty } from './node.ts'
import type { TreeReader } from './tree-reader.ts'

/** A property where it stands. */
export interface Place {
  reader: TreeReader
  node: DtNode
  property: DtProperty
}

/** Reads one kind of property. */
export type PropertyReader = (place: Place) => Meaning[]

/** The node as values name it. */
export function referTo(reader: TreeReader, node: DtNode): NodeReference {
  return { path: node.path, label: reader.tree.labelOf(node) ?? null }
}

/** As `referTo`; null for null. */
export function maybeReferTo(reader: TreeReader, node: DtNode | null): NodeReference | null {
  return node === null ? null : referTo(reader, node)
}

/** Single cells as `0x` strings. */
export function words(cells: Cells, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => exactHex(cells, at + i, 1))
}

/** A value in rows of equal length. A rest of cells or bytes becomes a broken entry. */
export function inRows(
  place: Place,
  length: number,
  read: (cells: Cells, at: number) => Meaning,
): Meaning[] {
  const { value } = place.property
  const cells = cellsIn(value)
  if (length <= 0) return [{ kind: 'broken', problem: 'the cell counts of the bus are 0' }]
  const entries: Meaning[] = []
  let at = 0
  for (; at + length <= cells.count; at += length) entries.push(read(cells, at))
  const rest = value.length - at * 4
  if (rest > 0) {
    const takes = `an entry takes ${length * 4} bytes (${length} cells)`
    entries.push({ kind: 'broken', problem: `${takes}, but ${rest} bytes are left at the end` })
  }
  return entries
}

/** Entries with the names that a `*-names` property gives them. */
export function named(place: Place, namesProperty: string, entries: Meaning[]): Meaning[] {
  const names = place.node.strings(namesProperty)
  for (const [i, entry] of entries.entries()) {
    const name = names[i]
    if (name !== undefined && name !== '' && entry.kind !== 'broken') entry.name = name
  }
  return entries
}
