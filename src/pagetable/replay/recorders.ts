/**
 * What vectors of single drivers record of an operation beside its result: what the driver tells
 * the hardware that io-pgtable's callbacks do not show. Linux 6.1.
 */
import type { EnginePageTable, TlbObserver } from '../contract.ts'
import { walk } from '../walk.ts'
import { plusWide, showWide, type Wide, wideOf } from './wide.ts'

/** One call of the driver's map or unmap. */
export interface DriverCall {
  kind: 'map' | 'unmap'
  /** As the vector or the IOMMU core gives it. */
  at: Wide
  /** The engine's form of it. */
  iova: number
  /** Bytes of a page. */
  size: number
  count: number
  /** 0 for unmap. */
  ret: number
  /** Bytes mapped or unmapped. */
  bytes: number
}

/** Watches the calls of one vector, in order. Hears the page table's invalidations as well. */
export interface DriverRecorder extends TlbObserver {
  /** After a call. */
  called(call: DriverCall): void
  /** The fields of the operation that is over. */
  take(): Readonly<Record<string, unknown>>
}

/** A recorder for a page table just made. `spend` pays for what it keeps. */
export type RecorderMaker = (
  table: EnginePageTable,
  spend: (accesses: number) => void,
) => DriverRecorder

const pageBytes = 0x1000

/**
 * Rockchip: addresses and bytes that are evicted from the translation cache. Mapping evicts the
 * first and the last page, which may share a cached line with neighbours; unmapping what it
 * cleared, which may be nothing, except where there is no page table to clear.
 * rk_iommu_zap_iova_first_last(), rk_iommu_unmap()
 */
export const recordsZaps: RecorderMaker = (table, spend) => {
  let zaps: [string, string][] = []
  const zap = (at: Wide, bytes: number) => {
    spend(64)
    zaps.push([showWide(at), showWide(wideOf(bytes))])
  }
  const unmapped = ({ at, iova, bytes }: DriverCall) => {
    // Page tables are never freed, so it does not matter that the call is over.
    const { steps } = walk(table.format, table.memory, table.root, iova % 2 ** 32)
    if (steps.length > 1) zap(at, bytes)
  }
  return {
    walk() {},
    page() {},
    called(call) {
      if (call.kind === 'unmap') return unmapped(call)
      if (call.ret !== 0) return
      // The driver maps one page of one size a call.
      for (let i = 0; i < call.count; i++) {
        const first = plusWide(call.at, wideOf(call.size), i)
        zap(first, pageBytes)
        if (call.size > pageBytes) zap(plusWide(first, wideOf(call.size - pageBytes)), pageBytes)
      }
    },
    take() {
      const taken = zaps
      zaps = []
      return taken.length === 0 ? {} : { zap: taken }
    },
  }
}

/**
 * AMD: the levels after an operation; how often the device table was updated, once for each level
 * that was added; and flushes of the domain with its directory entries, one for each map that
 * replaced a table, or a page larger than its own. alloc_pte(), iommu_v1_map_pages()
 */
export const recordsAmd: RecorderMaker = (table) => {
  let levels = table.format.levels.length
  let flushes = 0
  let updates = 0
  let freedTable = false
  let largest = 0
  return {
    walk() {
      freedTable = true
    },
    page(_iova, size) {
      largest = Math.max(largest, size)
    },
    called({ kind, size }) {
      if (kind === 'map' && (freedTable || largest > size)) flushes++
      freedTable = false
      largest = 0
      const now = table.format.levels.length
      updates += now - levels
      levels = now
    },
    take() {
      const taken = {
        mode: levels,
        ...(flushes === 0 ? {} : { flush_pde: flushes }),
        ...(updates === 0 ? {} : { device_table_updates: updates }),
      }
      flushes = 0
      updates = 0
      return taken
    },
  }
}
