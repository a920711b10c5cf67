import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PhysicalMemory } from '../base/memory.ts'
import { PageAllocator } from '../base/page-allocator.ts'
import { TableMemory } from './table-pages.ts'

const banks = [{ base: 0x4000_0000, size: 0x100_0000 }]

it('hands out zeroed tables aligned to their size that never overlap, and takes them back', () => {
  const size = fc.constantFrom(32, 1024, 4096, 16384)
  fc.assert(
    fc.property(fc.array(fc.tuple(size, fc.boolean()), { maxLength: 60 }), (wishes) => {
      const memory = new PhysicalMemory(banks)
      const tables = new TableMemory(new PageAllocator({ banks, reserved: [] }), memory)
      const live: { at: number; size: number }[] = []
      for (const [bytes, giveBack] of wishes) {
        const at = tables.allocate(bytes) as number
        expect(at % bytes).toBe(0)
        expect(memory.read32(at)).toBe(0)
        expect(live.some((t) => at < t.at + t.size && t.at < at + bytes)).toBe(false)
        memory.write32(at, 0xffff_ffff)
        live.push({ at, size: bytes })
        if (giveBack) {
          const old = live.shift()
          if (old !== undefined) tables.free(old.at, old.size)
        }
      }
    }),
    { numRuns: 60 },
  )
})

it('answers null when memory is exhausted, and never reaches above 4 GiB', () => {
  const high = [{ base: 0x1_0000_0000, size: 0x1000_0000 }]
  const tables = new TableMemory(
    new PageAllocator({ banks: high, reserved: [] }),
    new PhysicalMemory(high),
  )
  expect(tables.allocate(4096)).toBeNull()
  expect(tables.allocate(1024)).toBeNull()
})
