/**
 * Which nodes the device tree core descends into by itself when it makes devices
 * (of_default_bus_match_table), and which it never makes a device for. Buses that a driver has to
 * bind first are rows of the driver catalogue.
 */
import { isIn } from './releases.ts'

/**
 * One compatible string of such a table, with the release that brought it and where that was read.
 */
export interface BusMatchRow {
  readonly compatible: string
  /** First release with the row; v3.18 means that or earlier. */
  readonly since: string
  /** Kconfig symbol without which the row is not compiled in. */
  readonly config?: string
  readonly source: string
  readonly confidence: 'source' | 'memory'
}

const SOURCE = 'drivers/of/platform.c of sampled releases'

/** Any string of a node's list may match. */
export const defaultBusMatchTable: readonly BusMatchRow[] = [
  { compatible: 'simple-bus', since: 'v3.18', source: SOURCE, confidence: 'source' },
  { compatible: 'simple-mfd', since: 'v4.1', source: SOURCE, confidence: 'source' },
  { compatible: 'isa', since: 'v4.9', source: SOURCE, confidence: 'source' },
  {
    compatible: 'arm,amba-bus',
    since: 'v3.18',
    config: 'ARM_AMBA',
    source: SOURCE,
    confidence: 'source',
  },
]

/** Nodes that never become devices, although available and with a compatible string. */
export const skippedNodes: readonly BusMatchRow[] = [
  { compatible: 'operating-points-v2', since: 'v4.18', source: SOURCE, confidence: 'source' },
]

/** Compatible strings whose children the core of a release creates. */
export function defaultBuses(release: string): readonly string[] {
  return matching(defaultBusMatchTable, release)
}

/** Compatible strings that the core of a release makes no device for. */
export function skippedCompatibles(release: string): readonly string[] {
  return matching(skippedNodes, release)
}

function matching(rows: readonly BusMatchRow[], release: string): readonly string[] {
  return rows.filter((r) => isIn(r.since, release) === true).map((r) => r.compatible)
}
