/**
 * The frame of x86 page tables and of Intel's IOMMU, which took it over: levels of 512 64-bit
 * entries, bit 7 for a page above the last level, read and write in bits 0 and 1 of every level.
 */
import type { FormatSpec, LevelSpec } from '../contract.ts'

/**
 * All that follows from the levels. `used` are the low bits that make an entry more than empty;
 * bits from `reserved` up to the address of a large page must be 0, or hardware faults.
 */
export function largeBitFrame(levels: readonly LevelSpec[], used: number, reserved: 12 | 13) {
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
      const large = levels[level]?.leaves[0]
      if (large === undefined) return 'empty'
      return (lo & (2 ** large.lg2 - 2 ** reserved)) === 0 ? 'leaf' : 'empty'
    },
    leafOf: (_lo, _hi, level) => levels[level]!.leaves[0]!,
    permissions: rights,
    linkPermissions: rights,
  } satisfies Partial<FormatSpec>
}
