/** One vector on the engine: its operations, and what they leave. */
import { BusError } from '../../base/memory.ts'
import type { FormatSpec, TlbObserver } from '../contract.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { type Digest, digest, type DigestListener } from './digest.ts'
import type { ReplayFamily } from './families.ts'
import { Invalidations } from './invalidations.ts'
import { MeteredMemory, TooLong } from './metered-memory.ts'
import type { DriverRecorder } from './recorders.ts'
import { type OpResult, runOp } from './run-op.ts'
import type { Vector } from './vector.ts'
import { engineIova, hexOf, showWide } from './wide.ts'

export type { OpResult } from './run-op.ts'

/** What a vector did. */
export interface Run {
  result: unknown
  ops: OpResult[]
  digest: Digest
  lookups: [string, string | null][]
  checkpoints: Record<string, unknown>[]
  leakedTables: number
}

/** Bytes of memory for tables, which is taken as it is used. */
const tablesSize = 0x1000_0000

/** Pages that one call may ask for; where one call fills one table at most, any number. */
const mostPages = 2 ** 20

/** True where links have room for the address of every table. */
function reaches(format: FormatSpec, tables: number): boolean {
  if (format.behaviour.linksTruncate === true) return true
  return format.levels.every(({ table }) => {
    const rows = table?.word.rows.filter((row) => row.kind === 'address') ?? []
    const bits = Math.max(...rows.map((row) => row.from + row.hi - row.lo + 1))
    return table === null || tables + tablesSize <= 2 ** bits
  })
}

/** A vector's page table, with everything that watches it. */
function setUp(vector: Vector, family: ReplayFamily, format: FormatSpec, asLinux: boolean) {
  const memory = new MeteredMemory([{ base: vector.tables, size: tablesSize }])
  const pages = new TableArena(memory, vector.tables, tablesSize)
  const spend = (accesses: number) => memory.spend(accesses)
  const invalidations = new Invalidations(format, spend)
  let recorder: DriverRecorder | null = null
  const tlb: TlbObserver = {
    walk(iova, size, granule) {
      invalidations.walk(iova, size, granule)
      recorder?.walk(iova, size, granule)
    },
    page(iova, size, count) {
      invalidations.page(iova, size, count)
      recorder?.page(iova, size, count)
    },
  }
  // The shared table of empty links is known by its address; it goes back by hand.
  const link = format.levels.findIndex((l) => l.emptyLink === true)
  const emptyBytes = 2 ** (format.levels[link + 1]?.entriesLg2 ?? 0) * (format.wordBits / 8)
  const emptyTable = link < 0 ? null : pages.allocate(emptyBytes)
  const table = createPageTable(format, {
    memory,
    pages,
    tlb,
    asLinux,
    ...(emptyTable === null ? {} : { emptyTable }),
  })
  if (table === null) return null
  recorder = family.recorder?.(table, spend) ?? null
  const destroy = () => {
    table.destroy()
    if (emptyTable !== null) pages.free(emptyTable, emptyBytes)
    return pages.liveTables
  }
  return { table, emptyTable, invalidations, recorder, spend, destroy }
}

/**
 * Runs a vector. A string says why it cannot be run. `result` is null and the rest empty where
 * Linux refuses the configuration.
 */
export function runVector(
  vector: Vector,
  family: ReplayFamily,
  asLinux: boolean,
  listener: DigestListener = {},
): Run | string | null {
  const unusable = family.unusable?.(vector.config) ?? null
  if (unusable !== null) return unusable
  const prepared = family.prepare(vector.config, vector.tables, asLinux)
  if (prepared === null) return null
  let place = 'the root table'
  try {
    const { format } = prepared
    if (!reaches(format, vector.tables)) return `its links have no room for ${hexOf(vector.tables)}`
    const made = setUp(vector, family, format, asLinux)
    if (made === null) return 'the root table is too large'
    const { table, emptyTable, invalidations, recorder, spend } = made
    const paying: DigestListener = {
      leaf(iova, level, raw) {
        spend(24)
        listener.leaf?.(iova, level, raw)
      },
      table: (level, iova, entries, link) => listener.table?.(level, iova, entries, link),
    }
    const ops: OpResult[] = []
    const checkpoints: Record<string, unknown>[] = []
    let nextPoint = 0
    for (const [i, op] of vector.ops.entries()) {
      place = `ops[${i}]`
      const bounded = op.core || format.behaviour.pagesPerCall === 'table'
      if (op.count > mostPages && !bounded) return `${place} asks for ${op.count} pages in one call`
      const result = runOp(op, { table, recorder, spend })
      const events = invalidations.take()
      if (family.ioPgtable && events.length > 0) result.tlb = events
      if (vector.config.coherentWalk || !family.ioPgtable || result.sync_bytes === 0) {
        delete result.sync_bytes
      }
      ops.push(result)
      for (; vector.checkpoints[nextPoint]?.after === i + 1; nextPoint++) {
        const now = digest(table, emptyTable, { leaf: () => spend(24) })
        checkpoints.push({
          after_ops: i + 1,
          n_leaves: now.leaves,
          n_tables: now.tables,
          leaves_sha256: now.leavesSha256.slice(0, 16),
          tables_sha256: now.tablesSha256.slice(0, 16),
        })
      }
    }
    place = 'reading the tables'
    const summary = digest(table, emptyTable, paying)
    place = 'iova_to_phys'
    const lookups = vector.lookups.map(({ iova }): [string, string | null] => {
      // Linux answers 0 for "nothing there", so that a mapping to 0 reads as null.
      const offset = iova.hi < 2 ** 20 ? 0 : iova.lo % 4096
      const aligned = { hi: iova.hi, lo: iova.lo - offset }
      const found = (table.iovaToPhys(engineIova(aligned, format)) ?? -offset) + offset
      return [showWide(iova), found === 0 ? null : hexOf(found)]
    })
    const { result } = prepared
    return { result, ops, digest: summary, lookups, checkpoints, leakedTables: made.destroy() }
  } catch (error) {
    if (error instanceof TooLong) return `${place}: ${error.message}`
    if (error instanceof BusError) return `${place}: ${error.message}, where a table should be`
    throw error
  }
}
