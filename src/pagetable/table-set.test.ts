import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TableSet } from './table-set.ts'

test('it holds what a set of the same addresses holds, in any range of memory', () => {
  const step = fc.record({ add: fc.boolean(), table: fc.nat(4000), high: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 300 }),
      fc.constantFrom(64, 1024, 4096),
      (steps, unit) => {
        const set = new TableSet(unit)
        const plain = new Set<number>()
        for (const { add, table, high } of steps) {
          const at = (table + (high ? 2 ** 36 : 0)) * unit
          if (add) set.add(at)
          else expect(set.delete(at)).toBe(plain.delete(at))
          if (add) plain.add(at)
          expect([set.has(at), set.size]).toEqual([plain.has(at), plain.size])
        }
        expect([...set].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b))
      },
    ),
  )
})
