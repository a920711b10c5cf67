/** The fold of changes: how one kernel behaves, and which change made it so. */
import { assert } from '../base/assert.ts'
import type { Cause } from '../base/journal.ts'
import type { ChangeRow } from './change.ts'
import {
  initialLifecycle,
  type LifecycleLists,
  type LifecyclePoint,
  lifecyclePoints,
  spliceLifecycle,
} from './lifecycle-lists.ts'
import type { SwitchValue } from './switch-row.ts'
import { type PolicyValues, type SwitchName, switches, switchNames } from './switches.ts'

/** A switch, or one of the lists of the lifecycle. */
export type PolicyName = SwitchName | `lifecycle.${LifecyclePoint}`

/** Switch values nested by the dots of their names, with where each comes from. */
export interface Policy extends PolicyValues {
  readonly lifecycle: LifecycleLists
  /** A value, and the last change that set it; null: it has been so since before v3.18. */
  why(name: PolicyName): { value: SwitchValue | readonly string[]; change: ChangeRow | null }
  /** The same as the cause of an event. */
  cause(name: PolicyName): Cause
  /** For code that goes by data. Throws for a name that is not declared. */
  value(name: string): SwitchValue
}

/**
 * Applies changes in the order given, from v3.18's values. Relations are not checked here.
 *
 * @example
 * foldChanges([]).dma.attachSetsOps // true
 */
export function foldChanges(applied: readonly ChangeRow[]): Policy {
  const values = new Map<string, SwitchValue>(switchNames.map((n) => [n, switches[n].initial]))
  const setBy = new Map<string, ChangeRow>()
  let lifecycle = initialLifecycle
  for (const change of applied) {
    for (const [name, value] of Object.entries(change.sets)) {
      assertValue(change, name, value)
      values.set(name, value)
      setBy.set(name, change)
    }
    if (change.splice === undefined) continue
    lifecycle = spliceLifecycle(lifecycle, change.splice)
    for (const point of lifecyclePoints) {
      if (change.splice[point] !== undefined) setBy.set(`lifecycle.${point}`, change)
    }
  }

  const why: Policy['why'] = (name) => ({
    value: values.get(name) ?? lifecycle[name.replace('lifecycle.', '') as LifecyclePoint],
    change: setBy.get(name) ?? null,
  })
  const cause: Policy['cause'] = (name) => {
    const { value, change } = why(name)
    const text = typeof value === 'object' ? value.join(', ') : String(value)
    return { kind: 'switch', name, value: text, change: change?.id ?? null }
  }
  const value: Policy['value'] = (name) => {
    const found = values.get(name)
    assert(found !== undefined, `no switch ${name}`)
    return found
  }
  return { ...nest(values), lifecycle, why, cause, value }
}

function assertValue(change: ChangeRow, name: string, value: SwitchValue): void {
  const row = (switches as Record<string, { values: readonly SwitchValue[] }>)[name]
  assert(row !== undefined, `${change.id} sets ${name}, which is not declared`)
  assert(row.values.includes(value), `${change.id} sets ${name} to ${value}`)
}

/** `a.b` -> { a: { b } }. The names are those of the declarations, so the type is theirs too. */
function nest(values: ReadonlyMap<string, SwitchValue>): PolicyValues {
  interface Branch {
    [part: string]: Branch | SwitchValue
  }
  const root: Branch = {}
  for (const [name, value] of values) {
    const parts = name.split('.')
    const last = parts.pop() as string
    let branch = root
    for (const part of parts) {
      branch[part] ??= {}
      branch = branch[part] as Branch
    }
    branch[last] = value
  }
  return root as unknown as PolicyValues
}
