/**
 * Rockchip IOMMU, first version (`rockchip,iommu`; rk3288, rk3328, rk3399): two levels of 1024
 * 32-bit entries, 4 KiB pages only. Registers and tables are those of the Mali-400 MMU.
 */
import { address, bit } from '../../base/word.ts'
import type { FormatSpec } from '../contract.ts'
import { rockchipFormat, rockchipSource as source } from './rockchip.ts'

/** The two-level format of `rockchip,iommu`. */
export const rockchipV1: FormatSpec = rockchipFormat({
  id: 'rockchip-v1',
  outputBits: 32,
  address: [address(31, 12)],
  pageRows: [
    bit(3, 'override', 'override cache attributes'),
    bit(4, 'write-cache', 'write cacheable'),
    bit(5, 'write-allocate', 'write allocate'),
    bit(6, 'write-buffer', 'write bufferable'),
    bit(7, 'read-cache', 'read cacheable'),
    bit(8, 'read-allocate', 'read allocate'),
  ],
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
})
