/** What formats say of the bits that decide: LevelSpec.decidedBy. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formats } from '../formats.ts'
import { kindNumber, KindTable } from '../kind-table.ts'

const decided = [...formats].flatMap((format) =>
  format.levels.flatMap(({ decidedBy }, level) =>
    decidedBy === undefined ? [] : [{ format, level, decidedBy }],
  ),
)

describe('the bits that decide what an entry is', () => {
  it.each(decided.map((d) => [d.format.id, d.level, d] as const))(
    '%s, level %i: do so for any word, and none of them set is empty',
    (_, level, { format, decidedBy }) => {
      const { kinds, shift, mask, rows, ...leafBits } = new KindTable(format, level, decidedBy)
      const { leaves } = format.levels[level]!
      const half = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
      const halves = format.wordBits === 64 ? half : fc.constant(0)
      fc.assert(
        fc.property(half, halves, (lo, hi) => {
          const kind = format.classify(lo, hi, level)
          expect(kinds[(lo >>> shift) & mask]).toBe(kindNumber(kind))
          expect(format.classify(lo & ~(mask << shift), hi, level)).toBe('empty')
          if (kind !== 'leaf' || leaves.length < 2) return
          const { leafInHigh, leafShift, leafMask } = leafBits
          const row = rows[((leafInHigh ? hi : lo) >>> leafShift) & leafMask]!
          expect(leaves[row]).toBe(format.leafOf(lo, hi, level))
        }),
        { numRuns: 300 },
      )
    },
  )

  it('are said by every format but those that more than a few contiguous bits decide', () => {
    const without = [...formats].filter((f) => f.levels.some((l) => l.decidedBy === undefined))
    const families = new Set(without.map((f) => f.id.replace(/-?\d.*|-[sf]l.*/, '')))
    // AMD: page sizes in the address. x86-64, VT-d: reserved bits of large pages. RISC-V: reserved
    // bits, and alignment. Tegra: a page is any word but 0.
    expect([...families].sort()).toEqual(['amd-v', 'intel-vtd', 'riscv-sv', 'tegra-smmu', 'x'])
  })
})
