/**
 * Stage 2 of io-pgtable-arm: ARM_64_LPAE_S2 and ARM_32_LPAE_S2. Permissions are exact, and up to 16
 * tables of level 1 side by side spare a level. arm_64_lpae_alloc_pgtable_s2(), 6.1; Arm ARM D8.3.2.
 */
import { bit, bits, type WordRow } from '../../base/word.ts'
import type { DirtyState, FormatExample, FormatSpec, LeafSpec } from '../contract.ts'
import { bitsPerLevel, dirtyModifier, lpaeFormat } from './arm-lpae.ts'
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

const leafRows: readonly WordRow[] = [
  bits(5, 2, 'MemAttr', 'memory attributes', { 1: 'device', 5: 'not cached', 15: 'write-back' }),
  bit(6, 'read', 'reads allowed'),
  bit(7, 'write', 'writes allowed'),
  bits(9, 8, 'SH', 'shareability', { 0: 'none', 2: 'outer', 3: 'inner' }),
  bit(10, 'AF', 'access flag'),
  bit(52, 'contiguous', 'one of a group of neighbours that map one stretch'),
  bits(54, 53, 'XN', 'execution never'),
  bits(58, 55, 'software', 'ignored by hardware'),
]

const attributes: LeafSpec['attributes'] = (prot) => ({
  MemAttr: prot.mmio === true ? 1 : prot.cache === true ? 15 : 5,
  read: +prot.read,
  write: +prot.write,
  SH: prot.cache === true ? 3 : 2,
  AF: 1,
  XN: prot.noexec === true ? 3 : 0,
})

/** Stage-2 leaves say what is allowed, bit by bit. */
export const stage2Permissions: FormatSpec['permissions'] = (lo) => ({
  read: (lo & 0x40) !== 0,
  write: (lo & 0x80) !== 0,
})

/** What differs where hardware keeps the dirty state: with DBM, the write permission says dirty. */
const withDirtyState: Pick<FormatSpec, 'permissions'> & { dirty: DirtyState } = {
  permissions: (lo, hi) => ({
    read: (lo & 0x40) !== 0,
    write: (lo & 0x80) !== 0 || (hi & 0x8_0000) !== 0,
  }),
  dirty: {
    field: 'write',
    value: 1,
    where: 'DBM',
    accessed: 'AF',
    source:
      'Arm ARM D8.5 (S2AP[1] and DBM), SMMUv3 3.13 (STE.S2HD). Linux writes no DBM in stage 2 and reads none: arm_lpae_read_and_clear_dirty(), 6.11',
  },
}

const mostTables = 16

/** A root of few entries at level 0 becomes several tables of level 1, side by side. */
function concatenated(g: LpaeGeometry): LpaeGeometry {
  if (g.startLevel !== 0 || 2 ** g.rootBits > mostTables) return g
  return { ...g, startLevel: 1, rootBits: g.rootBits + bitsPerLevel(g.granule) }
}

const tg0: Readonly<Record<number, number>> = { 12: 0, 14: 2, 16: 1 }

function registers(g: LpaeGeometry, config: IoPgtableConfig): RegisterValues {
  // SL0 counts from the other end, and with 4 KiB tables from one level lower.
  const start = g.granule === 12 ? g.startLevel + 1 : g.startLevel
  const vtcr = {
    ps: addressSizeCodes.get(g.oas) ?? 0,
    tg: tg0[g.granule] ?? 0,
    sh: config.coherentWalk ? 3 : 2,
    orgn: +config.coherentWalk,
    irgn: +config.coherentWalk,
    sl: ~start & 3,
    tsz: 64 - g.ias,
  }
  const packed =
    2 ** 31 +
    (vtcr.tsz |
      (vtcr.sl << 6) |
      (vtcr.irgn << 8) |
      (vtcr.orgn << 10) |
      (vtcr.sh << 12) |
      (vtcr.tg << 14) |
      (vtcr.ps << 16))
  return { vtcr, vttbr_low12: '0x0', arm_smmu_v2: { vtcr: hexWord(packed) } }
}

