/** A format's declared behaviour with the defaults filled in, all of one shape for the engine. */
import { EADDRINUSE, type Errno, ERANGE } from '../base/errno.ts'
import type { FormatBehaviour } from './contract.ts'

/** See FormatBehaviour. An Errno of 0 means allowed. */
export interface Rules {
  /** Mapping over a leaf. */
  overMap: Errno
  /** Mapping under a larger leaf. */
  mapUnderLeaf: Errno
  /** Mapping over a table that maps something. */
  mapOverUsedTable: Errno
  failedMapUndoes: boolean
  checksCall: boolean
  checksEntry: boolean
  mapNoAccess: Errno
  wideIova: Errno
  wideOutput: Errno
  oneTablePerCall: boolean
  freesEmptyTables: boolean
  unmapsEntry: boolean
  unmapsMultiples: boolean
  holeStops: boolean
  missingTableStops: boolean
  clearsValidBit: boolean
  unmapPart: 'split' | 'refuse' | 'whole'
  splitsToLargest: boolean
}

/** Resolves a behaviour. */
export function rulesOf(b: FormatBehaviour): Rules {
  const overMap = b.overMap === 'overwrite' ? 0 : b.overMap
  const orZero = (rule: Errno | 'replace' | 'truncate' | 'encode') =>
    typeof rule === 'number' ? rule : 0
  return {
    overMap,
    mapUnderLeaf: b.mapUnderLeaf === undefined ? overMap : orZero(b.mapUnderLeaf),
    mapOverUsedTable:
      b.mapOverTable !== 'replace-empty' ? 0 : overMap === 0 ? -EADDRINUSE : overMap,
    failedMapUndoes: b.failedMapUndoes,
    checksCall: b.mapChecks === 'call',
    checksEntry: b.mapChecks === 'entry',
    mapNoAccess: orZero(b.mapNoAccess ?? 'encode'),
    wideIova: orZero(b.wideIova ?? -ERANGE),
    wideOutput: orZero(b.wideOutput ?? -ERANGE),
    oneTablePerCall: b.pagesPerCall === 'table',
    freesEmptyTables: b.freesEmptyTables,
    unmapsEntry: b.unmapExtent === 'entry',
    unmapsMultiples: b.unmapSizes === 'multiple',
    holeStops: b.unmapHole === 'stop',
    missingTableStops: (b.unmapMissingTable ?? b.unmapHole) === 'stop',
    clearsValidBit: b.unmapClears === 'valid-bit',
    unmapPart: b.unmapPart ?? 'split',
    splitsToLargest: b.splitTo === 'largest',
  }
}
