/**
 * The frame of x86 page tables and of Intel's IOMMU, which took it over: levels of 512 64-bit
 * entries, bit 7 for a page above the last level, read and write in bits 0 and 1 of every level.
 */
import type { FormatSpec, LevelSpec } from '../contract.ts'

/** All that follows from the levels. `used` are the low bits that make an entry more than empty. */
export function largeBitFrame(levels: readonly LevelSpec[], used: number) {
  const count = levels.length
  const rights: FormatSpec['permissions'] = (lo) => ({
    read: (lo & 1) !== 0,
    write: (lo & 2) !== 0,
  })
  return {
    wordBits: 64,
    iovaBits: 12 + 9 * count,
    outputBits: 52,
    levels,
    levelNumbers: levels.map((_, i) => count - i),
    classify: (lo, _hi, level) => {
      if ((lo & used) === 0) return 'empty'
      if (level === count - 1) return 'leaf'
      if ((lo & 0x80) === 0) return 'table'
      return levels[level]?.leaves.length === 0 ? 'empty' : 'leaf'
    },
    leafOf: (_lo, _hi, level) => levels[level]!.leaves[0]!,
    permissions: rights,
    linkPermissions: rights,
  } satisfies Partial<FormatSpec>
}
