/** All changes, in the one order that folding, history and bisection use. */
import { Registry } from '../base/registry.ts'
import type { ChangeRow } from './change.ts'
import { foundingSeries } from './changes/founding-series.ts'
import { laterAvailability } from './changes/later-availability.ts'
import { neverMerged } from './changes/never-merged.ts'
import { tegraChanges } from './changes/tegra.ts'
import { driverChanges319 } from './changes/v3-19-drivers.ts'
import { followUps319 } from './changes/v3-19-follow-ups.ts'
import { whatIfs } from './changes/what-ifs.ts'

/** By release, then by date but never before a change that is required; never merged ones last. */
export const changes: readonly ChangeRow[] = [
  ...tegraChanges,
  ...foundingSeries,
  ...driverChanges319,
  ...followUps319,
  ...laterAvailability,
  ...neverMerged,
  ...whatIfs,
]

const byId = new Registry<ChangeRow>((change) => change.id, changes)

/** The change of that id, or undefined. */
export function findChange(id: string): ChangeRow | undefined {
  return byId.find(id)
}