/** ARM_64_LPAE_S2; `id` and `examples` are for formats that are registered. */
export function armLpaeS2(
  config: IoPgtableConfig,
  id = 'arm-lpae-s2-64',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  return stage2(config, id, examples, false)
}

function stage2(
  config: IoPgtableConfig,
  id: string,
  examples: readonly FormatExample[],
  hardwareDirty: boolean,
): IoPgtable | null {
  const plain = lpaeGeometry(config)
  if (plain === null || !addressSizeCodes.has(plain.oas) || !onlyQuirks(config, [])) return null
  const g = concatenated(plain)
  const format = lpaeFormat({
    id,
    ...lpaeShape(g),
    leafRows: hardwareDirty ? [...leafRows, dirtyModifier] : leafRows,
    attributes: hardwareDirty ? (p) => ({ ...attributes(p), DBM: +p.write }) : attributes,
    permissions: stage2Permissions,
    ...(hardwareDirty ? withDirtyState : {}),
    tableFields: { synced: +!config.coherentWalk },
    examples,
  })
  return lpaeAnswer(g, format, () => registers(g, config))
}

/** ARM_32_LPAE_S2. */
export function armLpaeS2For32(
  config: IoPgtableConfig,
  id = 'arm-lpae-s2-32',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  if (config.ias > 40 || config.oas > 40) return null
  return armLpaeS2(only4k(config), id, examples)
}

/** The two as io-pgtable names them. */
export const armLpaeS2Families: Readonly<Record<string, IoPgtableFamily>> = {
  arm_64_lpae_s2: (config) => armLpaeS2(config),
  arm_32_lpae_s2: (config) => armLpaeS2For32(config),
}

/** 4 KiB granule, 40-bit addresses: two tables of level 1 side by side, three levels. */
export const armLpaeS264: FormatSpec = registered(
  armLpaeS2(
    { sizes: [12, 21, 30], ias: 40, oas: 40, quirks: [], coherentWalk: true },
    'arm-lpae-s2-64',
    [
      {
        level: 2,
        word: '0x00000000400016d7',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { type: 3, MemAttr: 5, read: 1, write: 1, SH: 2, AF: 1 },
        source: 'measured, Linux 6.1: page, read and write, not cached',
      },
      {
        level: 1,
        word: '0x00000000402007fd',
        kind: 'leaf',
        address: 0x4020_0000,
        fields: { type: 1, MemAttr: 15, read: 1, write: 1, SH: 3, AF: 1 },
        source: `${lpaeSource}: 2 MiB, read and write, cached`,
      },
    ],
  ),
)

/** 64 KiB granule, 48-bit addresses, a walk that does not snoop. */
export const armLpaeS264With64k: FormatSpec = registered(
  armLpaeS2(
    { sizes: [16, 29], ias: 48, oas: 48, quirks: [], coherentWalk: false },
    'arm-lpae-s2-64-64k',
  ),
)

/** AArch32: 40-bit addresses on both sides. */
export const armLpaeS232: FormatSpec = registered(
  armLpaeS2For32(
    { sizes: [12, 21, 30], ias: 40, oas: 40, quirks: [], coherentWalk: false },
    'arm-lpae-s2-32',
  ),
)

/** As arm-lpae-s2-64, where hardware keeps the dirty state. */
export const armLpaeS264Dirty: FormatSpec = registered(
  stage2(
    { sizes: [12, 21, 30], ias: 40, oas: 40, quirks: [], coherentWalk: true },
    'arm-lpae-s2-64-hd',
    [
      {
        level: 2,
        word: '0x0008000040001757',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { type: 3, MemAttr: 5, read: 1, SH: 3, AF: 1, DBM: 1 },
        source: 'Arm ARM D8.5: page, not cached, writeable and clean',
      },
    ],
    true,
  ),
)
