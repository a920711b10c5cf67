/**
 * Allwinner H6 IOMMU (`allwinner,sun50i-h6-iommu`): 4096 level-1 entries of 1 MiB, 256 pages of
 * 4 KiB below each. A page names one of 16 permission domains; what a domain allows stands in
 * registers. `permissions` answers for the domains as the driver means to set them up.
 */
import { EBUSY } from '../../base/errno.ts'
import { address, bit, bits, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'

const source = 'drivers/iommu/sun50i-iommu.c'

const page: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bit(1, 'valid', 'the entry maps a page'),
    bits(7, 4, 'authority', 'permission domain, set up in DM_AUT_CTRL', {
      0: 'default',
      1: 'none',
      2: 'read',
      3: 'write',
      4: 'read and write',
    }),
    address(31, 12),
  ]),
  fixed: { valid: 1 },
  attributes: ({ read, write }) => ({ valid: 1, authority: 1 + +read + 2 * +write }),
}

/** The two-level format of `allwinner,sun50i-h6-iommu`. */
export const sun50i: FormatSpec = {
  id: 'sun50i',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 32,
  levels: [
    {
      shift: 20,
      entriesLg2: 12,
      leaves: [],
      table: {
        word: word(32, [bits(1, 0, 'type', 'entry type', { 1: 'table' }), address(31, 10)]),
        fields: { type: 1 },
      },
      decidedBy: { kind: [1, 0] },
    },
    { shift: 12, entriesLg2: 8, leaves: [page], table: null, decidedBy: { kind: [1, 1] } },
  ],
  classify: (lo, _hi, level) => {
    if (level === 0) return (lo & 3) === 1 ? 'table' : 'empty'
    return (lo & 2) === 0 ? 'empty' : 'leaf'
  },
  leafOf: () => page,
  // Domain 0 and those above 4 have nothing forbidden in their registers.
  permissions: (lo) => {
    const domain = (lo >>> 4) & 15
    return { read: domain !== 1 && domain !== 3, write: domain !== 1 && domain !== 2 }
  },
  behaviour: {
    overMap: -EBUSY,
    failedMapUndoes: false,
    freesEmptyTables: false,
    unmapHole: 'stop',
    unmapClears: 'entry',
    wideIova: 'truncate',
    wideOutput: 'truncate',
  },
  examples: [
    {
      level: 0,
      word: '0x4a010401',
      kind: 'table',
      address: 0x4a01_0400,
      source: `${source}: sun50i_mk_dte()`,
    },
    ...(
      [
        ['0x40004012', 1, 'neither'],
        ['0x40004022', 2, 'read only'],
        ['0x40004032', 3, 'write only'],
        ['0x40004042', 4, 'read and write'],
      ] as const
    ).map(([value, authority, what]) => ({
      level: 1,
      word: value,
      kind: 'leaf' as const,
      address: 0x4000_4000,
      fields: { valid: 1, authority },
      source: `measured, Linux 6.1: ${what}`,
    })),
    { level: 0, word: '0x00000003', kind: 'empty', source: `${source}: sun50i_dte_is_pt_valid()` },
  ],
}
