/**
 * Rockchip IOMMU, first version (`rockchip,iommu`; rk3288, rk3328, rk3399): two levels of 1024
 * 32-bit entries, 4 KiB pages only. Registers and tables are those of the Mali-400 MMU.
 */
import { EADDRINUSE } from '../../base/errno.ts'
import { address, bit, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'

const source = 'drivers/iommu/rockchip-iommu.c'

const page: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bit(0, 'valid', 'the entry maps a page'),
    bit(1, 'readable', 'the device may read'),
    bit(2, 'writable', 'the device may write'),
    bit(3, 'override', 'override cache attributes'),
    bit(4, 'write-cache', 'write cacheable'),
    bit(5, 'write-allocate', 'write allocate'),
    bit(6, 'write-buffer', 'write bufferable'),
    bit(7, 'read-cache', 'read cacheable'),
    bit(8, 'read-allocate', 'read allocate'),
    address(31, 12),
  ]),
  fixed: { valid: 1 },
  attributes: ({ read, write }) => ({ valid: 1, readable: +read, writable: +write }),
}

/** The two-level format of `rockchip,iommu`. */
export const rockchipV1: FormatSpec = {
  id: 'rockchip-v1',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 32,
  levels: [
    {
      shift: 22,
      entriesLg2: 10,
      leaves: [],
      table: {
        word: word(32, [bit(0, 'valid', 'the entry links to a page table'), address(31, 12)]),
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
      word: '0x40002001',
      kind: 'table',
      address: 0x4000_2000,
      source: `${source}: page table at 0x40002000`,
    },
    {
      level: 1,
      word: '0x6789a007',
      kind: 'leaf',
      address: 0x6789_a000,
      fields: { valid: 1, readable: 1, writable: 1 },
      source: 'measured, Linux 6.1: read and write',
    },
    {
      level: 1,
      word: '0x30000003',
      kind: 'leaf',
      address: 0x3000_0000,
      fields: { valid: 1, readable: 1 },
      source: 'measured, Linux 6.1: read only',
    },
    {
      level: 1,
      word: '0x00001005',
      kind: 'leaf',
      address: 0x1000,
      fields: { valid: 1, writable: 1 },
      source: 'measured, Linux 6.1: write only',
    },
    {
      level: 1,
      word: '0x30000006',
      kind: 'empty',
      source: 'measured, Linux 6.1: unmapped, the rest of the word stays',
    },
  ],
}
