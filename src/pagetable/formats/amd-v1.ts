/**
 * AMD IOMMU host page tables, version 1: 64-bit entries, up to six levels of 512. Each entry says
 * in bits 11:9 at which level its target lies; 0 is a page of the entry's own size, 7 a page whose
 * size stands in its address: bits from 12 up are ones, and the first zero is half the page.
 *
 * A page of 512 GiB, which is an entry of level 4 with 0 there, is one by the specification and a bug in
 * some hardware, unnamed: Linux leaves that size out of those it maps, and takes one it finds for a page.
 *
 * A link may lead past levels; the address bits of those must then be 0. Linux never writes one, and
 * takes what it finds for no mapping (fetch_pte()), as the engine does; hardware follows it.
 */
import { EINVAL } from '../../base/errno.ts'
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'

const source = 'AMD I/O Virtualization Technology (IOMMU) Specification 48882, 2.2.3'
const driver = 'drivers/iommu/amd/io_pgtable.c'

const rights: readonly WordRow[] = [
  bit(60, 'coherent', 'force coherent: the device snoops (FC)'),
  bit(61, 'readable', 'the device may read (IR)'),
  bit(62, 'writable', 'the device may write (IW)'),
]
const own = { 0: 'page of this level', 7: 'page of the size in the address' }
/** What AMD_IOMMU_PGSIZES and, in generic_pt, amdv1pt_possible_sizes() leave out. */
const BUGGY = 39
const buggy = { 0: 'page of 512 GiB, which Linux never maps: "due to a hardware bug"' }
const below = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, `table of level ${n}`]))
const head = (targets: Readonly<Record<number, string>>): WordRow[] => [
  bit(0, 'present', 'the entry is in use (PR)'),
  bit(5, 'accessed', 'accessed'),
  bit(6, 'dirty', 'dirty'),
  bits(11, 9, 'next-level', 'level of the target', targets),
]
const attributes = ({ read, write }: Protection) => ({
  present: 1,
  coherent: 1,
  readable: +read,
  writable: +write,
})

/** Ones from bit 12 up to below bit `to`, in rows that do not cross bit 32. */
function sizeRows(to: number): { rows: WordRow[]; fields: Record<string, number> } {
  const rows: WordRow[] = []
  const fields: Record<string, number> = {}
  for (const [name, from, until] of [
    ['size-low', 12, Math.min(to, 32)],
    ['size-high', 32, to],
  ] as const) {
    if (until <= from) continue
    rows.push(bits(until - 1, from, name, 'page size: ones up to the first zero'))
    fields[name] = 2 ** (until - from) - 1
  }
  return { rows, fields }
}

function leafOfSize(lg2: number, shift: number): LeafSpec {
  if (lg2 === shift) {
    const fixed = { 'next-level': 0 }
    const targets = lg2 === BUGGY ? buggy : own
    return {
      lg2,
      word: word(64, [...head(targets), address(51, lg2), ...rights]),
      fixed,
      attributes,
    }
  }
  const size = sizeRows(lg2 - 1)
  const end = bit(lg2 - 1, 'size-end', 'page size: the first zero')
  return {
    lg2,
    word: word(64, [...head(own), ...size.rows, end, address(51, lg2), ...rights]),
    fixed: { 'next-level': 7, 'size-end': 0, ...size.fields },
    attributes,
  }
}

/** Number of ones from bit 12 up; 40 when all are. */
function sizeOnes(lo: number, hi: number): number {
  const low = Math.clz32((~lo >>> 12) & -(~lo >>> 12))
  if (~lo >>> 12 !== 0) return 31 - low
  const rest = ~hi & 0xf_ffff
  return rest === 0 ? 40 : 20 + 31 - Math.clz32(rest & -rest)
}

const examples: readonly FormatExample[] = [
  {
    level: 0,
    word: '0x6000000080026401',
    kind: 'table',
    address: 0x8002_6000,
    fields: { present: 1, 'next-level': 2, readable: 1, writable: 1 },
    source: `${driver}: PM_LEVEL_PDE() at level 3`,
  },
  {
    level: 2,
    word: '0x7000000080014001',
    kind: 'leaf',
    address: 0x8001_4000,
    fields: { present: 1, coherent: 1, readable: 1, writable: 1 },
    source: 'measured, Linux 6.1: 4 KiB, read and write',
  },
  {
    level: 2,
    word: '0x3000000400002e01',
    kind: 'leaf',
    address: 0x4_0000_2000,
    fields: { present: 1, 'next-level': 7, coherent: 1, readable: 1 },
    source: 'measured, Linux 6.1: 8 KiB, read only, written twice',
  },
  {
    level: 2,
    word: '0x500000040005fe01',
    kind: 'leaf',
    address: 0x4_0004_0000,
    fields: { present: 1, 'next-level': 7, 'size-low': 31, coherent: 1, writable: 1 },
    source: `${driver}: PAGE_SIZE_PTE(), 256 KiB, write only, written 64 times`,
  },
]

