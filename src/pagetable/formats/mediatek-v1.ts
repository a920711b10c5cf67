/**
 * MediaTek M4U, first generation (`mediatek,mt2701-m4u`): one flat table of 2^20 32-bit entries,
 * a page of 4 KiB each. No levels, no permissions.
 */
import { EEXIST } from '../../base/errno.ts'
import { address, bit, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'

const source = 'drivers/iommu/mtk_iommu_v1.c'

const page: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bit(1, 'valid', 'the entry maps a page'),
    bit(3, 'nonsecure', 'non-secure page'),
    address(31, 12),
  ]),
  fixed: { valid: 1 },
  attributes: () => ({ valid: 1, nonsecure: 1 }),
}

/** The one-level format of `mediatek,mt2701-m4u`. */
export const mediatekV1: FormatSpec = {
  id: 'mediatek-v1',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 32,
  // mtk_iommu_v1_domain_finalise(): dma_alloc_coherent(), whose address goes into the register whole.
  rootAlignLg2: 12,
  levels: [{ shift: 12, entriesLg2: 20, leaves: [page], table: null, decidedBy: { kind: [1, 1] } }],
  classify: (lo) => ((lo & 2) === 0 ? 'empty' : 'leaf'),
  leafOf: () => page,
  permissions: () => ({ read: true, write: true }),
  behaviour: {
    // The driver looks at each entry before it writes, and zeroes what it wrote on a collision.
    overMap: -EEXIST,
    failedMapUndoes: true,
    freesEmptyTables: false,
    unmapHole: 'count',
    unmapClears: 'entry',
    mapChecks: 'call',
    wideIova: 'truncate',
    wideOutput: 'truncate',
  },
  examples: [
    {
      level: 0,
      word: '0x4000000a',
      kind: 'leaf',
      address: 0x4000_0000,
      fields: { valid: 1, nonsecure: 1 },
      source: `${source}: mtk_iommu_v1_map(), F_DESC_VALID | F_DESC_NONSEC`,
    },
    { level: 0, word: '0x40000008', kind: 'empty', source: `${source}: F_DESC_VALID is bit 1` },
  ],
}
