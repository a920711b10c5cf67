/**
 * What all versions of the Exynos System MMU have in common: 1 MiB sections at level 1, 4 KiB and
 * 64 KiB pages at level 2, entry types in bits 1:0, and how Linux drives them.
 * drivers/iommu/exynos-iommu.c
 */
import { EADDRINUSE } from '../../base/errno.ts'
import { bits, word, type WordRow } from '../../base/word.ts'
import type { FormatExample, FormatSpec, LeafSpec, Protection } from '../contract.ts'
import { classifyShort, type ShortLeaves, shortLeafOf, shortLevels } from './short-descriptor.ts'

/** Where the facts are from. */
export const exynosSource = 'drivers/iommu/exynos-iommu.c'

/** Where the versions differ. */
export interface SysmmuVersion {
  id: string
  outputBits: number
  /** An address of which `lg2` bits are zero, as it lies in a word. */
  address(lg2: number): WordRow
  /** Permission rows of an entry of the level. */
  rights(level: 0 | 1): readonly WordRow[]
  /** Their values. */
  allowed(prot: Protection): Record<string, number>
  permissions: FormatSpec['permissions']
  examples: readonly FormatExample[]
}

/** The format of a version. */
export function sysmmuFormat(version: SysmmuVersion): FormatSpec {
  const { id, outputBits, address, rights, allowed, permissions, examples } = version
  const leaf = (
    level: 0 | 1,
    lg2: number,
    type: number,
    names: Record<number, string>,
  ): LeafSpec => ({
    lg2,
    word: word(32, [bits(1, 0, 'type', 'entry type', names), ...rights(level), address(lg2)]),
    fixed: { type },
    attributes: (prot) => ({ type, ...allowed(prot) }),
  })
  const leaves: ShortLeaves = {
    section: leaf(0, 20, 2, { 2: 'section' }),
    smallPage: leaf(1, 12, 2, { 2: 'small page', 3: 'small page' }),
    largePage: leaf(1, 16, 1, { 1: 'large page' }),
  }
  const link = word(32, [bits(1, 0, 'type', 'entry type', { 1: 'table' }), address(10)])
  return {
    id,
    source: exynosSource,
    wordBits: 32,
    iovaBits: 32,
    outputBits,
    levels: shortLevels(leaves, { link: { word: link, fields: { type: 1 } }, emptyLink: true }),
    classify: classifyShort,
    leafOf: shortLeafOf(leaves),
    permissions,
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
    examples,
  }
}
