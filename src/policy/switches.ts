/** Every switch there is, by its full name, and the types that follow from the declarations. */
import type { SwitchRow } from './switch-row.ts'
import { dmaSwitches } from './switches/dma.ts'
import { driverSwitches } from './switches/drivers.ts'
import { iommuSwitches } from './switches/iommu.ts'

/** Name -> declaration, e.g. `switches['dma.attachSetsOps']`. */
export const switches = { ...dmaSwitches, ...iommuSwitches, ...driverSwitches }

/** Full name of a switch, e.g. `dma.attachSetsOps`. */
export type SwitchName = keyof typeof switches

/** All switch names, in order of declaration. */
export const switchNames = Object.keys(switches) as readonly SwitchName[]

/** The values that a switch can have. */
export type ValueOf<Name extends SwitchName> =
  (typeof switches)[Name] extends SwitchRow<infer V> ? V : never

/** What a change sets: values by switch name. */
export type Settings = { readonly [Name in SwitchName]?: ValueOf<Name> }

/** The next dotted part of every name that begins with `Prefix`. */
type Part<
  Prefix extends string,
  Name extends string = SwitchName,
> = Name extends `${Prefix}${infer Rest}`
  ? Rest extends `${infer Head}.${string}`
    ? Head
    : Rest
  : never

type Nested<Prefix extends string> = {
  readonly [Head in Part<Prefix>]: `${Prefix}${Head}` extends SwitchName
    ? ValueOf<`${Prefix}${Head}`>
    : Nested<`${Prefix}${Head}.`>
}

/** Switch values nested by the dots of their names: `values.iommu.omap.secondDomain`. */
export type PolicyValues = Nested<''>
