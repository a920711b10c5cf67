/**
 * Two device trees compared by what they mean: the order of nodes and properties does not count,
 * and a phandle is the node that it names, whatever its number.
 */
import { sameBytes } from './bytes.ts'
import { type EntryChange, entryChanges } from './entry-diff.ts'
import type { DtNode } from './node.ts'
import { propertySource, type ReferenceForm } from './property-source.ts'
import { type SameNode, type Side, sameMeaning } from './same-meaning.ts'
import type { DeviceTree, MemoryReservation } from './tree.ts'
import { pairByName, pairTrees } from './tree-pairs.ts'
import { TreeReader } from './tree-reader.ts'

/** A property that differs. Values are source text, '' for an empty one, null for an absent one. */
export interface PropertyChange {
  path: string
  /** Its name; `/memreserve/` and `boot_cpuid_phys` stand for what a tree has beside its nodes. */
  property: string
  before: string | null
  after: string | null
  /** The entries that differ, where the rest of a list is the same; else empty. */
  entries: EntryChange[]
}

/** All differences. */
export interface TreeDiff {
  changed: PropertyChange[]
  /** Nodes of the second tree alone; those below them are not listed. */
  added: DtNode[]
  /** Nodes of the first tree alone. */
  removed: DtNode[]
}

/** Compares two trees. */
export function diffTrees(before: DeviceTree, after: DeviceTree): TreeDiff {
  const { both, added, removed, partner } = pairTrees(before, after)
  const same: SameNode = (one, two) => partner.get(one) === two
  const readers = [new TreeReader(before), new TreeReader(after)] as const
  const changed = besideNodes(before, after)
  // With the same numbers for the same nodes, equal bytes need no reading.
  const sameNumbers =
    added.length + removed.length === 0 && both.every(([one, two]) => one.phandle === two.phandle)
  for (const [one, two] of both) {
    for (const [p, q] of pairByName(one.properties, two.properties)) {
      if (sameNumbers && p !== null && q !== null && sameBytes(p.value, q.value)) continue
      const old = p === null ? null : { reader: readers[0], node: one, property: p }
      const now = q === null ? null : { reader: readers[1], node: two, property: q }
      if (old === null || now === null || !sameMeaning(old, now, same)) {
        changed.push(changeOf(one.path, old, now, same))
      }
    }
  }
  return { changed, added, removed }
}

function changeOf(
  path: string,
  old: Side | null,
  now: Side | null,
  same: SameNode,
): PropertyChange {
  const text = (side: Side | null, form?: ReferenceForm): string | null =>
    side === null ? null : propertySource(side.reader, side.node, side.property, form)
  const property = (old ?? now)!.property.name
  const change = { path, property, before: text(old), after: text(now) }
  // The label is the same and the node is not: paths tell them apart.
  const form = change.before === change.after ? 'path' : 'label'
  if (form === 'path') Object.assign(change, { before: text(old, form), after: text(now, form) })
  const entries = old === null || now === null ? [] : entryChanges(old, now, form, same)
  return { ...change, entries }
}

/** Differences of the reservations, whose order does not count, and of the boot CPU. */
function besideNodes(before: DeviceTree, after: DeviceTree): PropertyChange[] {
  const named = (list: readonly MemoryReservation[]): { name: string }[] =>
    list.map(({ words }) => ({ name: reservationText(words) }))
  const changes: PropertyChange[] = []
  for (const [one, two] of pairByName(named(before.reservations), named(after.reservations))) {
    if (one !== null && two !== null) continue
    const texts = { before: one?.name ?? null, after: two?.name ?? null }
    changes.push({ path: '/', property: '/memreserve/', ...texts, entries: [] })
  }
  if (before.bootCpu !== after.bootCpu) {
    const texts = {
      before: `0x${before.bootCpu.toString(16)}`,
      after: `0x${after.bootCpu.toString(16)}`,
    }
    changes.push({ path: '/', property: 'boot_cpuid_phys', ...texts, entries: [] })
  }
  return changes
}

function reservationText(words: MemoryReservation['words']): string {
  const [addressHigh, addressLow, sizeHigh, sizeLow] = words.map((word) =>
    word.toString(16).padStart(8, '0'),
  )
  return `0x${addressHigh}${addressLow} 0x${sizeHigh}${sizeLow}`
}
