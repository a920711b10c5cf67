/**
 * Rockchip IOMMU, second version (`rockchip,rk3568-iommu`): the tables of the first, with 40-bit
 * addresses. Bits 35:32 and 39:36 of an address lie in the entry's low bits, in this order from
 * above; cache attributes made room for them.
 */
import { address, bit } from '../../base/word.ts'
import type { FormatSpec } from '../contract.ts'
import { rockchipFormat, rockchipSource as source } from './rockchip.ts'

/** The two-level format of `rockchip,rk3568-iommu`. */
export const rockchipV2: FormatSpec = rockchipFormat({
  id: 'rockchip-v2',
  outputBits: 40,
  address: [address(31, 12), address(11, 8, 32), address(7, 4, 36)],
  pageRows: [bit(3, 'security', 'secure page')],
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
})
