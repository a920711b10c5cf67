/** A format's declared behaviour with the defaults filled in, all of one shape for the engine. */
import { EADDRINUSE, type Errno, ERANGE } from '../base/errno.ts'
import type { FormatBehaviour } from './contract.ts'

/** See FormatBehaviour. An Errno of 0 means allowed. */
export interface Rules {
  /** Mapping over a leaf. */
  overMap: Errno
  /** Mapping over a leaf above the last level. */
  overMapLarge: Errno
  keepsOld: boolean
  picksLargest: boolean
  /** Mapping under a larger leaf. */
  mapUnderLeaf: Errno
  clearsPageAbove: boolean
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
  /** By page size: the call says which pages go, not what is found there. */
  unmapsBySize: boolean
  unmapsEntry: boolean
  unmapsEntries: boolean
  unmapsRange: boolean
  rangeFromAddress: boolean
  unmapsMultiples: boolean
  holeStops: boolean
  missingTableStops: boolean
  clearsValidBit: boolean
  unmapPart: NonNullable<FormatBehaviour['unmapPart']>
  unmapsRootEntry: boolean
  splitsToLargest: boolean
  mapsUnaligned: boolean
  /** Mapping no pages; `tables`: 0, with the tables for one. */
  mapNothing: Errno | 'tables'
  pageByPage: boolean
  unmapChecksPage: boolean
  reportsEntries: boolean
  reportsGroupSplit: boolean
  rewritesBlocks: boolean
  rewritesLinks: boolean
  splitForgetsOutput: boolean
  splitNeedsFirst: boolean
  linksTruncate: boolean
}

/** Resolves a behaviour. */
export function rulesOf(b: FormatBehaviour): Rules {
  const overMap = b.overMap === 'overwrite' ? 0 : b.overMap
  const orZero = (
    rule: Errno | 'overwrite' | 'replace' | 'replace-page' | 'truncate' | 'encode',
  ) => (typeof rule === 'number' ? rule : 0)
  return {
    overMap,
    overMapLarge: b.overMapLarge === undefined ? overMap : orZero(b.overMapLarge),
    keepsOld: b.overMapKeeps === 'old',
    picksLargest: b.mapPicks === 'largest',
    clearsPageAbove: b.mapUnderLeaf === 'replace-page',
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
    unmapsBySize: (b.unmapExtent ?? 'size') === 'size',
    unmapsEntry: b.unmapExtent === 'entry',
    unmapsEntries: b.unmapExtent === 'entries',
    unmapsRange: b.unmapExtent === 'range' || b.unmapExtent === 'range-from-address',
    rangeFromAddress: b.unmapExtent === 'range-from-address',
    unmapsMultiples: b.unmapSizes === 'multiple',
    holeStops: b.unmapHole === 'stop',
    missingTableStops: (b.unmapMissingTable ?? b.unmapHole) === 'stop',
    clearsValidBit: b.unmapClears === 'valid-bit',
    unmapPart: b.unmapPart ?? 'split',
    unmapsRootEntry: b.unmapsRootEntry === true,
    splitsToLargest: b.splitTo === 'largest',
    mapsUnaligned: b.unaligned === 'encode',
    mapNothing: b.mapNothing ?? 0,
    pageByPage: b.pageByPage === true,
    unmapChecksPage: b.unmapChecksPage === true,
    reportsEntries: b.reports === 'entry',
    reportsGroupSplit: b.reportsGroupSplit === true,
    rewritesBlocks: b.rewrites !== undefined,
    rewritesLinks: b.rewrites === 'links',
    splitForgetsOutput: b.splitForgetsOutput === true,
    splitNeedsFirst: b.splitNeedsFirst === true,
    linksTruncate: b.linksTruncate === true,
  }
}
