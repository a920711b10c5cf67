/** The hardware's side for every format: arbitrary memory, and the entries of large pages. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../src/base/memory.ts'
import { formats } from '../../src/pagetable/formats.ts'
import { leaves } from '../../src/pagetable/mappings.ts'
import { walk } from '../../src/pagetable/walk.ts'
import { references } from '../reference/pagetable.ts'
import { freshTable } from './pagetable-fixture.ts'

describe('a hardware walk over arbitrary memory', () => {
  for (const format of formats) {
    it(`${format.id}: never throws, and answers as the reference where tables stay in memory`, () => {
      const reference = references[format.id]
      const property = fc.property(
        fc.array(fc.nat(0xffff_ffff), { minLength: 64, maxLength: 64 }),
        fc.nat(Math.min(2 ** format.iovaBits - 1, Number.MAX_SAFE_INTEGER)),
        (words, anywhere) => {
          // An output above 2^53 takes no odd byte.
          const iova = anywhere - (anywhere % Math.max(1, 2 ** (format.outputBits - 53)))
          // Every word of memory is one of a few, so that links lead to further tables.
          const memory = new PhysicalMemory([{ base: 0, size: 0x10_0000 }])
          const filler = {
            read32: (at: number) => {
              memory.read32(at)
              const word = words[(at / 4) % 64] as number
              return word % 5 === 0 ? word : ((word & 0xf_ffff) | 1) >>> 0
            },
          }
          const port = Object.assign(Object.create(memory), filler) as PhysicalMemory
          const found = walk(format, port, 0, iova)
          expect(found.steps.length).toBeLessThanOrEqual(format.levels.length)
          if (found.kind === 'fault' && found.reason === 'bus-error') return
          const expected = reference?.walk(
            (at) => BigInt(filler.read32(Number(at))),
            0n,
            BigInt(iova),
          )
          if (found.kind === 'fault') expect(expected).toBe(null)
          else {
            const { address, read, write } = found
            expect({
              address: BigInt(address),
              read,
              write,
              size: 1n << BigInt(found.lg2),
            }).toEqual(expected)
          }
        },
      )
      fc.assert(property, { numRuns: 150, seed: 20150123 })
    })
  }
})

describe('leaves', () => {
  it('gives each entry of a large page its own part of it', () => {
    for (const format of formats) {
      const { table } = freshTable(format)
      if (table === null) throw new Error('no root')
      for (const size of table.pageSizes) {
        const output = (5 * size) % 2 ** format.outputBits
        table.map(0, output, size, { read: true, write: true })
        const entries = [...leaves(table)]
        expect(entries.reduce((sum, leaf) => sum + 2 ** leaf.lg2, 0)).toBe(size)
        for (const leaf of entries) expect(leaf.address).toBe(output + leaf.iova)
        table.unmap(0, size)
      }
    }
  })
})
