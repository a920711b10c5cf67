/**
 * Every structural check, in the order in which their findings are listed. Names, defaults and
 * what is a finding follow dtc 1.6.1 (checks.c, `dtc -W NAME`).
 */
import { addressLayoutChecks } from './address-layout.ts'
import type { CheckRow } from './check-row.ts'
import { graphChecks } from './graph.ts'
import { interruptChecks } from './interrupts.ts'
import { localBusChecks } from './local-buses.ts'
import { nameChecks } from './names.ts'
import { pciChecks } from './pci.ts'
import { phandleArgumentChecks } from './phandle-arguments.ts'
import { phandleChecks } from './phandle-values.ts'
import { specialNodeChecks } from './special-nodes.ts'
import { unitAddressChecks } from './unit-addresses.ts'
import { shapeChecks } from './value-shapes.ts'

/** To add a check: a row in a family's file; to add a family: a file and a line here. */
export const checks: readonly CheckRow[] = [
  ...nameChecks,
  ...phandleChecks,
  ...shapeChecks,
  ...addressLayoutChecks,
  ...unitAddressChecks,
  ...pciChecks,
  ...localBusChecks,
  ...specialNodeChecks,
  ...phandleArgumentChecks,
  ...interruptChecks,
  ...graphChecks,
]
