/**
 * Who drives a node in one kernel: the catalogue, the availability changes and the configuration,
 * read together. Nothing is executed here.
 */
import type { DtNode } from '../devicetree/tree.ts'
import { availabilityOf } from '../drivers/catalogue/availability.ts'
import { catalogue, catalogueRow } from '../drivers/catalogue/catalogue.ts'
import { iommuUseIn } from '../drivers/catalogue/iommu-use.ts'
import { type CatalogueMatch, catalogueMatches } from '../drivers/catalogue/match.ts'
import type { CatalogueRow, IommuUse } from '../drivers/catalogue/row.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { isIn, laterRelease } from '../policy/releases.ts'
import { arrivalOf } from './arrival.ts'

/** Why nothing drives a node. */
export interface Unbound {
  kind: 'unbound'
  word: 'no-driver' | 'no-binding' | 'not-a-master' | 'unmodelled'
  /** One sentence; says when the missing piece arrives and how to ask for it. */
  reason: string
  /** Id of the change that would make it available, if one would. */
  needs: string | null
}

/**
 * A driver takes the node: which, by which string, and how it uses IOMMUs in this kernel. Its probe
 * may still fail.
 */
export interface Bound {
  kind: 'bound'
  match: CatalogueMatch
  /** Linux's name of the driver. */
  driver: string
  use: IommuUse
  /** Availability changes that were added for it and that the release lacks. */
  assumed: readonly string[]
}

/** Whether the kernel at hand has a driver for a node; tell the two apart by `kind`. */
export type Binding = Bound | Unbound

/** The row that says what kind of hardware a node is, if the catalogue knows it. */
export function hardwareRow(node: DtNode): CatalogueRow | null {
  for (const string of node.compatible) {
    const row = catalogueRow(string)
    if (row !== undefined) return row
  }
  return null
}

/** Says that a device sits on the AMBA bus, and nothing about what it is. */
const BUS_STRING = 'arm,primecell'

/**
 * True for nodes that may master the bus: catalogue rows of role `master`, and nodes with `iommus`
 * that are no IOMMUs.
 */
export function isMaster(node: DtNode): boolean {
  const telling = node.compatible.filter((string) => string !== BUS_STRING)
  const roles = telling.map((string) => catalogueRow(string)?.role)
  if (roles.includes('master')) return true
  return node.has('iommus') && !roles.includes('iommu')
}

/**
 * Who drives a node in a kernel, by catalogue, availability changes and .config, in this order; the
 * first one missing is the reason. `root`: the board's own compatible strings.
 */
export function bindingOf(node: DtNode, kernel: Kernel, root: readonly string[]): Binding {
  const matches = catalogueMatches(node.compatible)
  const first = matches[0]
  if (first === undefined) return unknownNode(node)
  const match = matches.find((m) => kernel.has(availabilityOf(m, root).id))
  if (match === undefined) return missing(first, kernel, root)
  const symbol = offSymbol(match.row, kernel)
  if (symbol !== null) {
    const reason = `${match.row.driver} is not built: CONFIG_${symbol} is off in ${kernel.config?.source}`
    return { kind: 'unbound', word: 'no-driver', reason, needs: null }
  }
  const availability = availabilityOf(match, root)
  const since = match.since === null ? kernel.release : laterRelease(match.since, kernel.release)
  return {
    kind: 'bound',
    match,
    driver: match.row.driver as string,
    use: iommuUseIn(match.row, since),
    assumed: kernel.addedByUser.filter((id) => id === availability.id),
  }
}

function unknownNode(node: DtNode): Unbound {
  const row = hardwareRow(node)
  const string = node.compatible[0]
  if (string === undefined) {
    const reason = 'the node has no compatible string; no driver binds it by itself'
    return { kind: 'unbound', word: 'no-driver', reason, needs: null }
  }
  if (row !== null && row.driver === null) {
    const note = row.note === undefined ? '' : `: ${row.note}`
    const reason = `no driver binds ${row.compatible} by itself${note}`
    return { kind: 'unbound', word: 'no-driver', reason, needs: null }
  }
  const reason = `dmaplumb does not know who drives ${string}`
  return { kind: 'unbound', word: 'unmodelled', reason, needs: null }
}

/** No string of the node has a driver in this kernel. */
function missing(first: CatalogueMatch, kernel: Kernel, root: readonly string[]): Unbound {
  const { row, compatible, since, earliest } = first
  const availability = availabilityOf(first, root)
  const arrival = arrivalOf(availability, since)
  const hint =
    arrival === null
      ? ''
      : `: ${arrival}; ${kernel.release}+drivers shows ${kernel.release}'s plumbing under it`
  if (since === null || isIn(since, kernel.release, earliest) === 'unknown') {
    const reason = `dmaplumb does not know whether ${kernel.release} drives ${compatible}${hint}`
    return { kind: 'unbound', word: 'unmodelled', reason, needs: availability.id }
  }
  if (driverIsThere(row, kernel)) {
    const reason = `${row.driver} is in ${kernel.spec} but does not match ${compatible}${hint}`
    return { kind: 'unbound', word: 'no-binding', reason, needs: availability.id }
  }
  const reason = `no driver for ${compatible} in ${kernel.spec}${hint}`
  return { kind: 'unbound', word: 'no-driver', reason, needs: availability.id }
}

/** The driver exists, with other match entries or with none. */
function driverIsThere(row: CatalogueRow, kernel: Kernel): boolean {
  if (row.driverSince !== undefined && isIn(row.driverSince, kernel.release) === true) return true
  return catalogue.some((other) => {
    if (other.driver !== row.driver) return false
    const match = catalogueMatches([other.compatible])[0]
    if (match === undefined) return false
    const { id, implied } = availabilityOf(match)
    // Where the driver's arrival is a change, the kernel says whether it has it.
    if (implied === null) return kernel.has(id)
    const brought = implied.requires.every((required) => kernel.has(required))
    return brought && isIn(match.since, kernel.release) === true
  })
}

/** The Kconfig symbol that a .config leaves off, or null. */
function offSymbol(row: CatalogueRow, kernel: Kernel): string | null {
  const { config } = kernel
  if (config === null || row.kconfig === null) return null
  const symbols = row.kconfigOld === undefined ? [row.kconfig] : [row.kconfig, row.kconfigOld]
  return symbols.some((s) => config.enabled(s) !== null) ? null : row.kconfig
}
