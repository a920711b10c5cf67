/**
 * ARM_V7S: ARMv7 short descriptors as io-pgtable-arm-v7s writes them, with the MediaTek extensions
 * (output addresses of 35 bits, input addresses of 34). 32-bit entries: 1 MiB sections and 16 MiB
 * supersections at level 1, 4 KiB and 64 KiB pages at level 2. ARMv7-A manual B3.5;
 * drivers/iommu/io-pgtable-arm-v7s.c, 6.1.
 */
import { type AddressRow, address, bit, bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'
import {
  hexWord,
  type IoPgtable,
  type IoPgtableConfig,
  type IoPgtableFamily,
  ioPgtableBehaviour,
  onlyQuirks,
} from './io-pgtable.ts'
import { classifyShort, shortLeafOf, shortLevels } from './short-descriptor.ts'

/** Where the facts are from. */
export const v7sSource = 'drivers/iommu/io-pgtable-arm-v7s.c'

/** What of a configuration reaches the entries. */
interface Variant {
  nonSecure: boolean
  permissions: boolean
  /** MediaTek: output bits 32, 33 and 34 in bits 9, 4 and 5 of a leaf, or of a link. */
  wideLeaves: boolean
  wideLinks: boolean
}

/** MediaTek's places for output bits above 32. */
const wideRows: readonly AddressRow[] = [address(9, 9, 32), address(4, 4, 33), address(5, 5, 34)]

/**
 * The attributes of a page or section: the same fields, moved by `shift`, with TEX and XN elsewhere
 * in large pages. Rows that MediaTek's address bits take are not there.
 */
function leafRows(v: Variant, shift: number, tex: number, xn: number): WordRow[] {
  const rows: WordRow[] = [
    bit(2, 'B', 'bufferable'),
    bit(3, 'C', 'cacheable'),
    bit(shift, 'AF', 'access flag (AP[0])'),
    bit(shift + 1, 'AP1', 'unprivileged access allowed'),
    bits(tex + 2, tex, 'TEX', 'type extension'),
    bit(shift + 5, 'AP2', 'read only'),
    bit(shift + 6, 'S', 'shareable'),
    bit(shift + 7, 'nG', 'not global'),
    bit(xn, 'XN', 'execution never'),
  ]
  const taken = v.wideLeaves ? wideRows : []
  return [...rows.filter((r) => taken.every((t) => t.lo > r.hi || t.hi < r.lo)), ...taken]
}

function attributes(v: Variant, more: Readonly<Record<string, number>>): LeafSpec['attributes'] {
  return (prot: Protection) => ({
    ...more,
    nG: 1,
    S: 1,
    TEX: +(prot.mmio !== true),
    B: +(prot.mmio === true || prot.cache === true),
    C: +(prot.mmio !== true && prot.cache === true),
    ...(v.permissions
      ? {
          AF: 1,
          AP1: +(prot.privileged !== true),
          AP2: +!prot.write,
          XN: +(prot.noexec === true),
        }
      : {}),
  })
}

function levelsOf(v: Variant, ias: number) {
  const sectionRows = [
    ...leafRows(v, 10, 12, 4),
    bit(18, 'super', 'one of 16 entries of a supersection'),
    bit(19, 'NS', 'non-secure output address'),
  ]
  const section: LeafSpec = {
    lg2: 20,
    word: word(32, [
      bits(1, 0, 'type', 'descriptor type', { 2: 'section' }),
      ...sectionRows,
      address(31, 20),
    ]),
    fixed: { type: 2, super: 0 },
    attributes: attributes(v, { type: 2, super: 0, NS: +v.nonSecure }),
  }
  const supersection: LeafSpec = {
    lg2: 24,
    word: word(32, [
      bits(1, 0, 'type', 'descriptor type', { 2: 'section' }),
      ...sectionRows,
      bits(23, 20, 'PA35:32', 'address bits 35:32, which Linux does not use'),
      address(31, 24),
    ]),
    fixed: { type: 2, super: 1, 'PA35:32': 0 },
    attributes: attributes(v, { type: 2, super: 1, NS: +v.nonSecure }),
    stray: [address(23, 20)],
  }
  const smallPage: LeafSpec = {
    lg2: 12,
    word: word(32, [bit(1, 'small', 'a small page'), ...leafRows(v, 4, 6, 0), address(31, 12)]),
    fixed: { small: 1 },
    attributes: attributes(v, { small: 1 }),
  }
  const largePage: LeafSpec = {
    lg2: 16,
    word: word(32, [
      bits(1, 0, 'type', 'descriptor type', { 1: 'large page' }),
      ...leafRows(v, 4, 12, 15),
      address(31, 16),
    ]),
    fixed: { type: 1 },
    attributes: attributes(v, { type: 1 }),
    stray: [address(15, 12)],
  }
  const link: LevelSpec['table'] = {
    word: word(32, [
      bits(1, 0, 'type', 'descriptor type', { 1: 'table' }),
      bit(3, 'NS', 'non-secure memory below'),
      ...(v.wideLinks ? wideRows : []),
      address(31, 10),
    ]),
    fields: { type: 1, NS: +v.nonSecure },
  }
  const leaves = { section, supersection, smallPage, largePage }
  return { levels: shortLevels(leaves, { rootBits: ias - 20, link }), leaves }
}

function formatOf(
  id: string,
  v: Variant,
  ias: number,
  oas: number,
  sizes: readonly number[],
  examples: readonly FormatExample[],
): FormatSpec {
  const { levels, leaves } = levelsOf(v, ias)
  return {
    id,
    source: v7sSource,
    wordBits: 32,
    iovaBits: ias,
    outputBits: oas,
    levels,
    // The kernel does not look at the bitmap; a table that maps nothing is of no use.
    mapSizes: sizes.length === 0 ? [12] : sizes,
    classify: classifyShort,
    leafOf: shortLeafOf(leaves),
    permissions: (lo, _hi, level) => ({
      read: true,
      write: !v.permissions || (lo & (level === 0 ? 0x8000 : 0x200)) === 0,
    }),
    behaviour: {
      ...ioPgtableBehaviour,
      mapNothing: ioPgtableBehaviour.mapNoAccess as number,
      pageByPage: true,
      unmapChecksPage: true,
      reports: 'entry',
      reportsGroupSplit: true,
      rewrites: 'links',
      linux: { splitForgetsOutput: true, splitNeedsFirst: true },
      defects: [
        {
          id: 'split-forgets-output',
          text: 'Unmapping part of a section, Linux makes the pages that stay map addresses from 0 up; here they keep their own.',
          source: `${v7sSource}: arm_v7s_split_blk_unmap(), 6.1`,
          repeated: true,
        },
        {
          id: 'split-needs-first',
          text: 'Unmapping a page in a section of a supersection that is not its first one, Linux rewrites the supersection as sections and unmaps nothing; here the page goes.',
          source: `${v7sSource}: arm_v7s_split_cont(), 6.1`,
          repeated: true,
        },
      ],
    },
    examples,
  }
}

/** ARM_V7S; `id` and `examples` are for formats that are registered. */
export function armV7s(
  config: IoPgtableConfig,
  id = 'arm-v7s',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  const { ias, oas, quirks } = config
  const mediatek = quirks.includes('ARM_MTK_EXT')
  const wideLinks = quirks.includes('ARM_MTK_TTBR_EXT')
  if (ias > (mediatek ? 34 : 32) || oas > (mediatek ? 35 : 32)) return null
  if (!onlyQuirks(config, ['ARM_NS', 'NO_PERMS', 'ARM_MTK_EXT', 'ARM_MTK_TTBR_EXT'])) return null
  if (mediatek && !quirks.includes('NO_PERMS')) return null
  if (wideLinks && !mediatek) return null
  const sizes = config.sizes.filter((s) => s === 12 || s === 16 || s === 20 || s === 24)
  if (ias <= 20) return null
  const v: Variant = {
    nonSecure: quirks.includes('ARM_NS'),
    permissions: !quirks.includes('NO_PERMS'),
    wideLeaves: mediatek,
    wideLinks,
  }
  // Shareable; where the walk snoops also inner and outer write-back, write-allocate.
  const ttbr = 0x2 | (config.coherentWalk ? 0x68 : 0)
  return {
    format: formatOf(id, v, ias, oas, sizes, examples),
    sizes,
    ias,
    oas,
    ...(wideLinks ? { tableBits: oas } : {}),
    registers: (root) => {
      const low = hexWord(mediatek ? Math.floor(root / 2 ** 32) : ttbr)
      return {
        tcr: '0x0',
        nmrr: '0x40004000',
        prrr: '0x800b8204',
        ttbr_low7: low,
        ttbr_low14: low,
        root_table_bytes: 4 * 2 ** (ias - 20),
      }
    },
  }
}

/** As io-pgtable names it. */
export const armV7sFamilies: Readonly<Record<string, IoPgtableFamily>> = {
  arm_v7s: (config) => armV7s(config),
}
