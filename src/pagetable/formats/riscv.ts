/**
 * RISC-V page tables: Sv39, Sv48 and Sv57 with 64 KiB pages by Svnapot, for the first stage of the
 * processor and the RISC-V IOMMU; Sv39x4, Sv48x4 and Sv57x4 for the second, whose root is four
 * times as large. First-stage addresses are offsets in the lower half; the upper half repeats the
 * top bit. Written from the architecture; nothing here was measured.
 */
import { EADDRINUSE, EINVAL } from '../../base/errno.ts'
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'

const source =
  'RISC-V Privileged Architecture, chapters "Supervisor" (Sv39, Sv48, Sv57, Svnapot) and "Hypervisor" (Sv39x4); RISC-V IOMMU 1.0, 3.3'

const rows = (): WordRow[] => [
  bit(0, 'valid', 'the entry is in use (V)'),
  bit(1, 'readable', 'reads are allowed (R)'),
  bit(2, 'writable', 'writes are allowed (W)'),
  bit(3, 'executable', 'fetches are allowed (X)'),
  bit(4, 'user', 'user-mode accesses, and all of the second stage (U)'),
  bit(5, 'global', 'global (G)'),
  bit(6, 'accessed', 'accessed (A)'),
  bit(7, 'dirty', 'dirty (D)'),
  bits(9, 8, 'software', 'for software (RSW)'),
  bits(62, 61, 'memory-type', 'memory type (Svpbmt)', { 1: 'non-cacheable', 2: 'I/O' }),
  bit(63, 'napot', 'part of a larger page (Svnapot)'),
]

/** A pointer's R, W and X are 0; what is missing here is reserved in it. */
const linkRows = (): WordRow[] => rows().filter((row) => row.lo < 4 || row.lo === 5 || row.lo === 8)

/** Writing without reading is reserved, so write-only pages may be read too. */
const attributes = ({ write, noexec, mmio }: Protection) => ({
  valid: 1,
  readable: 1,
  writable: +write,
  executable: +(noexec !== true),
  user: 1,
  accessed: 1,
  dirty: +write,
  'memory-type': mmio === true ? 2 : 0,
})

const page = (lg2: number): LeafSpec => ({
  lg2,
  word: word(64, [...rows(), address(53, lg2 - 2, lg2)]),
  fixed: { napot: 0 },
  attributes,
})

/** 64 KiB: sixteen equal entries, whose lowest four frame bits read 1000. */
const napot: LeafSpec = {
  lg2: 16,
  word: word(64, [
    ...rows(),
    bits(13, 10, 'napot-size', 'size of the larger page', { 8: '64 KiB' }),
    address(53, 14, 16),
  ]),
  fixed: { napot: 1, 'napot-size': 8 },
  attributes,
}

const examples: readonly FormatExample[] = [
  {
    level: 2,
    word: '0x00000000200000d7',
    kind: 'leaf',
    address: 0x8000_0000,
    fields: { valid: 1, readable: 1, writable: 1, user: 1, accessed: 1, dirty: 1 },
    source: `${source}: 4 KiB, read and write`,
  },
  {
    level: 2,
    word: '0x80000000200060d7',
    kind: 'leaf',
    address: 0x8001_0000,
    fields: {
      valid: 1,
      readable: 1,
      writable: 1,
      user: 1,
      accessed: 1,
      dirty: 1,
      'napot-size': 8,
      napot: 1,
    },
    source: `${source}: Svnapot, 64 KiB, written 16 times`,
  },
  {
    level: 0,
    word: '0x0000000020000401',
    kind: 'table',
    address: 0x8000_1000,
    fields: { valid: 1 },
    source: `${source}: a pointer to the next level has R, W and X clear`,
  },
  {
    level: 2,
    word: '0x0000000020000005',
    kind: 'empty',
    source: `${source}: W without R is reserved`,
  },
]

function sv(count: 3 | 4 | 5, secondStage: boolean): FormatSpec {
  const levels = Array.from({ length: count }, (_, i): LevelSpec => {
    const shift = 12 + 9 * (count - 1 - i)
    const last = i === count - 1
    const pages = last ? [page(12), napot] : [page(shift)]
    const table = { word: word(64, [...linkRows(), address(53, 10, 12)]), fields: { valid: 1 } }
    return {
      shift,
      entriesLg2: i === 0 && secondStage ? 11 : 9,
      leaves: pages,
      table: last ? null : table,
    }
  })
  const aligned = (lo: number, hi: number, level: number) => {
    // Frame bits below a superpage must be 0, or the walk faults as misaligned.
    const low = 9 * (count - 1 - level)
    const [inLow, inHigh] = [Math.min(low, 22), Math.max(0, low - 22)]
    const lowMask = inLow === 22 ? -1 : (1 << inLow) - 1
    return ((lo >>> 10) & lowMask) === 0 && (hi & ((1 << inHigh) - 1)) === 0
  }
  return {
    id: `riscv-sv${12 + 9 * count}${secondStage ? 'x4' : ''}`,
    source,
    wordBits: 64,
    iovaBits: 12 + 9 * count + (secondStage ? 2 : 0),
    outputBits: 56,
    levels,
    levelNumbers: levels.map((_, i) => count - 1 - i),
    classify: (lo, hi, level) => {
      // Reserved: W without R, bits 60:54, memory type 3, and anything set in a pointer's high bits.
      if ((lo & 1) === 0 || (lo & 6) === 4 || (hi & 0x1fc0_0000) !== 0) return 'empty'
      if ((lo & 0xe) === 0) {
        const pointer = (lo & 0xd0) === 0 && (hi & 0xe000_0000) === 0 && level < count - 1
        return pointer ? 'table' : 'empty'
      }
      if ((hi & 0x6000_0000) === 0x6000_0000) return 'empty'
      if (secondStage && (lo & 0x10) === 0) return 'empty'
      if ((hi & 0x8000_0000) !== 0) {
        return level === count - 1 && ((lo >>> 10) & 15) === 8 ? 'leaf' : 'empty'
      }
      return aligned(lo, hi, level) ? 'leaf' : 'empty'
    },
    leafOf: (_lo, hi, level) => {
      const isNapot = (hi & 0x8000_0000) !== 0
      return (isNapot ? napot : levels[level]?.leaves[0]) as LeafSpec
    },
    permissions: (lo) => ({ read: (lo & 2) !== 0, write: (lo & 4) !== 0 }),
    dirty: {
      field: 'dirty',
      value: 1,
      accessed: 'accessed',
      source:
        'RISC-V Privileged Architecture, "Supervisor", A and D bits; RISC-V IOMMU 1.0, DC.tc.SADE and GADE. Linux writes both where it maps: drivers/iommu/generic_pt/fmt/riscv.h',
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
    examples: count === 3 ? examples : [],
  }
}

/** Each mode, first stage. */
export const [riscvSv39, riscvSv48, riscvSv57] = [sv(3, false), sv(4, false), sv(5, false)] as const
/** Each mode, second stage. */
export const [riscvSv39x4, riscvSv48x4, riscvSv57x4] = [
  sv(3, true),
  sv(4, true),
  sv(5, true),
] as const
