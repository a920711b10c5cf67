/** One vector on the engine: its operations, and what they leave. */
import { BusError, PhysicalMemory } from '../../base/memory.ts'
import type { EnginePageTable, FormatSpec, TlbObserver } from '../contract.ts'
import { mapRange, pageChoice, unmapRange } from '../page-size.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { type Digest, digest, type DigestListener } from './digest.ts'
import type { Prepared, ReplayFamily } from './families.ts'
import type { Vector, VectorOp } from './vector.ts'
import { engineIova, engineNumber, hexOf, iovaDigits, showWide, wideNumber } from './wide.ts'

/** What one operation did, in the vectors' own field names. */
export type OpResult = Record<string, unknown>

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
/** Pages that one operation may ask for; where one call fills one table at most, any number. */
const mostPages = 2 ** 20

/** Invalidations in the vectors' words; neighbouring pages of one size are one event. */
class Invalidations implements TlbObserver {
  events: (string | number)[][] = []
  readonly #format: FormatSpec
  #next = -1
  #size = -1

  constructor(format: FormatSpec) {
    this.#format = format
  }

  walk(iova: number, size: number, granule: number): void {
    this.events.push(['walk', this.#iova(iova), hexOf(size), hexOf(granule)])
    this.#next = -1
  }

  page(iova: number, size: number, count: number): void {
    const last = this.events.at(-1)
    if (iova === this.#next && size === this.#size && last !== undefined) {
      last[3] = (last[3] as number) + count
    } else this.events.push(['page', this.#iova(iova), hexOf(size), count])
    this.#next = iova + size * count
    this.#size = size
  }

  take(): (string | number)[][] {
    const taken = this.events
    this.events = []
    this.#next = -1
    return taken
  }

  #iova(iova: number): string {
    return `0x${iovaDigits(iova, this.#format)}`
  }
}

/** Why an operation is not run, or null: what no caller asks for and would take for ever. */
function excessive(op: VectorOp, table: EnginePageTable): string | null {
  const { pageSizes, format } = table
  const size = wideNumber(op.size)
  if (!op.core) {
    const bounded = format.behaviour.pagesPerCall === 'table'
    return op.count > mostPages && !bounded ? `${op.count} pages in one call` : null
  }
  const iova = engineIova(op.iova, format)
  const to = op.kind === 'map' ? engineNumber(op.address, format.outputBits) : iova
  let pages = 0
  for (let done = 0; done < size; ) {
    const choice = pageChoice(pageSizes, iova + done, to + done, size - done)
    if (choice === null) return null
    pages += choice.count
    if (pages > mostPages * 4) return `more than ${mostPages * 4} pages in one call`
    done += choice.size * choice.count
  }
  return null
}

function runOp(op: VectorOp, table: EnginePageTable, calls: unknown[][]): OpResult {
  const { format } = table
  const iova = engineIova(op.iova, format)
  const size = wideNumber(op.size)
  const shownIova = (at: number) => `0x${iovaDigits(at, format)}`
  let warnings = 0
  let written = 0
  const count = () => {
    warnings += table.warnings
    written += table.written
  }
  const listener = {
    mapped(at: number, to: number, page: number, n: number, ret: number, bytes: number) {
      count()
      calls.push(['map_pages', shownIova(at), hexOf(to), hexOf(page), n, ret, hexOf(bytes)])
    },
    unmapped(at: number, page: number, n: number, bytes: number) {
      count()
      calls.push(['unmap_pages', shownIova(at), hexOf(page), n, hexOf(bytes)])
    },
  }
  const result: OpResult = {}
  if (op.kind === 'map') {
    const address = engineNumber(op.address, format.outputBits)
    if (op.core) result.ret = mapRange(table, iova, address, size, op.prot, listener)
    else {
      result.ret = table.mapPages(iova, address, size, op.count, op.prot)
      if (op.expected.op === 'map_pages') result.mapped = hexOf(table.mapped)
      count()
    }
  } else if (op.core) result.unmapped = hexOf(unmapRange(table, iova, size, listener))
  else {
    result.unmapped = hexOf(table.unmapPages(iova, size, op.count))
    count()
  }
  if (op.core) result.calls = calls
  if (warnings > 0 && format.behaviour.warns === true) result.warn = warnings
  result.sync_bytes = written
  return result
}

/**
 * Runs a vector. A string says why it cannot be run. `result` is null and the rest empty where
 * Linux refuses the configuration.
 */
export function runVector(
  vector: Vector,
  family: ReplayFamily,
  asLinux: boolean,
  listener?: DigestListener,
): Run | string | null {
  const prepared: Prepared | null = family.prepare(vector.config, vector.tables, asLinux)
  if (prepared === null) return null
  const { format } = prepared
  const memory = new PhysicalMemory([{ base: vector.tables, size: tablesSize }])
  const pages = new TableArena(memory, vector.tables, tablesSize)
  const tlb = new Invalidations(format)
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
  if (table === null) return 'the root table is too large'
  const ops: OpResult[] = []
  const checkpoints: Record<string, unknown>[] = []
  let nextPoint = 0
  try {
    for (const [i, op] of vector.ops.entries()) {
      const reason = excessive(op, table)
      if (reason !== null) return `ops[${i}] asks for ${reason}`
      const result = runOp(op, table, [])
      const events = tlb.take()
      if (family.ioPgtable && events.length > 0) result.tlb = events
      if (vector.config.coherentWalk || !family.ioPgtable || result.sync_bytes === 0) {
        delete result.sync_bytes
      }
      ops.push(result)
      for (; vector.checkpoints[nextPoint]?.after === i + 1; nextPoint++) {
        const now = digest(table, emptyTable)
        checkpoints.push({
          after_ops: i + 1,
          n_leaves: now.leaves,
          n_tables: now.tables,
          leaves_sha256: now.leavesSha256.slice(0, 16),
          tables_sha256: now.tablesSha256.slice(0, 16),
        })
      }
    }
    const summary = digest(table, emptyTable, listener)
    const lookups = vector.lookups.map(({ iova }): [string, string | null] => {
      // Linux answers 0 for "nothing there", so that a mapping to 0 reads as null.
      const offset = iova.hi < 2 ** 20 ? 0 : iova.lo % 4096
      const aligned = { hi: iova.hi, lo: iova.lo - offset }
      const found = (table.iovaToPhys(engineIova(aligned, format)) ?? -offset) + offset
      return [showWide(iova), found === 0 ? null : hexOf(found)]
    })
    const { result } = prepared
    table.destroy()
    if (emptyTable !== null) pages.free(emptyTable, emptyBytes)
    return { result, ops, digest: summary, lookups, checkpoints, leakedTables: pages.liveTables }
  } catch (error) {
    if (error instanceof BusError) return `${error.message}, where a table should be`
    throw error
  }
}
