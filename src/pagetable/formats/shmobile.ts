/**
 * Renesas IPMMU of SH-Mobile and R-Mobile as `shmobile-iommu` drove it up to Linux 4.3: ARM short
 * descriptors with the first 2 GiB only (CONFIG_SHMOBILE_IOMMU_L1SIZE at its default, 8 KiB) and
 * all attribute bits set. There are no permissions.
 */
import { address, bits, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'
import { type ShortLeaves, shortLeafOf, shortLevels } from './short-descriptor.ts'

const source = 'drivers/iommu/shmobile-iommu.c, Linux 3.19'

const leafOf = (lg2: number, type: number, from: number, bitsSet: number): LeafSpec => ({
  lg2,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 1: 'large page', 2: 'section or small page' }),
    bits(11, from, 'attributes', 'attribute bits, all set'),
    address(31, lg2),
  ]),
  fixed: { type },
  attributes: () => ({ attributes: bitsSet }),
})
const leaves: ShortLeaves = {
  section: leafOf(20, 2, 10, 3),
  smallPage: leafOf(12, 2, 4, 0xff),
  largePage: leafOf(16, 1, 4, 0xff),
}

/** The two-level format of the IPMMU's first driver. */
export const shmobile: FormatSpec = {
  id: 'shmobile',
  source,
  wordBits: 32,
  iovaBits: 31,
  outputBits: 32,
  levels: shortLevels(leaves, { rootBits: 11 }),
  classify: (lo, _hi, level) => {
    if (level === 0) return (lo & 3) === 1 ? 'table' : (lo & 3) === 2 ? 'leaf' : 'empty'
    return (lo & 3) === 1 || (lo & 3) === 2 ? 'leaf' : 'empty'
  },
  leafOf: shortLeafOf(leaves),
  permissions: () => ({ read: true, write: true }),
  behaviour: {
    overMap: 'overwrite',
    failedMapUndoes: false,
    freesEmptyTables: false,
    unmapHole: 'stop',
    unmapClears: 'entry',
    wideOutput: 'truncate',
    // shmobile_iommu_unmap(): 1 MiB or more from a multiple of it clears the level-1 entry unseen.
    // Else the level-2 entry there decides, and what was asked for does not matter: a small page goes,
    // a large one at its first entry only. Below a section there is no level-2 table to look into.
    unmapExtent: 'entry',
    unmapsRootEntry: true,
    unmapPart: 'whole-at-start',
  },
  examples: [
    {
      level: 1,
      word: '0x40001ff2',
      kind: 'leaf',
      address: 0x4000_1000,
      fields: { type: 2, attributes: 0xff },
      source: `${source}: 4 KiB`,
    },
    {
      level: 1,
      word: '0x40010ff1',
      kind: 'leaf',
      address: 0x4001_0000,
      fields: { type: 1, attributes: 0xff },
      source: `${source}: 64 KiB, written 16 times`,
    },
    {
      level: 0,
      word: '0x40100c02',
      kind: 'leaf',
      address: 0x4010_0000,
      fields: { type: 2, attributes: 3 },
      source: `${source}: 1 MiB`,
    },
    {
      level: 0,
      word: '0x41002401',
      kind: 'table',
      address: 0x4100_2400,
      source: `${source}: level-2 table of 1 KiB`,
    },
  ],
}
