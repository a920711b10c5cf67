/** The hardware's side, bit by bit: what each bit of each entry on a way does, against the reference. */
import { describe, expect, it } from 'vitest'
import { formats } from '../../src/pagetable/formats.ts'
import { walk } from '../../src/pagetable/walk.ts'
import { references } from '../reference/pagetable.ts'
import { freshTable, rw } from './pagetable-fixture.ts'

describe('a hardware walk with one bit of one entry turned over', () => {
  for (const format of formats) {
    it(`${format.id}: answers as the reference`, () => {
      const { memory, table } = freshTable(format)
      if (table === null) throw new Error('no root')
      const { root } = table
      for (const size of table.pageSizes) {
        expect(table.map(size, size, size, rw)).toBe(0)
        const { steps } = walk(format, memory, root, size)
        for (const { at } of steps) {
          for (let bit = 0; bit < format.wordBits; bit++) {
            const word = at + (bit >= 32 ? 4 : 0)
            const was = memory.read32(word)
            memory.write32(word, (was ^ (1 << (bit % 32))) >>> 0)
            const found = walk(format, memory, root, size)
            const outside = found.kind === 'fault' && found.reason === 'bus-error'
            if (!outside) {
              const expected = references[format.id]?.walk(
                (address) => BigInt(memory.read32(Number(address))),
                BigInt(root),
                BigInt(size),
              )
              const { address, read, write, lg2 } = found.kind === 'mapped' ? found : {}
              const seen =
                address === undefined
                  ? null
                  : { address: BigInt(address), read, write, size: 1n << BigInt(lg2 ?? 0) }
              expect(seen, `${size} bytes, bit ${bit} of the entry at ${at}`).toEqual(expected)
            }
            memory.write32(word, was)
          }
        }
        table.unmap(size, size)
      }
    })
  }
})
