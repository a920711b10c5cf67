/** do_initcalls(): by level, then by link order. init/main.c, include/linux/init.h */
import type { Journal } from '../base/journal.ts'

/** Initcall levels in the order they run. */
export const initcallLevels = [
  'core',
  'postcore',
  'arch',
  'subsys',
  'fs',
  'device',
  'late',
] as const

/**
 * The level of an initcall; all of one level run before any of the next. `device` is also where
 * module_init() puts built-in drivers.
 */
export type InitcallLevel = (typeof initcallLevels)[number]

/**
 * One function that the kernel runs once at boot. A failure goes into the journal and stops
 * nothing.
 */
export interface Initcall {
  level: InitcallLevel
  /** Place in the link order within its level: lower runs first; ties keep their order here. */
  order: number
  /** The C function, e.g. `rk_iommu_init`. */
  name: string
  /** 0 or a negative error number. */
  run(): number
}

/** Runs every initcall once. */
export function runInitcalls(calls: readonly Initcall[], journal: Journal): void {
  for (const level of initcallLevels) {
    const here = calls.filter((c) => c.level === level)
    here.sort((a, b) => a.order - b.order)
    for (const call of here) {
      const result = call.run()
      journal.add('initcall', '', `${level}_initcall ${call.name} returned ${result}`, [], {
        result,
      })
    }
  }
}
