/**
 * Renesas IPMMU-VMSA as its own driver of Linux 3.19 writes it, before it moved to io-pgtable: long
 * descriptors, a root of four entries, 4 KiB, 64 KiB (contiguous hint) and 2 MiB. Releases before
 * 3.19 set XN unless IOMMU_EXEC was asked for; this one sets it where IOMMU_NOEXEC is.
 */
import { ERANGE } from '../../base/errno.ts'
import type { FormatSpec } from '../contract.ts'
import { lpaeFormat, stage1Links, stage1Permissions, stage1Rows } from './arm-lpae.ts'

const source = 'drivers/iommu/ipmmu-vmsa.c, 3.19'

/** The format of `renesas,ipmmu-vmsa` under Linux 3.19. */
export const ipmmuVmsa: FormatSpec = lpaeFormat({
  id: 'ipmmu-vmsa',
  source,
  iovaBits: 32,
  outputBits: 40,
  granule: 12,
  startLevel: 1,
  rootBits: 2,
  pages: [12, 16, 21],
  leafRows: stage1Rows,
  permissions: stage1Permissions,
  // ipmmu_page_prot(): no access and no NOEXEC makes an entry of type 0, so that nothing is cached.
  attributes: ({ read, write, cache, noexec }) => ({
    AttrIndx: cache === true ? 1 : 0,
    NS: 1,
    AP1: 1,
    AP2: +(read && !write),
    SH: 3,
    AF: 1,
    nG: 1,
    PXN: +(noexec === true),
    XN: +(noexec === true),
    ...(read || write || noexec === true ? {} : { type: 0 }),
  }),
  tableFields: { NSTable: 1 },
  below: stage1Links,
  behaviour: {
    overMap: 'overwrite',
    failedMapUndoes: false,
    freesEmptyTables: true,
    unmapHole: 'count',
    unmapClears: 'entry',
    mapUnderLeaf: 'replace',
    mapOverTable: 'replace',
    wideOutput: -ERANGE,
    unmapPart: 'split',
    splitTo: 'largest',
    defects: [
      {
        id: 'page-under-block',
        text: 'Mapping a page under a 2 MiB block, Linux takes the block for a link and writes into the memory that it maps; here the block gives way to a table.',
        source: `${source}: ipmmu_alloc_pte()`,
      },
      {
        id: 'block-over-table',
        text: 'Mapping a 2 MiB block over a table, Linux loses the table; here it is freed.',
        source: `${source}: ipmmu_alloc_init_pmd()`,
      },
      {
        id: 'split-of-64k',
        text: 'Unmapping 4 KiB of 64 KiB, Linux copies that page into the 15 entries after it, whatever they mapped; here the other 15 pages keep their addresses.',
        source: `${source}: ipmmu_split_pte()`,
      },
    ],
  },
  examples: [
    {
      level: 2,
      word: '0x0000000048000f63',
      kind: 'leaf',
      address: 0x4800_0000,
      fields: { type: 3, NS: 1, AP1: 1, SH: 3, AF: 1, nG: 1 },
      source: `${source}: page, read and write, not cached`,
    },
    {
      level: 2,
      word: '0x0000000048000fe3',
      kind: 'leaf',
      address: 0x4800_0000,
      fields: { type: 3, NS: 1, AP1: 1, AP2: 1, SH: 3, AF: 1, nG: 1 },
      source: `${source}: page, read only, not cached`,
    },
    {
      level: 2,
      word: '0x0010000048010f67',
      kind: 'leaf',
      address: 0x4801_0000,
      fields: { type: 3, AttrIndx: 1, NS: 1, AP1: 1, SH: 3, AF: 1, nG: 1, contiguous: 1 },
      source: `${source}: 64 KiB, first entry, read and write, cached`,
    },
    {
      level: 1,
      word: '0x0060000048200f61',
      kind: 'leaf',
      address: 0x4820_0000,
      fields: { type: 1, NS: 1, AP1: 1, SH: 3, AF: 1, nG: 1, PXN: 1, XN: 1 },
      source: `${source}: 2 MiB, read and write, never executed`,
    },
    {
      level: 1,
      word: '0x8000000080002003',
      kind: 'table',
      address: 0x8000_2000,
      fields: { type: 3, NSTable: 1 },
      source: `${source}: link`,
    },
    {
      level: 2,
      word: '0x0000000048000f60',
      kind: 'empty',
      source: `${source}: page with neither read nor write`,
    },
  ],
})
