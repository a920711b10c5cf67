/** The way from one kernel to another, one change at a time: what a bisection walks. */
import type { ChangeRow } from '../policy/change.ts'
import type { Kernel } from './kernel.ts'

/** Changes that `b` has and `a` lacks, and the reverse, each in the order of the table. */
export function changesBetween(
  a: Kernel,
  b: Kernel,
): { add: readonly ChangeRow[]; remove: readonly ChangeRow[] } {
  return {
    add: b.changes.filter((change) => !a.has(change.id)),
    remove: a.changes.filter((change) => !b.has(change.id)),
  }
}

/** One change put in or taken out on the way, and the kernel that results. */
export interface KernelStep {
  readonly op: 'add' | 'remove'
  readonly change: ChangeRow
  /** The kernel after this step, as a spec that resolves by itself. */
  readonly spec: string
}

/**
 * Every step from `good` to `bad`. What goes is taken away first, last one first, so that nothing is
 * required by what stays; what comes is added in the order of the table, which puts requirements
 * first. The last step has the changes of `bad`.
 */
export function kernelSteps(good: Kernel, bad: Kernel): readonly KernelStep[] {
  const { add, remove } = changesBetween(good, bad)
  const steps: KernelStep[] = []
  let spec = good.spec
  for (const change of remove.toReversed()) {
    spec += `~${change.id}`
    steps.push({ op: 'remove', change, spec })
  }
  for (const change of add) {
    spec += `+${change.id}`
    steps.push({ op: 'add', change, spec })
  }
  return steps
}