/** Tables of `count` levels, which may grow up to `limit` of them. */
function withLevels(count: number, limit: number): FormatSpec {
  const levels = Array.from({ length: count }, (_, i): LevelSpec => {
    const number = count - i
    const shift = 3 + 9 * number
    const table = {
      word: word(64, [...head(below), address(51, 12), ...rights]),
      fields: { present: 1, 'next-level': number - 1, readable: 1, writable: 1 },
    }
    // Pages above 2^51 have no address to go to; the top level of six has none anyway (table 15).
    const sizes = Array.from({ length: 9 }, (_, k) => shift + k).filter((s) => s < 52)
    return {
      shift,
      entriesLg2: 9,
      leaves: sizes.map((lg2) => leafOfSize(lg2, shift)),
      table: number === 1 ? null : table,
    }
  })
  const rightsOf = (_lo: number, hi: number) => ({
    read: (hi & 0x2000_0000) !== 0,
    write: (hi & 0x4000_0000) !== 0,
  })
  const leafAt = (lo: number, hi: number, level: number) => {
    const { shift, leaves } = levels[level] as LevelSpec
    const next = (lo >>> 9) & 7
    const lg2 = next === 0 ? shift : next === 7 ? 13 + sizeOnes(lo, hi) : -1
    return leaves.find((l) => l.lg2 === lg2 && (next === 0 || lg2 > shift))
  }
  return {
    id: `amd-v1-${count}`,
    source,
    wordBits: 64,
    iovaBits: Math.min(64, 12 + 9 * count),
    outputBits: 52,
    levels,
    levelNumbers: levels.map((_, i) => count - i),
    mapSizes: levels.flatMap((l) => l.leaves.map((leaf) => leaf.lg2)).filter((s) => s !== BUGGY),
    ...(count < limit ? { grown: withLevels(count + 1, limit) } : {}),
    classify: (lo, hi, level) => {
      if ((lo & 1) === 0) return 'empty'
      const number = count - level
      if (number > 1 && ((lo >>> 9) & 7) === number - 1) return 'table'
      return leafAt(lo, hi, level) === undefined ? 'empty' : 'leaf'
    },
    leafOf: (lo, hi, level) => {
      const leaf = leafAt(lo, hi, level)
      if (leaf === undefined) throw new Error('dmaplumb bug: amd-v1: leafOf of no leaf')
      return leaf
    },
    // Next-level fields of 0 and 7 are pages; one of the entry's own level or above is reserved.
    skipsTo: (lo, _hi, level) => {
      const next = (lo >>> 9) & 7
      return (lo & 1) !== 0 && next > 0 && next < count - level - 1 ? count - next : -1
    },
    permissions: rightsOf,
    linkPermissions: rightsOf,
    // A page of several entries is written to when one of them says so.
    dirty: {
      field: 'dirty',
      value: 1,
      accessed: 'accessed',
      source: `AMD 48882, 2.2.3.2 (host dirty support), while HAD of the device table entry asks for it; ${driver}: iommu_v1_read_and_clear_dirty(), 6.7`,
    },
    behaviour: {
      overMap: 'overwrite',
      failedMapUndoes: false,
      freesEmptyTables: false,
      unmapHole: 'count',
      unmapMissingTable: 'stop',
      unmapClears: 'entry',
      mapUnderLeaf: 'replace-page',
      mapOverTable: 'replace',
      mapNoAccess: -EINVAL,
      unmapExtent: 'entries',
      unmapPart: 'whole',
      defects: [
        {
          id: 'page-wider-than-root',
          text: 'Linux adds levels for an address that does not fit, not for a page that does not; a page wider than the root goes into the root. Here levels are added for the page too.',
          source: `${driver}: alloc_pte()`,
        },
      ],
    },
    examples: count === 3 ? examples : [],
  }
}

/** A table of a fixed number of levels: the paging mode of a device table entry. */
export function amdV1(levels: 1 | 2 | 3 | 4 | 5 | 6): FormatSpec {
  return withLevels(levels, levels)
}

/** What Linux makes: three levels, and more when an address asks for them. */
export const amdV1Growing: FormatSpec = { ...withLevels(3, 6), id: 'amd-v1' }
