/**
 * APPLE_DART and APPLE_DART2: the IOMMUs of Apple's M1 (t8103) and M1 Pro (t6000). Two levels below
 * up to four base registers, 64-bit entries, one page size of 4 or 16 KiB. Pages may be cut to a
 * part (subpage start and end), which Linux never does. drivers/iommu/io-pgtable-dart.c, 6.1.
 */
import { type AddressRow, address, bit, bits, type FieldValues, word } from '../../base/word.ts'
import type { WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, Protection } from '../contract.ts'
import {
  type IoPgtable,
  type IoPgtableConfig,
  type IoPgtableFamily,
  ioPgtableBehaviour,
  onlyQuirks,
  registered,
} from './io-pgtable.ts'

const source = 'drivers/iommu/io-pgtable-dart.c'
const mostTables = 4

/** What the two generations differ in. */
interface Generation {
  /** Where addresses lie in an entry. */
  address: AddressRow
  rows: readonly WordRow[]
  attributes(prot: Protection): FieldValues
  denied: { read: number; write: number }
}

const first: Generation = {
  address: address(35, 12),
  rows: [
    bit(1, 'whole', 'no subpage protection'),
    bit(7, 'no-write', 'writes are refused'),
    bit(8, 'no-read', 'reads are refused'),
  ],
  attributes: (prot) => ({ whole: 1, 'no-write': +!prot.write, 'no-read': +!prot.read }),
  denied: { read: 0x100, write: 0x80 },
}

/** Bit 1 means `not cached` here; Linux sets it always, as in the first generation. */
const second: Generation = {
  address: address(37, 10, 14),
  rows: [
    bit(1, 'no-cache', 'not cached'),
    bit(2, 'no-write', 'writes are refused'),
    bit(3, 'no-read', 'reads are refused'),
  ],
  attributes: (prot) => ({ 'no-cache': 1, 'no-write': +!prot.write, 'no-read': +!prot.read }),
  denied: { read: 0x8, write: 0x4 },
}

function formatOf(
  id: string,
  gen: Generation,
  granule: number,
  ias: number,
  oas: number,
  examples: readonly FormatExample[],
): FormatSpec {
  const perLevel = granule - 3
  const shift = granule + perLevel
  // A root may be one table that is not full, and is allocated whole all the same.
  const rootBits = Math.max(ias - shift, perLevel)
  const fixed = { valid: 1 }
  // 4 KiB pages of the second generation: bits 13:12 of an address have no place in an entry.
  const below = Math.max(granule, gen.address.from)
  const stray = gen.address.from < granule ? [address(granule - 1, gen.address.from)] : []
  const page: LeafSpec = {
    lg2: granule,
    word: word(64, [
      bit(0, 'valid', 'the entry maps a page'),
      ...gen.rows,
      address(gen.address.hi, gen.address.lo + below - gen.address.from, below),
      bits(51, 40, 'end', 'last 1/4096 of the page that is there'),
      bits(63, 52, 'start', 'first 1/4096 of the page that is there'),
    ]),
    fixed,
    stray,
    attributes: (prot) => ({ ...fixed, end: 0xfff, ...gen.attributes(prot) }),
  }
  return {
    id,
    source,
    wordBits: 64,
    iovaBits: ias,
    outputBits: oas,
    rootTables: 2 ** (rootBits - perLevel),
    levels: [
      {
        shift,
        entriesLg2: rootBits,
        leaves: [],
        table: {
          word: word(64, [
            bit(0, 'valid', 'the entry links to a table'),
            address(gen.address.hi, gen.address.lo, gen.address.from),
          ]),
          fields: fixed,
        },
        decidedBy: { kind: [0, 0] },
      },
      {
        shift: granule,
        entriesLg2: perLevel,
        leaves: [page],
        table: null,
        decidedBy: { kind: [0, 0] },
      },
    ],
    classify: (lo, _hi, level) => ((lo & 1) === 0 ? 'empty' : level === 0 ? 'table' : 'leaf'),
    leafOf: () => page,
    permissions: (lo) => ({
      read: (lo & gen.denied.read) === 0,
      write: (lo & gen.denied.write) === 0,
    }),
    behaviour: {
      ...ioPgtableBehaviour,
      mapChecks: 'call',
      mapNothing: 'tables',
      pagesPerCall: 'table',
      wideIova: 'truncate',
      // 4 KiB pages of the second generation: links lose bits 13:12 too, so that tables fall
      // together. No unit is driven like that; io-pgtable does not refuse it.
      linksTruncate: gen.address.from > granule,
    },
    examples,
  }
}

