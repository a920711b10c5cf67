/**
 * Rockchip IOMMU, second version (`rockchip,rk3568-iommu`): the tables of the first, with 40-bit
 * addresses. Bits 35:32 and 39:36 of an address lie in the entry's low bits, in this order from
 * above; cache attributes made room for them.
 */
import { EADDRINUSE } from '../../base/errno.ts'
import { address, bit, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'

const source = 'drivers/iommu/rockchip-iommu.c'

const pieces = () => [address(31, 12), address(11, 8, 32), address(7, 4, 36)]

const page: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bit(0, 'valid', 'the entry maps a page'),
    bit(1, 'readable', 'the device may read'),
    bit(2, 'writable', 'the device may write'),
    bit(3, 'security', 'secure page'),
    ...pieces(),
  ]),
  fixed: { valid: 1 },
  attributes: ({ read, write }) => ({ valid: 1, readable: +read, writable: +write }),
}

/** The two-level format of `rockchip,rk3568-iommu`. */
export const rockchipV2: FormatSpec = {
  id: 'rockchip-v2',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 40,
  levels: [
    {
      shift: 22,
      entriesLg2: 10,
      leaves: [],
      table: {
        word: word(32, [bit(0, 'valid', 'the entry links to a page table'), ...pieces()]),
        fields: { valid: 1 },
      },
    },
    { shift: 12, entriesLg2: 10, leaves: [page], table: null },
  ],
  runs: [13, 14, 15, 16, 17, 18, 19, 20, 21, 22],
  classify: (lo, _hi, level) => ((lo & 1) === 0 ? 'empty' : level === 0 ? 'table' : 'leaf'),
  leafOf: () => page,
  permissions: (lo) => ({ read: (lo & 2) !== 0, write: (lo & 4) !== 0 }),
  behaviour: {
    overMap: -EADDRINUSE,
    failedMapUndoes: true,
    freesEmptyTables: false,
    unmapHole: 'stop',
    unmapClears: 'valid-bit',
    mapChecks: 'entry',
    wideIova: 'truncate',
    wideOutput: 'truncate',
    unmapSizes: 'multiple',
  },
  examples: [
    {
      level: 0,
      word: '0xa62e6ce1',
      kind: 'table',
      address: 0xec_a62e_6000,
      source: 'measured, Linux 6.1: page table at 0xeca62e6000',
    },
    {
      level: 1,
      word: '0x34567217',
      kind: 'leaf',
      address: 0x12_3456_7000,
      fields: { valid: 1, readable: 1, writable: 1 },
      source: `${source}: rk_mk_pte_v2(), read and write`,
    },
    {
      level: 1,
      word: '0xa77465b3',
      kind: 'leaf',
      address: 0xb5_a774_6000,
      fields: { valid: 1, readable: 1 },
      source: 'measured, Linux 6.1: read only',
    },
    {
      level: 1,
      word: '0x34567216',
      kind: 'empty',
      source: 'measured, Linux 6.1: unmapped, the rest of the word stays',
    },
  ],
}
