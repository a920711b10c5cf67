/**
 * The lifecycle of a device as lists of named steps. Which step runs when changed with history, so
 * the lists come from the policy; what a step does comes from an upper floor.
 */
import { assert } from '../base/assert.ts'
import type { Errno } from '../base/errno.ts'
import type { Device, Driver } from './device.ts'

/** Points at which steps run. */
export type LifecyclePoint = 'created' | 'beforeProbe' | 'probeFailed' | 'unbound'

/** A hook. `driver` is null while none is known yet (at creation). Non-zero stops a probe. */
export type LifecycleStep = (device: Device, driver: Driver | null) => Errno

/**
 * The steps of one kernel: names and order from its policy, meaning through `define`. A name that
 * is listed and not defined, or defined twice, is a bug and throws.
 */
export class Lifecycle {
  readonly #lists: Readonly<Record<LifecyclePoint, readonly string[]>>
  readonly #steps = new Map<string, LifecycleStep>()

  constructor(lists: Readonly<Record<LifecyclePoint, readonly string[]>>) {
    this.#lists = lists
  }

  /** Says what a named step does. */
  define(name: string, step: LifecycleStep): void {
    assert(!this.#steps.has(name), `lifecycle step ${name} defined twice`)
    this.#steps.set(name, step)
  }

  /** Runs the steps of a point in order; stops at the first non-zero result and returns it. */
  run(point: LifecyclePoint, device: Device, driver: Driver | null): Errno {
    for (const name of this.#lists[point]) {
      const step = this.#steps.get(name)
      assert(step !== undefined, `lifecycle step ${name} is not defined`)
      const result = step(device, driver)
      if (result !== 0) return result
    }
    return 0
  }
}
