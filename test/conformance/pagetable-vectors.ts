/**
 * Replays measured page-table vectors (what Linux returned and left in memory) on the engine and
 * tells, aspect by aspect, whether it did the same.
 */
import { ERANGE } from '../../src/base/errno.ts'
import { PhysicalMemory } from '../../src/base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from '../../src/pagetable/contract.ts'
import { createPageTable } from '../../src/pagetable/table.ts'
import { TableArena } from '../../src/pagetable/table-arena.ts'

type TlbEvent = ['walk' | 'page', string, string, string | number]

export interface VectorOp {
  op: 'map' | 'map_pages' | 'unmap' | 'unmap_pages'
  iova: string
  paddr?: string
  pgsize: string
  pgcount: number
  prot?: string[]
  ret?: number
  mapped?: string
  unmapped?: string
  tlb?: TlbEvent[]
}

type LeafRow =
  | [iova: string, level: number, raw: string]
  | [iova: string, level: number, raw: string, count: number, iovaStep: string, rawStep: string]
type TableRow = [level: number, iova: string, entries: number, raw: string | null]

export interface Vector {
  name: string
  format: string
  tags?: string[]
  cfg: { ias: number; oas: number; quirks?: string[]; coherent_walk?: boolean }
  ops: VectorOp[]
  leaves: LeafRow[]
  tables: TableRow[]
  iova_to_phys: [string, string | null][]
  checkpoints?: { after_ops: number; n_leaves: number; n_tables: number }[]
}

/** What differed, in words, per aspect; empty lists mean agreement. */
export interface Replay {
  returns: string[]
  leaves: string[]
  tables: string[]
  iovaToPhys: string[]
  tlb: string[]
  leakedTables: number
}

const tablesBase = 0x8000_0000
const hex = (n: bigint | number) => `0x${n.toString(16)}`

/** The six flags of a vector's prot list. */
export function protectionOf(names: readonly string[]): Protection {
  const has = (name: string) => names.includes(name)
  return {
    read: has('READ'),
    write: has('WRITE'),
    cache: has('CACHE'),
    noexec: has('NOEXEC'),
    mmio: has('MMIO'),
    privileged: has('PRIV'),
  }
}

/** Runs one vector on a fresh table of `format`. */
export function replay(vector: Vector, format: FormatSpec): Replay {
  const memory = new PhysicalMemory([{ base: tablesBase, size: 0x200_0000 }])
  const pages = new TableArena(memory, tablesBase, 0x200_0000)
  // A table for the upper half: vectors carry full 64-bit addresses, the engine offsets in a half.
  const upper = vector.cfg.quirks?.includes('ARM_TTBR1') === true
  const prefix = upper ? 2n ** 64n - 2n ** BigInt(vector.cfg.ias) : 0n
  const offset = (iova: string): number => {
    const inside = BigInt(iova) - prefix
    return inside < 0n || inside >= 2n ** 53n ? 2 ** 52 : Number(inside)
  }
  const heard: TlbEvent[] = []
  const tlb = {
    walk(iova: number, size: number) {
      heard.push(['walk', hex(BigInt(iova) + prefix), hex(size), '0x1000'])
    },
    page(iova: number, size: number, count: number) {
      heard.push(['page', hex(BigInt(iova) + prefix), hex(size), count])
    },
  }
  const table = createPageTable(format, { memory, pages, tlb })
  if (table === null) throw new Error('no memory for a root')
  const result: Replay = {
    returns: [],
    leaves: [],
    tables: [],
    iovaToPhys: [],
    tlb: [],
    leakedTables: 0,
  }
  for (const [i, op] of vector.ops.entries()) {
    heard.length = 0
    const size = Number(op.pgsize)
    const done: Partial<VectorOp> = {}
    if (op.op === 'map' || op.op === 'map_pages') {
      const address = Number(op.paddr)
      done.ret = table.mapPages(
        offset(op.iova),
        address,
        size,
        op.pgcount,
        protectionOf(op.prot ?? []),
      )
      if (op.mapped !== undefined) done.mapped = hex(table.mapped)
      if (address >= 2 ** 53) done.ret = -ERANGE
    } else done.unmapped = hex(table.unmapPages(offset(op.iova), size, op.pgcount))
    for (const key of ['ret', 'mapped', 'unmapped'] as const) {
      if (op[key] !== done[key]) {
        result.returns.push(`op ${i} ${op.op} ${op.iova}: ${key} ${done[key]}, Linux ${op[key]}`)
      }
    }
    for (const point of vector.checkpoints ?? []) {
      if (point.after_ops !== i + 1) continue
      const { leaves, tables } = dumpTables(table, prefix)
      const got = `${leaves.length} leaves in ${tables.length} tables`
      const expected = `${point.n_leaves} leaves in ${point.n_tables} tables`
      if (got !== expected) result.tables.push(`after op ${i}: ${got}, Linux ${expected}`)
    }
    if (JSON.stringify(op.tlb ?? []) !== JSON.stringify(heard)) {
      result.tlb.push(`op ${i} ${op.op}: ${JSON.stringify(heard)}, Linux ${JSON.stringify(op.tlb)}`)
    }
  }
  const dump = dumpTables(table, prefix)
  compare(result.leaves, dump.leaves, vector.leaves.flatMap(expandLeaf))
  compare(
    result.tables,
    dump.tables,
    vector.tables.map((row) => row.join(' ')),
  )
  for (const [iova, expected] of vector.iova_to_phys) {
    // Linux answers 0 for "nothing there", so a mapping to address 0 reads as null.
    const answer = table.iovaToPhys(offset(iova)) || null
    const shown = answer === null ? null : hex(answer)
    if (shown !== expected) result.iovaToPhys.push(`${iova}: ${shown}, Linux ${expected}`)
  }
  table.destroy()
  result.leakedTables = pages.liveTables
  return result
}

