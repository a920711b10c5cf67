/** Which row of the catalogue answers for a node, by the list of its compatible strings. */
import { laterRelease } from '../../policy/releases.ts'
import { catalogueRow } from './catalogue.ts'
import type { CatalogueRow } from './row.ts'

/** One way in which a driver can bind a node, with the release from which it does. */
export interface CatalogueMatch {
  /** The row of the first string that leads to a driver: the most specific one. */
  readonly row: CatalogueRow
  /** The string of the node's list that the driver's match table has. */
  readonly compatible: string
  /** First release in which a driver binds the node by it; null where unknown. */
  readonly since: string | null
  /** Earliest that `since` can be, where that is earlier. */
  readonly earliest: string | null
}

/** All matches of a node, in the order of its strings. A later one may bind in an older kernel. */
export function catalogueMatches(compatibles: readonly string[]): readonly CatalogueMatch[] {
  const matches: CatalogueMatch[] = []
  for (const string of compatibles) {
    const row = catalogueRow(string)
    if (row === undefined || row.driver === null) continue
    const binder = bindingString(row, compatibles)
    // The same driver by the same string adds nothing: sc7180-dwc3 and dwc3 are one match.
    if (binder === null || matches.some((m) => m.compatible === binder)) continue
    matches.push({ row, compatible: binder, since: since(row), earliest: earliest(row) })
  }
  return matches
}

/**
 * The match of a node: the first that `accept` accepts (a kernel has that driver, say), else the
 * first. null where no string of the list leads to a driver.
 *
 * @example
 * catalogueFor(['qcom,sc7180-dwc3', 'qcom,dwc3'])?.compatible // 'qcom,dwc3'
 */
export function catalogueFor(
  compatibles: readonly string[],
  accept: (match: CatalogueMatch) => boolean = () => true,
): CatalogueMatch | null {
  const matches = catalogueMatches(compatibles)
  return matches.find(accept) ?? matches[0] ?? null
}

/** The string of the list by which a driver binds a node that has this row's string. */
function bindingString(row: CatalogueRow, compatibles: readonly string[]): string | null {
  const by = row.matchedBy
  if (by === undefined) return row.compatible
  if (!by.endsWith('*')) return compatibles.includes(by) ? by : null
  const beginning = by.slice(0, -1)
  return compatibles.find((c) => c.startsWith(beginning)) ?? null
}

/**
 * A string that no match table has can still have a release of its own: the one whose driver knows
 * the chip that the string names.
 */
function since(row: CatalogueRow): string | null {
  const via = row.sinceViaFallback
  if (row.matchedBy === undefined || via === undefined) return row.since
  return row.since === null ? via : laterRelease(row.since, via)
}

function earliest(row: CatalogueRow): string | null {
  if (row.sinceEarliest === undefined) return null
  const via = row.sinceViaFallback
  return via === undefined ? row.sinceEarliest : laterRelease(row.sinceEarliest, via)
}
