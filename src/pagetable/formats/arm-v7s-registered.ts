/** ARM_V7S as drivers ask for it: an SMMU of a kernel without LPAE, and the MediaTek M4U. */
import type { FormatExample, FormatSpec } from '../contract.ts'
import { armV7s, v7sSource as source } from './arm-v7s.ts'
import { registered } from './io-pgtable.ts'

const measured = 'measured, Linux 6.1'

/** Words of a table with every permission. */
const plainExamples: readonly FormatExample[] = [
  {
    level: 1,
    word: '0x40000c72',
    kind: 'leaf',
    address: 0x4000_0000,
    fields: { small: 1, TEX: 1, AF: 1, AP1: 1, S: 1, nG: 1 },
    source: `${measured}: 4 KiB, read and write, not cached`,
  },
  {
    level: 1,
    word: '0x40000c7f',
    kind: 'leaf',
    address: 0x4000_0000,
    fields: { small: 1, XN: 1, B: 1, C: 1, TEX: 1, AF: 1, AP1: 1, S: 1, nG: 1 },
    source: `${measured}: 4 KiB, read and write, cached, never executed`,
  },
  {
    level: 1,
    word: '0x40001c3d',
    kind: 'leaf',
    address: 0x4000_0000,
    fields: { type: 1, B: 1, C: 1, TEX: 1, AF: 1, AP1: 1, S: 1, nG: 1 },
    source: `${source}: 64 KiB, read and write, cached, written 16 times`,
  },
  {
    level: 0,
    word: '0x40031c0e',
    kind: 'leaf',
    address: 0x4000_0000,
    fields: { type: 2, B: 1, C: 1, TEX: 1, AF: 1, AP1: 1, S: 1, nG: 1 },
    source: `${source}: 1 MiB, read and write, cached`,
  },
  {
    level: 0,
    word: '0x40071c02',
    kind: 'leaf',
    address: 0x4000_0000,
    fields: { type: 2, super: 1, TEX: 1, AF: 1, AP1: 1, S: 1, nG: 1 },
    source: `${measured}: 16 MiB, read and write, written 16 times`,
  },
  { level: 0, word: '0x80004001', kind: 'table', address: 0x8000_4000, source: `${source}: link` },
  { level: 0, word: '0x00000003', kind: 'empty', source: 'reserved type' },
]

/** Short descriptors as an SMMU context of an ARMv7 kernel without LPAE uses them. */
export const armV7sPlain: FormatSpec = registered(
  armV7s(
    { sizes: [12, 16, 20, 24], ias: 32, oas: 32, quirks: [], coherentWalk: true },
    'arm-v7s',
    plainExamples,
  ),
)

/** MediaTek M4U (mt8192 and later): 34-bit input, 35-bit output, tables anywhere. */
export const armV7sMediatek: FormatSpec = registered(
  armV7s(
    {
      sizes: [12, 16, 20, 24],
      ias: 34,
      oas: 35,
      quirks: ['NO_PERMS', 'ARM_MTK_EXT', 'ARM_MTK_TTBR_EXT'],
      coherentWalk: false,
    },
    'arm-v7s-mediatek',
    [
      {
        level: 1,
        word: '0x40000c42',
        kind: 'leaf',
        address: 0x4000_0000,
        fields: { small: 1, TEX: 1, S: 1, nG: 1 },
        source: `${measured}: 4 KiB, not cached`,
      },
      {
        level: 0,
        word: '0x40131002',
        kind: 'leaf',
        address: 0x4010_0000,
        fields: { type: 2, TEX: 1, S: 1, nG: 1 },
        source: `${measured}: 1 MiB, not cached`,
      },
    ],
  ),
)
