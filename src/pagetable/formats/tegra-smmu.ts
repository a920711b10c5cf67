/**
 * Tegra SMMU (tegra30, 114, 124, 132, 210): two levels of 1024 32-bit entries that hold frame
 * numbers, 4 KiB pages. An entry with neither right is no mapping; there is no valid bit.
 *
 * `tegra-smmu` has 32-bit addresses (tegra30, tegra114), `tegra-smmu-34` 34-bit ones.
 */
import { address, bit, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec } from '../contract.ts'

const source = 'drivers/iommu/tegra-smmu.c'

interface Variant {
  id: string
  outputBits: 32 | 34
  examples: readonly FormatExample[]
}

function tegra({ id, outputBits, examples }: Variant): FormatSpec {
  const frameRow = address(outputBits - 13, 0, 12)
  const rights: WordRow[] = [
    bit(29, 'nonsecure', 'non-secure accesses'),
    bit(30, 'writable', 'the device may write'),
    bit(31, 'readable', 'the device may read'),
  ]
  const page: LeafSpec = {
    lg2: 12,
    word: word(32, [frameRow, ...rights]),
    attributes: ({ read, write }) => ({ nonsecure: 1, writable: +write, readable: +read }),
  }
  return {
    id,
    source,
    wordBits: 32,
    iovaBits: 32,
    outputBits,
    levels: [
      {
        shift: 22,
        entriesLg2: 10,
        leaves: [],
        table: {
          word: word(32, [frameRow, bit(28, 'next', 'the entry links to a page table'), ...rights]),
          fields: { next: 1, nonsecure: 1, writable: 1, readable: 1 },
        },
      },
      { shift: 12, entriesLg2: 10, leaves: [page], table: null },
    ],
    // The driver takes any non-zero word for a mapping; with no right at all hardware refuses it.
    classify: (lo, _hi, level) => {
      if (level === 0) return (lo & 0x1000_0000) === 0 ? 'empty' : 'table'
      return lo === 0 ? 'empty' : 'leaf'
    },
    leafOf: () => page,
    permissions: (lo) => ({ read: (lo & 0x8000_0000) !== 0, write: (lo & 0x4000_0000) !== 0 }),
    behaviour: {
      overMap: 'overwrite',
      failedMapUndoes: false,
      freesEmptyTables: true,
      unmapHole: 'stop',
      unmapClears: 'entry',
      wideIova: 'truncate',
      wideOutput: 'truncate',
    },
    examples: [
      {
        level: 0,
        word: '0xf0081000',
        kind: 'table',
        address: 0x8100_0000,
        source: `${source}: page table at 0x81000000`,
      },
      {
        level: 1,
        word: '0xe0010000',
        kind: 'leaf',
        address: 0x1000_0000,
        fields: { nonsecure: 1, writable: 1, readable: 1 },
        source: `${source}: read and write`,
      },
      {
        level: 1,
        word: '0xa0040001',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { nonsecure: 1, readable: 1 },
        source: 'measured, Linux 6.1: read only',
      },
      {
        level: 1,
        word: '0x20040000',
        kind: 'leaf',
        address: 0x4000_0000,
        fields: { nonsecure: 1 },
        source: 'measured, Linux 6.1: neither; a mapping all the same',
      },
      ...examples,
    ],
  }
}

/** 32-bit physical addresses. */
export const tegraSmmu: FormatSpec = tegra({ id: 'tegra-smmu', outputBits: 32, examples: [] })

/** 34-bit physical addresses (tegra124, 132, 210). */
export const tegraSmmu34: FormatSpec = tegra({
  id: 'tegra-smmu-34',
  outputBits: 34,
  examples: [
    {
      level: 0,
      word: '0xf026f41a',
      kind: 'table',
      address: 0x2_6f41_a000,
      source: 'measured, Linux 6.1: page table at 0x26f41a000',
    },
  ],
})
