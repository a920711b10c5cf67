/** The set of changes while a spec is applied to it, step by step. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import type { ChangeRow } from '../policy/change.ts'
import { conflict } from '../policy/relations.ts'

/** Stands for every availability change that the board needs. */
export const DRIVERS = 'drivers'

/**
 * Starts as the changes of a release; `add` and `remove` keep it closed under `requires` and free
 * of conflicts. A step that would break that is refused, with an error among `diagnostics`.
 */
export class AppliedChanges {
  readonly diagnostics: Diagnostic[] = []
  readonly #order: readonly ChangeRow[]
  readonly #byId: ReadonlyMap<string, ChangeRow>
  readonly #initial: ReadonlySet<string>
  readonly #applied: Set<string>
  readonly #added = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #byDrivers = new Set<string>()

  /** `order`: every change there is; `initial`: those that the release has. */
  constructor(order: readonly ChangeRow[], initial: readonly ChangeRow[]) {
    this.#order = order
    this.#byId = new Map(order.map((change) => [change.id, change]))
    this.#initial = new Set(initial.map((change) => change.id))
    this.#applied = new Set(this.#initial)
  }

  /** In the order of the table. */
  get changes(): readonly ChangeRow[] {
    return this.#order.filter((change) => this.#applied.has(change.id))
  }

  get added(): readonly string[] {
    return [...this.#added]
  }

  get removed(): readonly string[] {
    return [...this.#removed]
  }

  /** +ID: with what it requires, unless something applied conflicts. True when the set changed. */
  add(id: string): boolean {
    const change = this.#find(id)
    if (change === null) return false
    if (this.#applied.has(id)) {
      this.#say('note', `${id} is in this kernel already`)
      return false
    }
    const wanted = this.#missing(change)
    for (const one of wanted) {
      const other = this.#conflicting(one)
      if (other === null) continue
      const because = one === change ? '' : ` (required by ${id})`
      this.#say(
        'error',
        `cannot add ${one.id}${because}: it conflicts with ${other.id}, which is applied`,
        `take ${other.id} away first: ~${other.id}`,
      )
      return false
    }
    for (const one of wanted) this.#put(one.id)
    return true
  }

  /** +drivers: what of `needed` is not there and does not conflict with what is. */
  addDrivers(needed: readonly string[]): void {
    for (const id of needed) {
      const change = this.#byId.get(id)
      if (change === undefined) throw new Error(`dmaplumb bug: no change ${id}`)
      if (this.#applied.has(id)) continue
      const wanted = this.#missing(change)
      if (wanted.some((one) => this.#conflicting(one) !== null)) continue
      for (const one of wanted) {
        this.#put(one.id)
        this.#byDrivers.add(one.id)
      }
    }
  }

  /** ~ID: unless something applied requires it. True when the set changed. */
  remove(id: string): boolean {
    if (this.#find(id) === null) return false
    if (!this.#applied.has(id)) {
      this.#say('warning', `${id} is not in this kernel; nothing to take away`)
      return false
    }
    const needers = this.changes.filter((change) => change.requires.includes(id))
    if (needers.length > 0) {
      const names = needers.map((change) => change.id).join(' and ')
      this.#say(
        'error',
        `cannot take ${id} away: ${names}, which ${needers.length === 1 ? 'is' : 'are'} applied, ${needers.length === 1 ? 'requires' : 'require'} it`,
        `take ${needers.length === 1 ? 'that' : 'those'} away first: ${needers.map((c) => `~${c.id}`).join('')}`,
      )
      return false
    }
    this.#take(id)
    return true
  }

  /** ~drivers: what +drivers added and is still there, last first. True when the set changed. */
  removeDrivers(): boolean {
    const there = [...this.#byDrivers].filter((id) => this.#applied.has(id))
    if (there.length === 0) {
      this.#say('warning', `${DRIVERS} added nothing; nothing to take away`)
      return false
    }
    const order = this.changes.filter((change) => there.includes(change.id)).toReversed()
    return order.map((change) => this.remove(change.id)).every((done) => done)
  }

  #put(id: string): void {
    this.#applied.add(id)
    this.#removed.delete(id)
    if (!this.#initial.has(id)) this.#added.add(id)
  }

  #take(id: string): void {
    this.#applied.delete(id)
    this.#added.delete(id)
    this.#byDrivers.delete(id)
    this.#removed.add(id)
  }

  /** The change and what it requires, as far as not applied, requirements first. */
  #missing(change: ChangeRow): ChangeRow[] {
    const found = new Set<ChangeRow>()
    const visit = (one: ChangeRow) => {
      for (const id of one.requires) {
        const required = this.#byId.get(id)
        if (required === undefined) throw new Error(`dmaplumb bug: no change ${id}`)
        if (!this.#applied.has(id)) visit(required)
      }
      found.add(one)
    }
    visit(change)
    return [...found]
  }

  #conflicting(change: ChangeRow): ChangeRow | null {
    return this.changes.find((other) => conflict(change, other)) ?? null
  }

  #find(id: string): ChangeRow | null {
    const change = this.#byId.get(id)
    if (change !== undefined) return change
    const near = nearNames(id, [...this.#byId.keys(), DRIVERS])
    this.#say(
      'error',
      `unknown change ${id}`,
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see dmaplumb history',
    )
    return null
  }

  #say(severity: Diagnostic['severity'], message: string, remedy?: string): void {
    this.diagnostics.push({ severity, message, ...(remedy === undefined ? {} : { remedy }) })
  }
}
