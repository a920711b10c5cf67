/**
 * ARM_MALI_LPAE: the tables of Mali Midgard GPUs (T6xx to T8xx). Always four levels; a page has the
 * type of a block, permissions are those of stage 2, memory attributes those of stage 1.
 * arm_mali_lpae_alloc_pgtable(), 6.1; panfrost_regs.h for the registers.
 */
import { bit, bits, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec } from '../contract.ts'
import { lpaeFormat } from './arm-lpae.ts'
import { lpaeAnswer, lpaeGeometry, lpaeShape, lpaeSource, only4k } from './arm-lpae-config.ts'
import { stage2Permissions } from './arm-lpae-s2.ts'
import {
  hexWord,
  type IoPgtable,
  type IoPgtableConfig,
  type IoPgtableFamily,
  onlyQuirks,
  registered,
} from './io-pgtable.ts'

const leafRows: readonly WordRow[] = [
  bits(4, 2, 'AttrIndx', 'index into the memory attributes (MEMATTR)'),
  bit(6, 'read', 'reads allowed'),
  bit(7, 'write', 'writes allowed'),
  bits(9, 8, 'SH', 'shareability', { 0: 'none', 2: 'outer', 3: 'inner' }),
  bit(52, 'contiguous', 'one of a group of neighbours that map one stretch'),
  bits(54, 53, 'XN', 'execution never'),
  bits(58, 55, 'software', 'ignored by hardware'),
]

const attributes: LeafSpec['attributes'] = (prot) => ({
  AttrIndx: prot.mmio === true ? 2 : prot.cache === true ? 1 : 0,
  read: +prot.read,
  write: +prot.write,
  // Inner is the GPU by itself; whatever the CPU shares is outer.
  SH: 2,
  XN: prot.noexec === true ? 3 : 0,
})

/** ARM_MALI_LPAE; `id` and `examples` are for formats that are registered. */
export function armMaliLpae(
  config: IoPgtableConfig,
  id = 'arm-mali-lpae',
  examples: readonly FormatExample[] = [],
): IoPgtable | null {
  if (!onlyQuirks(config, []) || config.ias > 48 || config.oas > 40) return null
  const plain = lpaeGeometry(only4k(config))
  if (plain === null) return null
  const g = plain.startLevel === 0 ? plain : { ...plain, startLevel: 0, rootBits: 0 }
  // TRANSTAB: table mode, read the inner cache, and the outer one where the walk snoops.
  const transtab = 0x3 | 0x4 | (config.coherentWalk ? 0x10 : 0)
  const format = lpaeFormat({
    id,
    ...lpaeShape(g),
    leafRows,
    attributes,
    permissions: stage2Permissions,
    tableFields: { synced: +!config.coherentWalk },
    pageType: 1,
    examples,
  })
  const registers = { transtab_low12: hexWord(transtab), memattr: '0x888d88' }
  return lpaeAnswer(g, format, () => registers)
}

/** As io-pgtable names it. */
export const armMaliLpaeFamilies: Readonly<Record<string, IoPgtableFamily>> = {
  arm_mali_lpae: (config) => armMaliLpae(config),
}

/** 48-bit input, 40-bit output: what panfrost asks for. */
export const armMali: FormatSpec = registered(
  armMaliLpae(
    { sizes: [12, 21, 30], ias: 48, oas: 40, quirks: [], coherentWalk: false },
    'arm-mali-lpae',
    [
      {
        level: 3,
        word: '0x00000000400012c5',
        kind: 'leaf',
        address: 0x4000_1000,
        fields: { type: 1, AttrIndx: 1, read: 1, write: 1, SH: 2 },
        source: `${lpaeSource}: page, read and write, cached`,
      },
      { level: 3, word: '0x0000000040001003', kind: 'empty', source: 'a link at the last level' },
    ],
  ),
)
