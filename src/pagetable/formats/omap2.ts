/**
 * OMAP2+ IOMMU (OMAP3 ISP, OMAP4/5 and DRA7 IPU and DSP): an ARM short-descriptor cousin without
 * permissions. 1 MiB sections and 16 MiB supersections at level 1, 4 KiB and 64 KiB at level 2.
 */
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'
import { classifyShort, shortLeafOf, shortLevels } from './short-descriptor.ts'

const source = 'drivers/iommu/omap-iopgtable.h'

/** Endianness, element size and mixed region; Linux writes zeroes (little endian, 8 bits). */
const attributeRows = (shift: number): WordRow[] => [
  bits(5 + shift, 4 + shift, 'element-size', 'element size', { 0: '8', 1: '16', 2: '32' }),
  bit(9 + shift, 'big-endian', 'big endian'),
  bit(11 + shift, 'mixed', 'use the element size of the CPU access'),
]

const sectionType = { 2: 'section' }
const section: LeafSpec = {
  lg2: 20,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', sectionType),
    ...attributeRows(6),
    bit(18, 'super', 'one of 16 entries of a supersection'),
    address(31, 20),
  ]),
  fixed: { type: 2, super: 0 },
  attributes: () => ({ type: 2 }),
}
const supersection: LeafSpec = {
  lg2: 24,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', sectionType),
    ...attributeRows(6),
    bit(18, 'super', 'one of 16 entries of a supersection'),
    address(31, 24),
  ]),
  fixed: { type: 2, super: 1 },
  attributes: () => ({ type: 2, super: 1 }),
}
const smallPage: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 2: 'small page' }),
    ...attributeRows(0),
    address(31, 12),
  ]),
  fixed: { type: 2 },
  attributes: () => ({ type: 2 }),
}
const largePage: LeafSpec = {
  lg2: 16,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 1: 'large page' }),
    ...attributeRows(0),
    address(31, 16),
  ]),
  fixed: { type: 1 },
  attributes: () => ({ type: 1 }),
}
const leaves = { section, supersection, smallPage, largePage }

/** The two-level format of `ti,omap2-iommu` and its successors. */
export const omap2: FormatSpec = {
  id: 'omap2',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 32,
  levels: shortLevels(leaves),
  classify: classifyShort,
  leafOf: shortLeafOf(leaves),
  permissions: () => ({ read: true, write: true }),
  behaviour: {
    overMap: 'overwrite',
    failedMapUndoes: false,
    freesEmptyTables: true,
    unmapHole: 'count',
    unmapMissingTable: 'stop',
    unmapClears: 'entry',
    mapUnderLeaf: 'replace',
    mapOverTable: 'replace',
    wideIova: 'truncate',
    wideOutput: 'truncate',
    unmapExtent: 'entry',
    unmapPart: 'whole',
    defects: [
      {
        id: 'page-under-section',
        text: 'Mapping a small or large page under a section, Linux takes the section for a link and writes into the memory that it maps; here the section gives way to a table.',
        source: 'drivers/iommu/omap-iommu.c: iopte_alloc()',
      },
      {
        id: 'section-over-table',
        text: 'Mapping a section over a table, Linux loses the table; here it is freed.',
        source: 'drivers/iommu/omap-iommu.c: iopgd_alloc_section()',
      },
    ],
  },
  examples: [
    {
      level: 0,
      word: '0x8f000401',
      kind: 'table',
      address: 0x8f00_0400,
      source: 'measured, Linux 6.1: L2 table at 0x8f000400',
    },
    {
      level: 0,
      word: '0x00300002',
      kind: 'leaf',
      address: 0x30_0000,
      fields: { type: 2 },
      source: 'measured, Linux 6.1: 1 MiB',
    },
    {
      level: 0,
      word: '0x80040002',
      kind: 'leaf',
      address: 0x8000_0000,
      fields: { type: 2, super: 1 },
      source: 'measured, Linux 6.1: 16 MiB, written 16 times',
    },
    {
      level: 1,
      word: '0x20000002',
      kind: 'leaf',
      address: 0x2000_0000,
      fields: { type: 2 },
      source: 'measured, Linux 6.1: 4 KiB',
    },
    {
      level: 1,
      word: '0x9abc0001',
      kind: 'leaf',
      address: 0x9abc_0000,
      fields: { type: 1 },
      source: 'measured, Linux 6.1: 64 KiB, written 16 times',
    },
    { level: 0, word: '0x00000003', kind: 'empty', source: 'reserved type' },
  ],
}
