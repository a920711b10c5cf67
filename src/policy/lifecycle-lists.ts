/**
 * The lifecycle of a device as lists of step names. Control flow that changed with history is a
 * change of these lists, not a flag.
 */
import { assert } from '../base/assert.ts'

/** Points in a device's life at which steps run. */
export const lifecyclePoints = ['created', 'beforeProbe', 'probeFailed', 'unbound'] as const
/**
 * `created`: before the device is on its bus. `beforeProbe`: a non-zero step stops the probe.
 * `probeFailed` (a deferral too) and `unbound`: what is undone.
 */
export type LifecyclePoint = (typeof lifecyclePoints)[number]

/** Step names by point, in the order in which they run. */
export type LifecycleLists = Readonly<Record<LifecyclePoint, readonly string[]>>

/** v3.18: DMA is configured when the device is created, and never again. */
export const initialLifecycle: LifecycleLists = {
  created: ['dma-configure'],
  beforeProbe: [],
  probeFailed: [],
  unbound: [],
}

/** A step to insert: before or after a named one, else at the end. */
export interface AddedStep {
  readonly step: string
  readonly before?: string
  readonly after?: string
}

/** How a change edits the lists. Removals come first. */
export type Splice = {
  readonly [Point in LifecyclePoint]?: {
    readonly remove?: readonly string[]
    readonly add?: readonly AddedStep[]
  }
}

/** The lists after an edit. A step that is not there is a bug of the change row and throws. */
export function spliceLifecycle(lists: LifecycleLists, splice: Splice): LifecycleLists {
  const edited: Record<LifecyclePoint, readonly string[]> = { ...lists }
  for (const point of lifecyclePoints) {
    const steps = [...edited[point]]
    for (const step of splice[point]?.remove ?? []) {
      steps.splice(indexOf(steps, step, point), 1)
    }
    for (const { step, before, after } of splice[point]?.add ?? []) {
      assert(!steps.includes(step), `lifecycle step ${step} twice in ${point}`)
      if (before !== undefined) steps.splice(indexOf(steps, before, point), 0, step)
      else if (after !== undefined) steps.splice(indexOf(steps, after, point) + 1, 0, step)
      else steps.push(step)
    }
    edited[point] = steps
  }
  return edited
}

function indexOf(steps: readonly string[], step: string, point: LifecyclePoint): number {
  const index = steps.indexOf(step)
  assert(index >= 0, `no lifecycle step ${step} in ${point}`)
  return index
}