/** True when every aspect agrees; invalidations are told apart because drivers decide them. */
export function agrees(r: Replay): boolean {
  return r.returns.length + r.leaves.length + r.tables.length + r.iovaToPhys.length === 0
}

function expandLeaf(row: LeafRow): string[] {
  const [iova, level, raw, count = 1, iovaStep = '0x0', rawStep = '0x0'] = row
  return Array.from({ length: count }, (_, k) => {
    const n = BigInt(k)
    const at = BigInt(iova) + n * BigInt(iovaStep)
    return `${hex(at)} ${level} ${hex(BigInt(raw) + n * BigInt(rawStep))}`
  })
}

function compare(into: string[], got: readonly string[], expected: readonly string[]): void {
  if (got.length !== expected.length) into.push(`${got.length} rows, Linux ${expected.length}`)
  for (const [i, row] of expected.entries()) {
    if (got[i] === row) continue
    into.push(`row ${i}: ${got[i]}, Linux ${row}`)
    return
  }
}

/**
 * Raw memory as the vectors describe it: every non-zero word that is not a link, and every table
 * with its number of entries in use and its link without the address.
 */
function dumpTables(table: EnginePageTable, prefix: bigint) {
  const { format, memory, root } = table
  const leaves: string[] = []
  const tables: string[] = []
  const wide = format.wordBits === 64
  const read = (at: number) =>
    BigInt(memory.read32(at)) | (wide ? BigInt(memory.read32(at + 4)) << 32n : 0n)
  const emptyLink = format.levels[0]?.emptyLink === true
  const number = (level: number) => format.levelNumbers?.[level] ?? level + 1
  const visit = (at: number, level: number, base: bigint, link: bigint | null) => {
    const spec = format.levels[level]
    if (spec === undefined) throw new Error('below the last level')
    const masked = link === null ? null : hex(link & ~addressBits(format, level - 1))
    const row = tables.push('') - 1
    let used = 0
    for (let i = 0; i < 2 ** spec.entriesLg2; i++) {
      const raw = read(at + i * (wide ? 8 : 4))
      const lo = Number(raw & 0xffff_ffffn)
      const hi = Number(raw >> 32n)
      const kind = format.classify(lo, hi, level)
      const iova = base + (BigInt(i) << BigInt(spec.shift))
      if (raw === 0n) continue
      if (kind === 'table') {
        const below = spec.table?.word.address(lo, hi) ?? 0
        if (emptyLink && level === 0 && below === emptyTableOf(format, at)) continue
        used++
        visit(below, level + 1, iova, raw)
        continue
      }
      if (kind === 'leaf') used++
      leaves.push(`${hex(iova)} ${number(level)} ${hex(raw)}`)
    }
    tables[row] = [number(level), hex(base), used, masked].join(' ')
  }
  visit(root, 0, prefix, null)
  return { leaves, tables }
}

/** The shared table of empty links: the arena hands it out right after the root. */
function emptyTableOf(format: FormatSpec, root: number): number {
  return root + 2 ** ((format.levels[0]?.entriesLg2 ?? 0) + 2)
}

function addressBits(format: FormatSpec, level: number): bigint {
  const mask = format.levels[level]?.table?.word.addressMask ?? { lo: 0, hi: 0 }
  return BigInt(mask.lo) | (BigInt(mask.hi) << 32n)
}
