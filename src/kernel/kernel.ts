/** A resolved kernel: which changes it has, and how it therefore behaves. */
import { assert } from '../base/assert.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { ChangeRow } from '../policy/change.ts'
import { foldChanges, type Policy } from '../policy/fold.ts'
import { relationProblems } from '../policy/relations.ts'
import { releaseHas } from '../policy/releases.ts'
import { AppliedChanges, DRIVERS } from './applied-changes.ts'
import { changeOrder } from './change-order.ts'
import type { KernelConfig } from './config.ts'
import { parseKernelSpec, type SpecStep, specText } from './spec.ts'

/**
 * One kernel that a board can be booted on: a release, plus and minus changes, folded into a
 * policy. Nothing here depends on the board but the ids behind `drivers`.
 */
export interface Kernel {
  /** Canonical text, which resolves to this kernel again. */
  readonly spec: string
  /** Release or candidate that it starts from. */
  readonly release: string
  /** Every change that it has, in the order of the change table. */
  readonly changes: readonly ChangeRow[]
  has(id: string): boolean
  /**
   * Ids that the release lacks and that were added, in order: by name, by `drivers`, or because
   * another one requires them.
   */
  readonly addedByUser: readonly string[]
  /** Ids that were taken away and not put back, in order. */
  readonly removedByUser: readonly string[]
  readonly policy: Policy
  /** null: no .config was given; the drivers of the board's SoC are built in. */
  readonly config: KernelConfig | null
  /** Kernel command line. */
  readonly cmdline: string
}

/**
 * What a spec leaves open: the changes and needs of the board at hand, the .config, the command
 * line, and steps given beside the spec.
 */
export interface ResolveOptions {
  /** Availability changes that the board's catalogue rows imply (`driver:COMPATIBLE`). */
  readonly extraChanges: readonly ChangeRow[]
  /** Ids that `drivers` stands for on this board, in order. Asked when a spec says `drivers`. */
  readonly neededAvailability: () => readonly string[]
  readonly config?: KernelConfig | null
  readonly cmdline?: string
  /** Ids added after the spec's own steps, in order. */
  readonly with?: readonly string[]
  /** Ids taken away after that. */
  readonly without?: readonly string[]
}

/** Applies a spec. `kernel` is null when a diagnostic is an error. */
export function resolveKernel(
  text: string,
  options: ResolveOptions,
): { kernel: Kernel | null; diagnostics: Diagnostic[] } {
  const { spec, diagnostics } = parseKernelSpec(text)
  if (spec === null) return { kernel: null, diagnostics }
  const { release } = spec
  const order = changeOrder(options.extraChanges)
  const applied = new AppliedChanges(
    order,
    order.filter((change) => releaseHas(change, release)),
  )
  const steps = [
    ...spec.steps,
    ...(options.with ?? []).map((id): SpecStep => ({ op: 'add', id })),
    ...(options.without ?? []).map((id): SpecStep => ({ op: 'remove', id })),
  ]
  const effective = steps.filter((step) => apply(applied, step, options.neededAvailability))
  diagnostics.push(...applied.diagnostics)
  if (diagnostics.some((d) => d.severity === 'error')) return { kernel: null, diagnostics }

  const { changes, added, removed } = applied
  const problems = relationProblems(changes)
  assert(problems.length === 0, problems.map((p) => p.message).join('; '))
  const ids = new Set(changes.map((change) => change.id))
  const kernel: Kernel = {
    spec: specText(release, effective),
    release,
    changes,
    has: (id) => ids.has(id),
    addedByUser: added,
    removedByUser: removed,
    policy: foldChanges(changes),
    config: options.config ?? null,
    cmdline: options.cmdline ?? '',
  }
  return { kernel, diagnostics }
}

/** True when the step belongs into the canonical spec: it did something, or says `drivers`. */
function apply(applied: AppliedChanges, step: SpecStep, needed: () => readonly string[]): boolean {
  if (step.id !== DRIVERS) {
    return step.op === 'add' ? applied.add(step.id) : applied.remove(step.id)
  }
  if (step.op === 'remove') return applied.removeDrivers()
  applied.addDrivers(needed())
  return true
}
