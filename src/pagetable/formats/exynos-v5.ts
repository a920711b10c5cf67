/**
 * Samsung Exynos System MMU, version 5 and later: 36-bit addresses, stored shifted right by four,
 * and two permission bits. Sizes and levels are those of version 1.
 */
import { address, bit } from '../../base/word.ts'
import type { FormatSpec } from '../contract.ts'
import { exynosSource as source, sysmmuFormat } from './exynos.ts'

/** Where the two permission bits of a level begin. */
const rightsAt = [4, 2] as const

/** System MMU v5 and later as Linux 6.1 drives it. */
export const exynosV5: FormatSpec = sysmmuFormat({
  id: 'exynos-v5',
  outputBits: 36,
  address: (lg2) => address(31, lg2 - 4, lg2),
  rights: (level) => [
    bit(rightsAt[level], 'readable', 'the device may read'),
    bit(rightsAt[level] + 1, 'writable', 'the device may write'),
  ],
  allowed: ({ read, write }) => ({ readable: +read, writable: +write }),
  permissions: (lo, _hi, level) => {
    const bitsOf = level === 0 ? lo >>> 4 : lo >>> 2
    return { read: (bitsOf & 1) !== 0, write: (bitsOf & 2) !== 0 }
  },
  examples: [
    {
      level: 0,
      word: '0x08f00041',
      kind: 'table',
      address: 0x8f00_0400,
      source: `${source}: mk_lv1ent_page(), the address shifted by four`,
    },
    {
      level: 0,
      word: '0x08000012',
      kind: 'leaf',
      address: 0x8000_0000,
      fields: { type: 2, readable: 1 },
      source: 'measured, Linux 6.1: 1 MiB, read only',
    },
    {
      level: 1,
      word: '0x0800030e',
      kind: 'leaf',
      address: 0x8000_3000,
      fields: { type: 2, readable: 1, writable: 1 },
      source: 'measured, Linux 6.1: 4 KiB, read and write',
    },
    {
      level: 1,
      word: '0x0800000d',
      kind: 'leaf',
      address: 0x8000_0000,
      fields: { type: 1, readable: 1, writable: 1 },
      source: `${source}: 64 KiB, read and write, written 16 times`,
    },
  ],
})
