/**
 * What both versions of the Rockchip IOMMU have in common: two levels of 1024 32-bit entries, 4 KiB
 * pages only, and how Linux drives them. drivers/iommu/rockchip-iommu.c
 */
import { EADDRINUSE } from '../../base/errno.ts'
import { bit, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec } from '../contract.ts'

/** Where the facts are from. */
export const rockchipSource = 'drivers/iommu/rockchip-iommu.c'

/** Where the versions differ. */
export interface RockchipVersion {
  id: string
  outputBits: number
  /** The pieces of an address, of pages and of tables. */
  address: readonly WordRow[]
  /** What a page has beside valid, readable and writable. */
  pageRows: readonly WordRow[]
  examples: readonly FormatExample[]
}

/** The format of a version. */
export function rockchipFormat(version: RockchipVersion): FormatSpec {
  const { id, outputBits, address, pageRows, examples } = version
  const page: LeafSpec = {
    lg2: 12,
    word: word(32, [
      bit(0, 'valid', 'the entry maps a page'),
      bit(1, 'readable', 'the device may read'),
      bit(2, 'writable', 'the device may write'),
      ...pageRows,
      ...address,
    ]),
    fixed: { valid: 1 },
    attributes: ({ read, write }) => ({ valid: 1, readable: +read, writable: +write }),
  }
  const link = word(32, [bit(0, 'valid', 'the entry links to a page table'), ...address])
  return {
    id,
    source: rockchipSource,
    wordBits: 32,
    iovaBits: 32,
    outputBits,
    levels: [
      {
        shift: 22,
        entriesLg2: 10,
        leaves: [],
        table: { word: link, fields: { valid: 1 } },
        decidedBy: { kind: [0, 0] },
      },
      { shift: 12, entriesLg2: 10, leaves: [page], table: null, decidedBy: { kind: [0, 0] } },
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
    examples,
  }
}
