/**
 * Qualcomm MSM IOMMU, version 0 (`qcom,apq8064-iommu`, msm8x60), as its driver up to Linux 4.6
 * wrote tables: ARM short descriptors, always accessible, shared and not global. Later kernels use
 * io-pgtable's arm-v7s for the same hardware.
 *
 * The driver reads the rights it is asked for as a cache policy: IOMMU_READ, IOMMU_WRITE and both
 * have the values of its own write-back, write-back without allocation, and write-through, and
 * IOMMU_CACHE that of `shared`. The class of each is looked up in the CPU's remap registers; here
 * as Linux sets them on ARMv7, PRRR 0xff0a81a8 and NMRR 0x40e040e0 (proc-v7-2level.S).
 */
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatSpec, LeafSpec, Protection } from '../contract.ts'
import { classifyShort, type ShortLeaves, shortLeafOf, shortLevels } from './short-descriptor.ts'

const source = 'drivers/iommu/msm_iommu.c and msm_iommu_hw-8xxx.h, Linux 3.19'

/** The memory class of a protection: its low bits are B and C, its third is the lowest of TEX. */
function memoryClass({ read, write }: Protection): number {
  if (read && write) return 2
  if (read) return 7
  return write ? 3 : 1
}
const memory = (prot: Protection) => ({
  bufferable: memoryClass(prot) & 1,
  cacheable: (memoryClass(prot) >> 1) & 1,
})
const open = { access: 3, shared: 1, 'not-global': 1 }

/** Attribute fields of an entry: `at` is where the access bits begin, `tex` where TEX does. */
const attributeRows = (at: number, tex: number): WordRow[] => [
  bit(2, 'bufferable', 'bufferable (B)'),
  bit(3, 'cacheable', 'cacheable (C)'),
  bits(at + 1, at, 'access', 'access permissions (AP)', { 3: 'read and write' }),
  bits(tex + 2, tex, 'tex', 'memory type extension (TEX)'),
  bit(at + 5, 'apx', 'no writes'),
  bit(at + 6, 'shared', 'shared (S)'),
  bit(at + 7, 'not-global', 'not global (nG)'),
]

const sectionOf = (lg2: 20 | 24): LeafSpec => ({
  lg2,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 2: 'section' }),
    ...attributeRows(10, 12),
    bit(18, 'super', 'one of 16 entries of a supersection'),
    address(31, lg2),
  ]),
  fixed: { type: 2, super: +(lg2 === 24) },
  attributes: (prot) => ({ ...open, ...memory(prot), tex: memoryClass(prot) >> 2 }),
})
/** In a large page TEX lies higher, but Linux sets the bit where a small page has it. */
const misplaced = bit(6, 'misplaced-tex', 'TEX of a small page; a large one ignores it')
const pageOf = (lg2: 12 | 16): LeafSpec => ({
  lg2,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 1: 'large page', 2: 'small page' }),
    ...attributeRows(4, lg2 === 12 ? 6 : 12),
    ...(lg2 === 12 ? [] : [misplaced]),
    address(31, lg2),
  ]),
  fixed: { type: lg2 === 12 ? 2 : 1 },
  attributes: (prot) => ({
    ...open,
    ...memory(prot),
    [lg2 === 12 ? 'tex' : 'misplaced-tex']: memoryClass(prot) >> 2,
  }),
})
const leaves: ShortLeaves = {
  section: sectionOf(20),
  supersection: sectionOf(24),
  smallPage: pageOf(12),
  largePage: pageOf(16),
}

/** The two-level format of the MSM IOMMU's own driver. */
export const msm: FormatSpec = {
  id: 'msm',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 32,
  levels: shortLevels(leaves),
  classify: classifyShort,
  leafOf: shortLeafOf(leaves),
  permissions: (lo, _hi, level) => {
    const access = level === 0 ? lo >>> 10 : lo >>> 4
    const readable = (access & 2) !== 0
    return { read: readable, write: readable && (access & 0x21) === 1 }
  },
  behaviour: {
    overMap: 'overwrite',
    failedMapUndoes: false,
    freesEmptyTables: true,
    unmapHole: 'count',
    unmapClears: 'entry',
    wideIova: 'truncate',
    wideOutput: 'truncate',
    defects: [
      {
        id: 'page-under-section',
        text: 'Mapping or unmapping a page under a section, Linux takes the section for a link and writes into the memory that it maps; here the section gives way to a table, or is split.',
        source: 'drivers/iommu/msm_iommu.c: msm_iommu_map(), msm_iommu_unmap()',
      },
      {
        id: 'section-over-table',
        text: 'Mapping a section over a table, or unmapping 1 MiB or 16 MiB of tables, Linux loses the tables; here they are freed.',
        source: 'drivers/iommu/msm_iommu.c: msm_iommu_map(), msm_iommu_unmap()',
      },
    ],
  },
  examples: [
    {
      level: 1,
      word: '0x40007c7e',
      kind: 'leaf',
      address: 0x4000_7000,
      fields: { type: 2, bufferable: 1, cacheable: 1, tex: 1, ...open },
      source: `${source}: 4 KiB, read only: class 7`,
    },
    {
      level: 1,
      word: '0x40007c3a',
      kind: 'leaf',
      address: 0x4000_7000,
      fields: { type: 2, cacheable: 1, ...open },
      source: `${source}: 4 KiB, read and write: class 2`,
    },
    {
      level: 1,
      word: '0x40000c7d',
      kind: 'leaf',
      address: 0x4000_0000,
      fields: { type: 1, bufferable: 1, cacheable: 1, 'misplaced-tex': 1, ...open },
      source: `${source}: 64 KiB, read only, written 16 times`,
    },
    {
      level: 0,
      word: '0x40030c0a',
      kind: 'leaf',
      address: 0x4000_0000,
      fields: { type: 2, cacheable: 1, ...open },
      source: `${source}: 1 MiB, read and write`,
    },
    {
      level: 0,
      word: '0x40071c0e',
      kind: 'leaf',
      address: 0x4000_0000,
      fields: { type: 2, super: 1, bufferable: 1, cacheable: 1, tex: 1, ...open },
      source: `${source}: 16 MiB, read only, written 16 times`,
    },
    {
      level: 0,
      word: '0x8f000401',
      kind: 'table',
      address: 0x8f00_0400,
      source: `${source}: FL_TYPE_TABLE`,
    },
  ],
}
