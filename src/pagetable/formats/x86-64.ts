/**
 * x86-64 paging, 4 and 5 levels: what processors walk, AMD IOMMUs as guest tables (v2) and VT-d
 * as first-stage tables. Addresses are offsets in the lower half; the upper half repeats bit 47
 * or 56. Written from the architecture; nothing here was measured.
 */
import { EADDRINUSE, EINVAL } from '../../base/errno.ts'
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'
import { largeBitFrame } from './large-bit.ts'

const source = 'Intel SDM volume 3, 4.5 (4-level and 5-level paging), tables 4-15 to 4-20'

const rows = (): WordRow[] => [
  bit(0, 'present', 'the entry is in use (P)'),
  bit(1, 'writable', 'writes are allowed (R/W)'),
  bit(2, 'user', 'user-mode accesses are allowed (U/S)'),
  bit(3, 'write-through', 'page-level write-through (PWT)'),
  bit(4, 'cache-disable', 'page-level cache disable (PCD)'),
  bit(5, 'accessed', 'accessed (A)'),
  bit(63, 'execute-disable', 'no instruction fetches (XD)'),
]
const leafRows = (): WordRow[] => [
  bit(6, 'dirty', 'dirty (D)'),
  bit(8, 'global', 'global (G)'),
  bits(62, 59, 'key', 'protection key'),
]
const attributes = ({ write, noexec, privileged, mmio }: Protection) => ({
  present: 1,
  writable: +write,
  user: +(privileged !== true),
  'cache-disable': +(mmio === true),
  'write-through': +(mmio === true),
  accessed: 1,
  dirty: +write,
  'execute-disable': +(noexec === true),
})

/** The attribute table's bit moves up where bit 7 says that a large entry is a page. */
function page(lg2: number): LeafSpec {
  const large = lg2 > 12
  const pat = large
    ? [bit(7, 'large', 'maps a page (PS)'), bit(12, 'pat', 'attribute table (PAT)')]
    : [bit(7, 'pat', 'attribute table (PAT)')]
  return {
    lg2,
    word: word(64, [...rows(), ...leafRows(), ...pat, address(51, lg2)]),
    fixed: large ? { large: 1 } : {},
    attributes,
  }
}

const examples: readonly FormatExample[] = [
  {
    level: 3,
    word: '0x8000000000003067',
    kind: 'leaf',
    address: 0x3000,
    fields: { present: 1, writable: 1, user: 1, accessed: 1, dirty: 1, 'execute-disable': 1 },
    source: 'Intel SDM volume 3, table 4-20: 4 KiB page, read and write, no execution',
  },
  {
    level: 2,
    word: '0x00000000402010e5',
    kind: 'leaf',
    address: 0x4020_0000,
    fields: { present: 1, user: 1, accessed: 1, dirty: 1, large: 1, pat: 1 },
    source: 'Intel SDM volume 3, table 4-18: 2 MiB page, PAT in bit 12',
  },
  {
    level: 0,
    word: '0x0000000001234027',
    kind: 'table',
    address: 0x123_4000,
    fields: { present: 1, writable: 1, user: 1, accessed: 1 },
    source: 'Intel SDM volume 3, table 4-15: a level-4 entry',
  },
  { level: 0, word: '0x00000000012340a7', kind: 'empty', source: 'bit 7 is reserved at level 4' },
  {
    level: 2,
    word: '0x00000000402020e7',
    kind: 'empty',
    source: 'Intel SDM volume 3, table 4-18: bits 20:13 are reserved',
  },
]

function paging(count: 4 | 5): FormatSpec {
  const levels = Array.from({ length: count }, (_, i): LevelSpec => {
    const number = count - i
    const lg2 = 3 + 9 * number
    const fields = { present: 1, writable: 1, user: 1, accessed: 1 }
    return {
      shift: lg2,
      entriesLg2: 9,
      leaves: number <= 3 ? [page(lg2)] : [],
      table: number === 1 ? null : { word: word(64, [...rows(), address(51, 12)]), fields },
    }
  })
  return {
    id: `x86-64-${count}`,
    source,
    ...largeBitFrame(levels, 1, 13),
    dirty: {
      field: 'dirty',
      value: 1,
      accessed: 'accessed',
      source:
        'Intel SDM volume 3, 4.8 (accessed and dirty flags). Linux writes D where it maps for writing and reads it for no IOMMU: drivers/iommu/generic_pt/fmt/x86_64.h',
    },
    behaviour: {
      overMap: -EADDRINUSE,
      failedMapUndoes: false,
      freesEmptyTables: false,
      unmapHole: 'stop',
      unmapClears: 'entry',
      mapOverTable: 'replace-empty',
      mapNoAccess: -EINVAL,
      unmapPart: 'refuse',
    },
    examples: count === 4 ? examples : [],
  }
}

/** 4-level paging, 48 bits. */
export const x8664: FormatSpec = paging(4)
/** 5-level paging, 57 bits. */
export const x8664FiveLevel: FormatSpec = paging(5)
