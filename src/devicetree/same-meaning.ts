/** Whether two properties, each of its own tree, say the same. */
import { sameBytes } from './bytes.ts'
import { cellsIn, type ListEntry, listEntries } from './list-entries.ts'
import type { DtNode, DtProperty } from './node.ts'
import { holdsNoPhandles } from './property-kinds.ts'
import type { TreeReader } from './tree-reader.ts'

/** A property in its tree. */
export interface Side {
  reader: TreeReader
  node: DtNode
  property: DtProperty
}

/** True for nodes of the first and the second tree that stand for each other. */
export type SameNode = (before: DtNode, after: DtNode) => boolean

/** True when both values say the same. */
export function sameMeaning(old: Side, now: Side, same: SameNode): boolean {
  const [a, b] = [old.property.value, now.property.value]
  if (a.length !== b.length) return false
  const { name } = old.property
  if (name === 'phandle' || name === 'linux,phandle') {
    return sameBytes(a, b) || (isOwnPhandle(old) && isOwnPhandle(now))
  }
  const lists = [old, now].map((side) => listEntries(side.reader, side.node, side.property))
  const [before, after] = lists
  if (before === null && after === null) {
    if (sameBytes(a, b)) return true
    return (
      !holdsNoPhandles(old.node, name) && explained(old, now, 0, Math.floor(a.length / 4), same)
    )
  }
  return sameLists(old, now, before ?? [], after ?? [], same)
}

/** True for a phandle by which the node is found: its number means nothing beyond that. */
function isOwnPhandle({ reader, node, property }: Side): boolean {
  if (property.value.length !== 4) return false
  return reader.tree.byPhandle(cellsIn(property.value).cell(0)) === node
}

function sameLists(
  old: Side,
  now: Side,
  before: readonly ListEntry[],
  after: readonly ListEntry[],
  same: SameNode,
): boolean {
  if (before.length !== after.length) return false
  for (const [i, one] of before.entries()) {
    if (!sameEntry(old, now, one, after[i]!, same)) return false
  }
  return sameTail(old.property.value, now.property.value)
}

/** Bytes after the last whole cell. */
function sameTail(a: Uint8Array, b: Uint8Array): boolean {
  const from = a.length - (a.length % 4)
  return sameBytes(a.subarray(from), b.subarray(from))
}

/** True for entries that say the same; of a broken one, cell by cell. */
export function sameEntry(
  old: Side,
  now: Side,
  one: ListEntry,
  two: ListEntry,
  same: SameNode,
): boolean {
  if (one.at !== two.at || one.length !== two.length || one.phandleAt !== two.phandleAt)
    return false
  const [a, b] = [cellsIn(old.property.value), cellsIn(now.property.value)]
  const broken = one.problem !== undefined || two.problem !== undefined
  for (let i = one.at; i < one.at + one.length; i++) {
    if (i === one.phandleAt && (one.target !== null || two.target !== null)) {
      if (one.target === null || two.target === null || !same(one.target, two.target)) return false
    } else if (a.cell(i) !== b.cell(i)) {
      if (!broken || !explained(old, now, i, 1, same)) return false
    }
  }
  return true
}

/** True when every cell that differs is a phandle of the same node in both trees. */
function explained(old: Side, now: Side, from: number, count: number, same: SameNode): boolean {
  const [a, b] = [cellsIn(old.property.value), cellsIn(now.property.value)]
  for (let i = from; i < from + count; i++) {
    if (a.cell(i) === b.cell(i)) continue
    const one = old.reader.tree.byPhandle(a.cell(i))
    const two = now.reader.tree.byPhandle(b.cell(i))
    if (one === undefined || two === undefined || !same(one, two)) return false
  }
  return sameTail(old.property.value, now.property.value)
}
