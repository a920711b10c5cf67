/** Which availability changes a board needs: what `+drivers` stands for. */
import { firstDisabled } from '../devicetree/availability.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { type Availability, availabilityOf } from '../drivers/catalogue/availability.ts'
import { catalogueMatches } from '../drivers/catalogue/match.ts'
import type { ChangeRow } from '../policy/change.ts'
import { findChange } from '../policy/changes.ts'
import { releaseHas } from '../policy/releases.ts'

const implied = new WeakMap<DeviceTree, { edits: number; rows: ChangeRow[] }>()

/**
 * Availability changes that the catalogue implies for any node of the board, each once. Remembered
 * for as long as the tree is not edited: a bisection asks once a kernel.
 */
export function impliedChanges(tree: DeviceTree): ChangeRow[] {
  const known = implied.get(tree)
  if (known?.edits === tree.root.edits) return known.rows
  const rows = collectImplied(tree)
  implied.set(tree, { edits: tree.root.edits, rows })
  return rows
}

function collectImplied(tree: DeviceTree): ChangeRow[] {
  const rows = new Map<string, ChangeRow>()
  for (const node of tree.nodes()) {
    for (const availability of availabilitiesOf(node, tree.compatible)) {
      if (availability.implied !== null) rows.set(availability.id, availability.implied)
    }
  }
  return [...rows.values()]
}

/**
 * Ids that the available nodes of a board need beyond a release, in document order. A node that the
 * release binds already, if only by a less specific string, needs nothing more for its driver.
 */
export function neededAvailability(tree: DeviceTree, release: string): string[] {
  const needed = new Set<string>()
  const has = (a: Availability) => {
    const row = a.implied ?? findChange(a.id)
    return row !== undefined && releaseHas(row, release)
  }
  for (const node of tree.nodes()) {
    const availabilities = availabilitiesOf(node, tree.compatible)
    const first = availabilities[0]
    if (first === undefined || firstDisabled(node) !== null) continue
    if (!availabilities.some(has)) needed.add(first.id)
    for (const id of first.also) needed.add(id)
  }
  return [...needed]
}

/** A parent counts when its driver creates devices, or when its arrival is a change of its own. */
function availabilitiesOf(node: DtNode, root: readonly string[]): Availability[] {
  return catalogueMatches(node.compatible).flatMap((match) => {
    const availability = availabilityOf(match, root)
    const { role, populates } = match.row
    const counts = role !== 'parent' || populates === true || availability.implied === null
    return counts ? [availability] : []
  })
}
