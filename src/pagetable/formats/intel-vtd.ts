/**
 * Intel VT-d paging entries, 64 bits, levels of 512: second stage (Linux's "second level": bits 0
 * and 1 are the rights) and first stage (x86-64 entries with the execute-disable bit set, as Linux
 * writes them). Linux picks page sizes itself from the whole range that it is asked to map.
 */
import { assert } from '../../base/assert.ts'
import { EADDRINUSE, EFAULT, EINVAL } from '../../base/errno.ts'
import { address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'
import { largeBitFrame } from './large-bit.ts'

const source = 'Intel Virtualization Technology for Directed I/O, 9.6 to 9.8'
const driver = 'drivers/iommu/intel/iommu.c'

/** What a unit and a domain are set up for. */
export interface IntelVtdConfig {
  id: string
  /** 3, 4 or 5: addresses of 39, 48 or 57 bits. */
  levels: number
  /** 0: 4 KiB only; 1: 2 MiB too; 2: 1 GiB too. Default 2. */
  superpageLevels?: number
  /** First-stage tables. */
  firstLevel?: boolean
  /** Second stage: leaves force snooping. */
  snoopControl?: boolean
  examples?: readonly FormatExample[]
}

const large = bit(7, 'large', 'a page above the last level')
const secondRows = (leaf: boolean): WordRow[] => [
  bit(0, 'readable', 'the device may read'),
  bit(1, 'writable', 'the device may write'),
  bit(2, 'execute', 'execute requests'),
  ...(leaf
    ? [bits(5, 3, 'memory-type', 'extended memory type'), bit(6, 'ignore-pat', 'ignore PAT')]
    : []),
  bit(8, 'accessed', 'accessed'),
  ...(leaf ? [bit(9, 'dirty', 'dirty'), bit(11, 'snoop', 'force snoop')] : []),
]
const firstRows = (leaf: boolean): WordRow[] => [
  bit(0, 'present', 'the entry is in use'),
  bit(1, 'writable', 'the device may write'),
  bit(2, 'user', 'requests without privilege'),
  bit(3, 'write-through', 'page-level write-through'),
  bit(4, 'cache-disable', 'page-level cache disable'),
  bit(5, 'accessed', 'accessed'),
  ...(leaf ? [bit(6, 'dirty', 'dirty'), bit(8, 'global', 'global')] : []),
  bit(63, 'execute-disable', 'no execute requests'),
]

/** True when hardware can be set up like that. */
export function isIntelVtdConfig({
  levels,
  superpageLevels = 2,
}: Pick<IntelVtdConfig, 'levels' | 'superpageLevels'>): boolean {
  return [3, 4, 5].includes(levels) && [0, 1, 2].includes(superpageLevels)
}

/** The format of one configuration, which must be one that hardware has. */
export function intelVtd(config: IntelVtdConfig): FormatSpec {
  const { id, levels: count, superpageLevels = 2, firstLevel = false } = config
  assert(isIntelVtdConfig(config), `${id}: ${count} levels, ${superpageLevels} superpage levels`)
  const snoop = config.snoopControl === true && !firstLevel
  const rows = firstLevel ? firstRows : secondRows
  const attributes = ({ write }: Protection): Record<string, number> =>
    firstLevel
      ? { present: 1, writable: +write, user: 1, accessed: 1, dirty: +write, 'execute-disable': 1 }
      : { readable: 1, writable: +write, ...(snoop ? { snoop: 1 } : {}) }
  const levels = Array.from({ length: count }, (_, i): LevelSpec => {
    const number = count - i
    const lg2 = 3 + 9 * number
    const pat = bit(number > 1 ? 12 : 7, 'pat', 'attribute table (PAT)')
    const page: LeafSpec = {
      lg2,
      word: word(64, [
        ...rows(true),
        ...(number > 1 ? [large] : []),
        ...(firstLevel ? [pat] : []),
        address(51, lg2),
      ]),
      fixed: number > 1 ? { large: 1 } : {},
      attributes,
    }
    const link: Record<string, number> = firstLevel
      ? { present: 1, writable: 1, user: 1, accessed: 1, 'execute-disable': 1 }
      : { readable: 1, writable: 1 }
    return {
      shift: lg2,
      entriesLg2: 9,
      leaves: number <= 1 + superpageLevels ? [page] : [],
      table:
        number === 1
          ? null
          : { word: word(64, [...rows(false), large, address(51, 12)]), fields: link },
    }
  })
  return {
    id,
    source,
    ...largeBitFrame(levels, firstLevel ? 1 : 3, firstLevel ? 13 : 12),
    dirty: {
      field: 'dirty',
      value: 1,
      accessed: 'accessed',
      source: firstLevel
        ? 'VT-d 3.6.2 (accessed and dirty flags). Linux writes D where it maps and reads it in the second stage only'
        : `VT-d 3.7.2 (accessed and dirty flags), while SSADE of the PASID entry is 1; ${driver}: intel_iommu_read_and_clear_dirty(), 6.7`,
    },
    mapSizes: [12, 21, 30],
    behaviour: {
      // __domain_mapping(): a live entry stays, with a WARN; superpages replace what is there.
      overMap: -EADDRINUSE,
      overMapKeeps: 'old',
      overMapLarge: 'overwrite',
      failedMapUndoes: false,
      freesEmptyTables: false,
      unmapHole: 'count',
      unmapClears: 'entry',
      mapUnderLeaf: -EADDRINUSE,
      mapOverTable: 'replace',
      mapPicks: 'largest',
      mapNoAccess: -EINVAL,
      wideIova: -EFAULT,
      // intel_iommu_unmap(): the page or hole gives the size, the address the start.
      unmapExtent: 'range-from-address',
      unmapPart: 'whole',
      warns: true,
      defects: [
        {
          id: 'page-under-superpage',
          text: 'Mapping a small page under a superpage, Linux takes the superpage for a link and writes into the memory that it maps; here the superpage stays as any mapped page does.',
          source: `${driver}: pfn_to_dma_pte()`,
        },
      ],
    },
    examples: config.examples ?? [],
  }
}

const page = { level: 3, kind: 'leaf' as const, address: 0x4000_3000 }

/** Second stage, 48 bits, all page sizes. */
export const intelVtdSecond: FormatSpec = intelVtd({
  id: 'intel-vtd-sl',
  levels: 4,
  examples: [
    {
      ...page,
      word: '0x0000000040003003',
      fields: { readable: 1, writable: 1 },
      source: `${driver}: __domain_mapping(), read and write`,
    },
    {
      level: 2,
      word: '0x0000000040200081',
      kind: 'leaf',
      address: 0x4020_0000,
      fields: { readable: 1, large: 1 },
      source: `${driver}: DMA_PTE_LARGE_PAGE, 2 MiB, read only`,
    },
    {
      level: 0,
      word: '0x0000000080001003',
      kind: 'table',
      address: 0x8000_1000,
      fields: { readable: 1, writable: 1 },
      source: `${driver}: pfn_to_dma_pte()`,
    },
  ],
})

/** First stage, 48 bits, all page sizes. */
export const intelVtdFirst: FormatSpec = intelVtd({
  id: 'intel-vtd-fl',
  levels: 4,
  firstLevel: true,
  examples: [
    {
      ...page,
      word: '0x8000000040003067',
      fields: {
        present: 1,
        writable: 1,
        user: 1,
        accessed: 1,
        dirty: 1,
        'execute-disable': 1,
      },
      source: `${driver}: DMA_FL_PTE_XD | US | ACCESS | DIRTY`,
    },
    {
      level: 0,
      word: '0x8000000080001027',
      kind: 'table',
      address: 0x8000_1000,
      fields: { present: 1, writable: 1, user: 1, accessed: 1, 'execute-disable': 1 },
      source: `${driver}: pfn_to_dma_pte()`,
    },
  ],
})

/** Second stage, 39 bits, snooping forced. */
export const intelVtdSecond3: FormatSpec = intelVtd({
  id: 'intel-vtd-sl-3',
  levels: 3,
  snoopControl: true,
})

/** Second stage, 57 bits. */
export const intelVtdSecond5: FormatSpec = intelVtd({ id: 'intel-vtd-sl-5', levels: 5 })
