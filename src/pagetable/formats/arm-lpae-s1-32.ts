/**
 * ARM_32_LPAE_S1 as drivers ask for it: stage 1 of the long-descriptor format with a 32-bit input.
 * SMMUv2 contexts in AArch32 long-descriptor mode use it, and from 4.x on the Renesas IPMMU-VMSA,
 * which needs the non-secure bits and does not snoop.
 */
import type { FormatExample, FormatSpec } from '../contract.ts'
import { armLpaeS1For32 } from './arm-lpae-s1.ts'
import { type IoPgtableConfig, registered } from './io-pgtable.ts'

const config: IoPgtableConfig = {
  sizes: [12, 21, 30],
  ias: 32,
  oas: 40,
  quirks: [],
  coherentWalk: true,
}

const measured = 'measured, Linux 6.1'

const plainExamples: readonly FormatExample[] = [
  {
    level: 2,
    word: '0x0000000000001f47',
    kind: 'leaf',
    address: 0x1000,
    fields: { type: 3, AttrIndx: 1, AP1: 1, SH: 3, AF: 1, nG: 1 },
    source: `${measured}: page, read and write, cached`,
  },
  {
    level: 1,
    word: '0x0000000040200f45',
    kind: 'leaf',
    address: 0x4020_0000,
    fields: { type: 1, AttrIndx: 1, AP1: 1, SH: 3, AF: 1, nG: 1 },
    source: `${measured}: 2 MiB, read and write, cached`,
  },
  {
    level: 0,
    word: '0x0000000100000e41',
    kind: 'leaf',
    address: 0x1_0000_0000,
    fields: { type: 1, AP1: 1, SH: 2, AF: 1, nG: 1 },
    source: `${measured}: 1 GiB, read and write, not cached`,
  },
  {
    level: 0,
    word: '0x0000000080000ec1',
    kind: 'leaf',
    address: 0x8000_0000,
    fields: { type: 1, AP1: 1, AP2: 1, SH: 2, AF: 1, nG: 1 },
    source: `${measured}: 1 GiB, read only, not cached`,
  },
  {
    level: 2,
    word: '0x0060000040006f47',
    kind: 'leaf',
    address: 0x4000_6000,
    fields: { type: 3, AttrIndx: 1, AP1: 1, SH: 3, AF: 1, nG: 1, PXN: 1, XN: 1 },
    source: `${measured}: page, read and write, cached, never executed`,
  },
  {
    level: 0,
    word: '0x0000000080001003',
    kind: 'table',
    address: 0x8000_1000,
    fields: { type: 3 },
    source: `${measured}: link, coherent walk`,
  },
  { level: 2, word: '0x0000000040006f45', kind: 'empty', source: 'Arm ARM: reserved at level 3' },
]

const nonSecureExamples: readonly FormatExample[] = [
  {
    level: 2,
    word: '0x0000000048000e63',
    kind: 'leaf',
    address: 0x4800_0000,
    fields: { type: 3, NS: 1, AP1: 1, SH: 2, AF: 1, nG: 1 },
    source: `${measured}: page, read and write, not cached`,
  },
  {
    level: 1,
    word: '0x8080000080002003',
    kind: 'table',
    address: 0x8000_2000,
    fields: { type: 3, synced: 1, NSTable: 1 },
    source: `${measured}: link`,
  },
]

/** 32-bit input, 40-bit output, coherent walks, secure state not used. */
export const armLpaeS132: FormatSpec = registered(
  armLpaeS1For32(config, 'arm-lpae-s1-32', plainExamples),
)

/** As arm-lpae-s1-32, non-secure and not coherent: what the IPMMU-VMSA driver asks for today. */
export const armLpaeS132Ns: FormatSpec = registered(
  armLpaeS1For32(
    { ...config, quirks: ['ARM_NS'], coherentWalk: false },
    'arm-lpae-s1-32-ns',
    nonSecureExamples,
  ),
)
