/** Whether a set of changes can be applied together. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { ChangeRow } from './change.ts'

/** True when either row names the other as a conflict. */
export function conflict(a: ChangeRow, b: ChangeRow): boolean {
  return a.conflicts.includes(b.id) || b.conflicts.includes(a.id)
}

/** An error for every requirement that is not met and for every pair that conflicts. */
export function relationProblems(applied: readonly ChangeRow[]): Diagnostic[] {
  const ids = new Set(applied.map((change) => change.id))
  const problems: Diagnostic[] = []
  for (const [i, change] of applied.entries()) {
    for (const id of change.requires) {
      if (!ids.has(id)) {
        problems.push({ severity: 'error', message: `${change.id} requires ${id}` })
      }
    }
    for (const other of applied.slice(i + 1)) {
      if (conflict(change, other)) {
        problems.push({ severity: 'error', message: `${change.id} conflicts with ${other.id}` })
      }
    }
  }
  return problems
}
