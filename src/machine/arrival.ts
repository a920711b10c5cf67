/** When a driver arrives, in words. */
import type { Availability } from '../drivers/catalogue/availability.ts'
import { findChange } from '../policy/changes.ts'

/** `rockchip-drm enters in v3.19-rc1`; null where nothing is known. */
export function arrivalOf(availability: Availability, since: string | null): string | null {
  const row = availability.implied ?? findChange(availability.id)
  if (row === undefined) return null
  if (row.release === null) return `${row.id} was never merged`
  const when = row.candidate ?? row.release
  return since === null ? null : `${row.id} enters in ${when}`
}
