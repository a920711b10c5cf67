/** How a driver used IOMMUs in one release, where that changed. */
import { isIn } from '../../policy/releases.ts'
import type { CatalogueRow, IommuUse } from './row.ts'

/** The use in a release or candidate. */
export function iommuUseIn(row: CatalogueRow, release: string): IommuUse {
  const past = row.iommuUseFrom
  if (past === undefined) return row.iommuUse
  const then = past.findLast(([from]) => isIn(from, release) === true) ?? past[0]
  return then === undefined ? row.iommuUse : then[1]
}