function make(
  config: IoPgtableConfig,
  gen: Generation,
  id: string,
  examples: readonly FormatExample[],
): IoPgtable | null {
  const { sizes, ias, oas } = config
  const granule = sizes[0]
  if (!config.coherentWalk || !onlyQuirks(config, [])) return null
  if (sizes.length !== 1 || granule === undefined || (granule !== 12 && granule !== 14)) return null
  if ((oas !== 36 && oas !== 42) || ias > oas) return null
  const tableBits = Math.max(0, ias - granule - 2 * (granule - 3))
  const tables = 2 ** tableBits
  if (tables > mostTables) return null
  return {
    format: formatOf(id, gen, granule, ias, oas, examples),
    sizes,
    ias,
    oas,
    registers: () => ({ n_ttbrs: tables, root_table_bytes: tables * 2 ** granule }),
  }
}

/** APPLE_DART; `id` and `examples` are for formats that are registered. */
export function appleDart1(
  config: IoPgtableConfig,
  id = 'apple-dart',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  return make(config, first, id, examples)
}

/** APPLE_DART2. */
export function appleDart2(
  config: IoPgtableConfig,
  id = 'apple-dart2',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  return make(config, second, id, examples)
}

/** The two as io-pgtable names them. */
export const appleDartFamilies: Readonly<Record<string, IoPgtableFamily>> = {
  apple_dart: (config) => appleDart1(config),
  apple_dart2: (config) => appleDart2(config),
}

/** M1 (t8103), 16 KiB pages. */
export const appleDart: FormatSpec = registered(
  appleDart1({ sizes: [14], ias: 36, oas: 36, quirks: [], coherentWalk: true }, 'apple-dart', [
    {
      level: 1,
      word: '0x000fff0040004083',
      kind: 'leaf',
      address: 0x4000_4000,
      fields: { valid: 1, whole: 1, 'no-write': 1, end: 0xfff },
      source: 'measured, Linux 6.1: 16 KiB, read only',
    },
    {
      level: 1,
      word: '0x000fff0fffffc003',
      kind: 'leaf',
      address: 0xf_ffff_c000,
      fields: { valid: 1, whole: 1, end: 0xfff },
      source: 'measured, Linux 6.1: 16 KiB, read and write, the last page',
    },
  ]),
)

/** M1 Pro (t6000), 16 KiB pages, four base registers. */
export const appleDartSecond: FormatSpec = registered(
  appleDart2({ sizes: [14], ias: 38, oas: 42, quirks: [], coherentWalk: true }, 'apple-dart2', [
    {
      level: 1,
      word: '0x000fff0004000407',
      kind: 'leaf',
      address: 0x4000_4000,
      fields: { valid: 1, 'no-cache': 1, 'no-write': 1, end: 0xfff },
      source: 'measured, Linux 6.1: 16 KiB, read only',
    },
    {
      level: 1,
      word: '0x000fff3ffffffc03',
      kind: 'leaf',
      address: 0x3ff_ffff_c000,
      fields: { valid: 1, 'no-cache': 1, end: 0xfff },
      source: 'measured, Linux 6.1: 16 KiB, read and write, the last page',
    },
  ]),
)
