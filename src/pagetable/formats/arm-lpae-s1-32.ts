/**
 * ARM_32_LPAE_S1 of io-pgtable: stage 1 of the long-descriptor format with a 32-bit input. SMMUv2
 * contexts in AArch32 long-descriptor mode use it, and from 4.x on the Renesas IPMMU-VMSA, which
 * needs the non-secure bits and does not snoop.
 */
import { EEXIST, EINVAL } from '../../base/errno.ts'
import type { FormatExample, FormatSpec, LeafSpec, Protection } from '../contract.ts'
import { lpaeStage1 } from './arm-lpae.ts'

const source = 'drivers/iommu/io-pgtable-arm.c'

/** The io-pgtable configuration of one table. */
export interface ArmLpaeS1Config {
  id: string
  /** Input address bits (ias), at most 32. */
  iovaBits: number
  /** Output address bits (oas), at most 40. */
  outputBits: number
  /** IO_PGTABLE_QUIRK_ARM_NS: everything non-secure. */
  nonSecure: boolean
  /** False: the walker does not snoop, and links carry the software mark `synced`. */
  coherentWalk: boolean
  examples?: readonly FormatExample[]
}

/** Field values as arm_lpae_prot_to_pte() makes them. Write-only becomes read and write. */
function attributes(nonSecure: boolean): LeafSpec['attributes'] {
  return (prot: Protection) => ({
    AttrIndx: prot.mmio === true ? 2 : prot.cache === true ? 1 : 0,
    NS: +nonSecure,
    AP1: +(prot.privileged !== true),
    AP2: +(prot.read && !prot.write),
    SH: prot.cache === true ? 3 : 2,
    AF: 1,
    nG: 1,
    PXN: +(prot.noexec === true),
    XN: +(prot.noexec === true),
  })
}

/** The format for one io-pgtable configuration. */
export function armLpaeS1(config: ArmLpaeS1Config): FormatSpec {
  const { id, iovaBits, outputBits, nonSecure, coherentWalk, examples = [] } = config
  return lpaeStage1({
    id,
    source,
    iovaBits,
    outputBits,
    pages: [12, 21, 30],
    attributes: attributes(nonSecure),
    tableFields: { NSTable: +nonSecure, synced: +!coherentWalk },
    behaviour: {
      overMap: -EEXIST,
      failedMapUndoes: true,
      freesEmptyTables: false,
      unmapHole: 'stop',
      unmapClears: 'entry',
      mapOverTable: 'replace',
      mapChecks: 'call',
      mapNoAccess: -EINVAL,
      pagesPerCall: 'table',
      unmapPart: 'split',
    },
    examples,
  })
}

const measured = 'measured, Linux 6.1'

/** 32-bit input, 40-bit output, coherent walks, secure state not used. */
export const armLpaeS132: FormatSpec = armLpaeS1({
  id: 'arm-lpae-s1-32',
  iovaBits: 32,
  outputBits: 40,
  nonSecure: false,
  coherentWalk: true,
  examples: [
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
  ],
})

/** As arm-lpae-s1-32, non-secure and not coherent: what the IPMMU-VMSA driver asks for today. */
export const armLpaeS132Ns: FormatSpec = armLpaeS1({
  id: 'arm-lpae-s1-32-ns',
  iovaBits: 32,
  outputBits: 40,
  nonSecure: true,
  coherentWalk: false,
  examples: [
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
  ],
})
