/**
 * Stage 1 of io-pgtable-arm: ARM_64_LPAE_S1 (SMMUv2 and SMMUv3) and ARM_32_LPAE_S1 (SMMUv2
 * AArch32 long-descriptor contexts, Renesas IPMMU-VMSA), with the registers it hands to drivers.
 * arm_64_lpae_alloc_pgtable_s1(), arm_lpae_prot_to_pte(), 6.1; packing: arm-smmu.h.
 */
import type { DirtyState, FormatDefect, FormatExample, FormatSpec, LeafSpec } from '../contract.ts'
import {
  dirtyModifier,
  lpaeFormat,
  stage1Links,
  stage1Permissions,
  stage1Rows,
} from './arm-lpae.ts'
import {
  addressSizeCodes,
  type LpaeGeometry,
  lpaeAnswer,
  lpaeGeometry,
  lpaeShape,
  lpaeSource,
  only4k,
} from './arm-lpae-config.ts'
import {
  hexWord,
  type IoPgtable,
  type IoPgtableConfig,
  type IoPgtableFamily,
  onlyQuirks,
  registered,
  type RegisterValues,
} from './io-pgtable.ts'

/** Field values for a protection. Write-only becomes read and write. */
function attributes(nonSecure: boolean, hardwareDirty: boolean): LeafSpec['attributes'] {
  return (prot) => ({
    ...(hardwareDirty ? { DBM: +(prot.write || !prot.read) } : {}),
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

/** As they are where hardware keeps the dirty state: with DBM, AP2 says clean. */
const dirty: DirtyState = {
  field: 'AP2',
  value: 0,
  where: 'DBM',
  accessed: 'AF',
  source: `Arm ARM D8.5, SMMUv3 3.13 (CD.HD); ${lpaeSource}: arm_lpae_read_and_clear_dirty(), 6.11, and IO_PGTABLE_QUIRK_ARM_HD`,
}
const dirtyPermissions: FormatSpec['permissions'] = (lo, hi) => ({
  read: true,
  write: (lo & 0x80) === 0 || (hi & 0x8_0000) !== 0,
})

/** TCR.TG0 and TG1 by granule. */
const tg0: Readonly<Record<number, number>> = { 12: 0, 14: 2, 16: 1 }
const tg1: Readonly<Record<number, number>> = { 12: 2, 14: 1, 16: 3 }

function registers(g: LpaeGeometry, config: IoPgtableConfig, asLinux: boolean): RegisterValues {
  const upper = config.quirks.includes('ARM_TTBR1')
  const tcr = {
    ips: addressSizeCodes.get(g.oas) ?? 0,
    tg: (upper ? tg1 : tg0)[g.granule] ?? 0,
    sh: config.coherentWalk ? 3 : 2,
    orgn: config.coherentWalk || config.quirks.includes('ARM_OUTER_WBWA') ? 1 : 0,
    irgn: config.coherentWalk ? 1 : 0,
    tsz: 64 - g.ias,
  }
  const half = tcr.tsz | (tcr.irgn << 8) | (tcr.orgn << 10) | (tcr.sh << 12) | (tcr.tg << 14)
  // EPD1 (bit 23) or EPD0 (bit 7): the half that has no table is never walked; A1 is bit 22.
  const packed = upper ? (((half << 16) & ~(1 << 22)) | (1 << 7)) >>> 0 : half | (1 << 23)
  const upstream = 7
  return {
    tcr,
    // Linux keeps the sign of an int in the upper half.
    mair: asLinux ? '0xfffffffff404ff44' : '0xf404ff44',
    ttbr_low12: '0x0',
    arm_smmu_v2: { tcr: hexWord(packed), tcr2: hexWord(tcr.ips | (upstream << 15)) },
  }
}

const defects: readonly FormatDefect[] = [
  {
    id: 'mair-sign-extension',
    text: 'Linux computes MAIR with the sign of an int, so that the upper half of it is all ones where nothing is; here the upper half is 0.',
    source: `${lpaeSource}: arm_64_lpae_alloc_pgtable_s1(), 6.1`,
    repeated: true,
  },
]

/** The format for a geometry that is known to do. */
function formatOf(
  id: string,
  g: LpaeGeometry,
  config: IoPgtableConfig,
  examples: readonly FormatExample[],
): FormatSpec {
  const nonSecure = config.quirks.includes('ARM_NS')
  const hardwareDirty = config.quirks.includes('ARM_HD')
  const shape = lpaeShape(g)
  return lpaeFormat({
    id,
    ...shape,
    behaviour: { ...shape.behaviour, defects },
    upperHalf: config.quirks.includes('ARM_TTBR1'),
    leafRows: hardwareDirty ? [...stage1Rows, dirtyModifier] : stage1Rows,
    attributes: attributes(nonSecure, hardwareDirty),
    permissions: hardwareDirty ? dirtyPermissions : stage1Permissions,
    ...(hardwareDirty ? { dirty } : {}),
    tableFields: { NSTable: +nonSecure, synced: +!config.coherentWalk },
    below: stage1Links,
    examples,
  })
}

/** ARM_64_LPAE_S1, with ARM_HD as from 6.11; `id` and `examples` are for formats that are registered. */
export function armLpaeS1(
  config: IoPgtableConfig,
  id = 'arm-lpae-s1-64',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  const g = lpaeGeometry(config)
  if (g === null || (config.ias > 52 && g.ias > 52) || !addressSizeCodes.has(g.oas)) return null
  if (!onlyQuirks(config, ['ARM_NS', 'ARM_TTBR1', 'ARM_OUTER_WBWA', 'ARM_HD'])) return null
  if (config.coherentWalk && config.quirks.includes('ARM_OUTER_WBWA')) return null
  const format = formatOf(id, g, config, examples)
  return lpaeAnswer(g, format, (asLinux) => registers(g, config, asLinux))
}

/** ARM_32_LPAE_S1. */
export function armLpaeS1For32(
  config: IoPgtableConfig,
  id = 'arm-lpae-s1-32',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  // DBM is of AArch64 only; Linux would write it, and refuse to read what comes of it.
  if (config.ias > 32 || config.oas > 40 || config.quirks.includes('ARM_HD')) return null
  return armLpaeS1(only4k(config), id, examples)
}

/** The two as io-pgtable names them. */
export const armLpaeS1Families: Readonly<Record<string, IoPgtableFamily>> = {
  arm_64_lpae_s1: (config) => armLpaeS1(config),
  arm_32_lpae_s1: (config) => armLpaeS1For32(config),
}

const plain = { quirks: [], coherentWalk: true }
const measured = 'measured, Linux 6.1'

/** 4 KiB granule, 48-bit addresses, four levels: what SMMUv3 and most SMMUv2 units use. */
export const armLpaeS164: FormatSpec = registered(
  armLpaeS1({ ...plain, sizes: [12, 21, 30], ias: 48, oas: 48 }, 'arm-lpae-s1-64', [
    {
      level: 3,
      word: '0x0000fffffffffe43',
      kind: 'leaf',
      address: 0xffff_ffff_f000,
      fields: { type: 3, AP1: 1, SH: 2, AF: 1, nG: 1 },
      source: `${measured}: page, read and write, not cached`,
    },
    { level: 0, word: '0x0000000040000e41', kind: 'empty', source: 'Arm ARM: no block at level 0' },
  ]),
)

/** As arm-lpae-s1-64, in the upper half of the 64-bit space. */
export const armLpaeS164Upper: FormatSpec = registered(
  armLpaeS1(
    { ...plain, sizes: [12, 21, 30], ias: 39, oas: 40, quirks: ['ARM_TTBR1'] },
    'arm-lpae-s1-64-ttbr1',
  ),
)

/** 16 KiB granule. */
export const armLpaeS164With16k: FormatSpec = registered(
  armLpaeS1({ ...plain, sizes: [14, 25], ias: 48, oas: 48 }, 'arm-lpae-s1-64-16k'),
)

/** 64 KiB granule, 52-bit addresses on both sides. */
export const armLpaeS164With64k: FormatSpec = registered(
  armLpaeS1({ ...plain, sizes: [16, 29, 42], ias: 52, oas: 52 }, 'arm-lpae-s1-64-64k'),
)

/** As arm-lpae-s1-64, where hardware keeps the dirty state. */
export const armLpaeS164Dirty: FormatSpec = registered(
  armLpaeS1(
    { ...plain, sizes: [12, 21, 30], ias: 48, oas: 48, quirks: ['ARM_HD'] },
    'arm-lpae-s1-64-hd',
    [
      {
        level: 3,
        word: '0x0008000040001f47',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { type: 3, AttrIndx: 1, AP1: 1, SH: 3, AF: 1, nG: 1, DBM: 1 },
        source: `${lpaeSource}: arm_lpae_prot_to_pte(), 6.11: page, read and write, cached`,
      },
      {
        level: 3,
        word: '0x0008000040001fc7',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { type: 3, AttrIndx: 1, AP1: 1, AP2: 1, SH: 3, AF: 1, nG: 1, DBM: 1 },
        source: `${lpaeSource}: iopte_set_writeable_clean(), 6.11: the same page, clean`,
      },
    ],
  ),
)
