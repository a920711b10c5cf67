/** The changes that one kernel may have: the table, and what a board's catalogue rows imply. */
import type { ChangeRow } from '../policy/change.ts'
import { changes } from '../policy/changes.ts'
import { laterRelease } from '../policy/releases.ts'

/**
 * The table with `extra` put in. An extra row comes before the table's rows of its release, so that
 * a driver is there when a change of plumbing meets it; one without a release comes last. An id that
 * is there already is not put in again.
 */
export function changeOrder(extra: readonly ChangeRow[]): readonly ChangeRow[] {
  const known = new Set(changes.map((change) => change.id))
  const own = extra.filter((change) => {
    const isNew = !known.has(change.id)
    known.add(change.id)
    return isNew
  })
  const released = own.filter((change) => change.release !== null)
  const unreleased = own.filter((change) => change.release === null)
  // The sort is stable: rows of one release keep the order that they have here.
  return [...released, ...changes, ...unreleased].sort(byRelease)
}

function byRelease(a: ChangeRow, b: ChangeRow): number {
  if (a.release === b.release) return 0
  if (a.release === null) return 1
  if (b.release === null) return -1
  return laterRelease(a.release, b.release) === a.release ? 1 : -1
}
