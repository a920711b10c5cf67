/**
 * Samsung Exynos System MMU, versions 1 to 3 (32-bit addresses): 1 MiB sections at level 1, 4 KiB
 * and 64 KiB at level 2. `exynos-v1` is what drivers up to Linux 4.x write, without permission
 * bits (they leave the check off in CFG); `exynos-v1-prot` is what Linux 6.1 writes.
 */
import { address, bit } from '../../base/word.ts'
import type { FormatExample, FormatSpec } from '../contract.ts'
import { exynosSource as source, sysmmuFormat } from './exynos.ts'

interface Variant {
  id: string
  /** True when leaves carry permission bits and the unit checks them. */
  permissionBits: boolean
  examples: readonly FormatExample[]
}

function sysmmuV1({ id, permissionBits, examples }: Variant): FormatSpec {
  return sysmmuFormat({
    id,
    outputBits: 32,
    address: (lg2) => address(31, lg2),
    rights: (level) => {
      if (!permissionBits) return []
      const [access, read] = level === 0 ? [10, 15] : [4, 9]
      return [
        bit(access, 'accessible', 'any access at all'),
        bit(read, 'read-only', 'writes are refused'),
      ]
    },
    allowed: ({ read, write }): Record<string, number> =>
      permissionBits ? { accessible: +(read || write), 'read-only': +(read && !write) } : {},
    permissions: (lo, _hi, level) => {
      if (!permissionBits) return { read: true, write: true }
      const access = (lo & (level === 0 ? 0x400 : 0x10)) !== 0
      return { read: access, write: access && (lo & (level === 0 ? 0x8000 : 0x200)) === 0 }
    },
    examples: [
      {
        level: 0,
        word: '0x8f000401',
        kind: 'table',
        address: 0x8f00_0400,
        source: `${source}: mk_lv1ent_page()`,
      },
      { level: 0, word: '0x00000003', kind: 'empty', source: `${source}: lv1ent_fault()` },
      ...examples,
    ],
  })
}

/** System MMU v1 to v3 as Linux 3.18 and 3.19 drive it: everything mapped may be read and written. */
export const exynosV1: FormatSpec = sysmmuV1({
  id: 'exynos-v1',
  permissionBits: false,
  examples: [
    {
      level: 0,
      word: '0x30000002',
      kind: 'leaf',
      address: 0x3000_0000,
      fields: { type: 2 },
      source: `${source}: mk_lv1ent_sect(), 3.19`,
    },
    {
      level: 1,
      word: '0x10000002',
      kind: 'leaf',
      address: 0x1000_0000,
      fields: { type: 2 },
      source: `${source}: mk_lv2ent_spage(), 3.19`,
    },
    {
      level: 1,
      word: '0x1d420001',
      kind: 'leaf',
      address: 0x1d42_0000,
      fields: { type: 1 },
      source: `${source}: mk_lv2ent_lpage(), 3.19`,
    },
  ],
})

/** System MMU v1 to v3 as Linux 6.1 drives it, with permission bits. */
export const exynosV1Prot: FormatSpec = sysmmuV1({
  id: 'exynos-v1-prot',
  permissionBits: true,
  examples: [
    {
      level: 0,
      word: '0x80300402',
      kind: 'leaf',
      address: 0x8030_0000,
      fields: { type: 2, accessible: 1 },
      source: 'measured, Linux 6.1: 1 MiB, read and write',
    },
    {
      level: 0,
      word: '0x80108402',
      kind: 'leaf',
      address: 0x8010_0000,
      fields: { type: 2, accessible: 1, 'read-only': 1 },
      source: 'measured, Linux 6.1: 1 MiB, read only',
    },
    {
      level: 1,
      word: '0x80003012',
      kind: 'leaf',
      address: 0x8000_3000,
      fields: { type: 2, accessible: 1 },
      source: 'measured, Linux 6.1: 4 KiB, read and write',
    },
    {
      level: 1,
      word: '0x80001212',
      kind: 'leaf',
      address: 0x8000_1000,
      fields: { type: 2, accessible: 1, 'read-only': 1 },
      source: 'measured, Linux 6.1: 4 KiB, read only',
    },
    {
      level: 1,
      word: '0x80000002',
      kind: 'leaf',
      address: 0x8000_0000,
      fields: { type: 2 },
      source: 'measured, Linux 6.1: 4 KiB, no access',
    },
    {
      level: 1,
      word: '0x1d420011',
      kind: 'leaf',
      address: 0x1d42_0000,
      fields: { type: 1, accessible: 1 },
      source: 'measured, Linux 6.1: 64 KiB, read and write, written 16 times',
    },
  ],
})
