/**
 * Samsung Exynos System MMU, version 5 and later: 36-bit addresses, stored shifted right by four,
 * and two permission bits. Sizes and levels are those of version 1.
 */
import { EADDRINUSE } from '../../base/errno.ts'
import { address, bit, bits, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec, Protection } from '../contract.ts'

const source = 'drivers/iommu/exynos-iommu.c'

const rights = (at: number) => [
  bit(at, 'readable', 'the device may read'),
  bit(at + 1, 'writable', 'the device may write'),
]
const allowed = ({ read, write }: Protection) => ({ readable: +read, writable: +write })

const section: LeafSpec = {
  lg2: 20,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 2: 'section' }),
    ...rights(4),
    address(31, 16, 20),
  ]),
  fixed: { type: 2 },
  attributes: (prot) => ({ type: 2, ...allowed(prot) }),
}
const smallPage: LeafSpec = {
  lg2: 12,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 2: 'small page', 3: 'small page' }),
    ...rights(2),
    address(31, 8, 12),
  ]),
  fixed: { type: 2 },
  attributes: (prot) => ({ type: 2, ...allowed(prot) }),
}
const largePage: LeafSpec = {
  lg2: 16,
  word: word(32, [
    bits(1, 0, 'type', 'entry type', { 1: 'large page' }),
    ...rights(2),
    address(31, 12, 16),
  ]),
  fixed: { type: 1 },
  attributes: (prot) => ({ type: 1, ...allowed(prot) }),
}

/** System MMU v5 and later as Linux 6.1 drives it. */
export const exynosV5: FormatSpec = {
  id: 'exynos-v5',
  source,
  wordBits: 32,
  iovaBits: 32,
  outputBits: 36,
  levels: [
    {
      shift: 20,
      entriesLg2: 12,
      leaves: [section],
      table: {
        word: word(32, [bits(1, 0, 'type', 'entry type', { 1: 'table' }), address(31, 6, 10)]),
        fields: { type: 1 },
      },
      emptyLink: true,
    },
    { shift: 12, entriesLg2: 8, leaves: [smallPage, largePage], table: null },
  ],
  classify: (lo, _hi, level) => {
    if (level === 1) return (lo & 3) === 0 ? 'empty' : 'leaf'
    return (lo & 3) === 1 ? 'table' : (lo & 3) === 2 ? 'leaf' : 'empty'
  },
  leafOf: (lo, _hi, level) => (level === 0 ? section : (lo & 2) !== 0 ? smallPage : largePage),
  permissions: (lo, _hi, level) => {
    const bitsOf = level === 0 ? lo >>> 4 : lo >>> 2
    return { read: (bitsOf & 1) !== 0, write: (bitsOf & 2) !== 0 }
  },
  behaviour: {
    overMap: -EADDRINUSE,
    failedMapUndoes: true,
    freesEmptyTables: false,
    unmapHole: 'count',
    unmapClears: 'entry',
    mapOverTable: 'replace-empty',
    mapChecks: 'entry',
    wideIova: 'truncate',
    wideOutput: 'truncate',
    unmapExtent: 'entry',
    unmapPart: 'refuse',
    warns: true,
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
}
