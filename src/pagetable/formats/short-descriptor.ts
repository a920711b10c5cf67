/**
 * What the formats of the ARM short-descriptor family have in common: entry types in bits 1:0, links
 * to tables of 1 KiB, 1 MiB sections at level 1 (16 equal ones with bit 18 are a supersection), and
 * small and large pages at level 2. Arm ARM (ARMv7-A), B3.5.
 */
import { address, bits, word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec, LevelSpec } from '../contract.ts'

/** A link to a table of 256 entries, without attributes. */
export const shortLink: LevelSpec['table'] = {
  word: word(32, [bits(1, 0, 'type', 'entry type', { 1: 'table' }), address(31, 10)]),
  fields: { type: 1 },
}

/** The type bits: at level 2 any but 0 is a page, at level 1 3 is reserved. */
export const classifyShort: FormatSpec['classify'] = (lo, _hi, level) => {
  if (level === 1) return (lo & 3) === 0 ? 'empty' : 'leaf'
  return (lo & 3) === 1 ? 'table' : (lo & 3) === 2 ? 'leaf' : 'empty'
}

/** The leaves of a format. */
export interface ShortLeaves {
  section: LeafSpec
  /** Where the format has them. */
  supersection?: LeafSpec
  smallPage: LeafSpec
  largePage: LeafSpec
}

/** Which one an entry is. */
export function shortLeafOf(leaves: ShortLeaves): FormatSpec['leafOf'] {
  const { section, supersection = section, smallPage, largePage } = leaves
  return (lo, _hi, level) => {
    if (level === 1) return (lo & 2) !== 0 ? smallPage : largePage
    return (lo & 0x4_0000) !== 0 ? supersection : section
  }
}

/** What differs between the levels of these formats. */
export interface ShortShape extends Pick<LevelSpec, 'emptyLink'> {
  /** log2 of the entries of the root. Default 12. */
  rootBits?: number
  /** Default: shortLink. */
  link?: LevelSpec['table']
}

/** The two levels. */
export function shortLevels(leaves: ShortLeaves, shape: ShortShape = {}): LevelSpec[] {
  const { section, supersection, smallPage, largePage } = leaves
  const { rootBits = 12, link = shortLink, emptyLink } = shape
  return [
    {
      shift: 20,
      entriesLg2: rootBits,
      leaves: supersection === undefined ? [section] : [section, supersection],
      table: link,
      emptyLink,
      decidedBy: { kind: [1, 0], leaf: [18, 18] },
    },
    {
      shift: 12,
      entriesLg2: 8,
      leaves: [smallPage, largePage],
      table: null,
      decidedBy: { kind: [1, 0], leaf: [1, 0] },
    },
  ]
}
