import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ARM_LOWMEM_SIZE, PageAllocator } from './page-allocator.ts'

const PAGE = 0x1000

function allocator(reserved = [{ base: 0x1_0000, size: 0x800 }]): PageAllocator {
  return new PageAllocator({
    banks: [
      { base: 0x1_0000, size: 0x1_0000 },
      { base: 0x4_0000, size: 0x1_0000 },
    ],
    reserved,
    lowmemEnd: 0x4_4000,
  })
}

test('takes the lowest free pages and skips a reservation, widened to whole pages', () => {
  const pages = allocator()
  expect(pages.allocate(1, { zone: 'any' })).toBe(0x1_1000)
  expect(pages.allocate(2, { zone: 'any' })).toBe(0x1_2000)
  expect(pages.inUse).toBe(3)
})

test('takes the highest pages when told to, below the end of lowmem for lowmem', () => {
  const pages = allocator()
  pages.placement = 'highest'
  expect(pages.allocate(1, { zone: 'any' })).toBe(0x4_f000)
  expect(pages.allocate(2, { zone: 'lowmem' })).toBe(0x4_2000)
  expect(pages.allocate(1, { zone: 'any', limit: 0x1_ffff })).toBe(0x1_f000)
})

test('honours an alignment from either end', () => {
  const pages = allocator()
  expect(pages.allocate(2, { zone: 'any', alignLg2: 14 })).toBe(0x1_4000)
  pages.placement = 'highest'
  expect(pages.allocate(1, { zone: 'any', alignLg2: 14 })).toBe(0x4_c000)
})

test('answers null when no stretch is long enough below the limit', () => {
  const pages = allocator()
  expect(pages.allocate(16, { zone: 'any', limit: 0x1_ffff })).toBeNull()
  expect(pages.allocate(15, { zone: 'any', limit: 0x1_ffff })).toBe(0x1_1000)
  expect(pages.allocate(1, { zone: 'any', limit: 0x1_ffff })).toBeNull()
})

test('never hands out a stretch across two banks that touch', () => {
  const pages = new PageAllocator({
    banks: [
      { base: 0x1_0000, size: 0x2000 },
      { base: 0x1_2000, size: 0x2000 },
    ],
    reserved: [],
  })
  const first = pages.allocate(2, { zone: 'any' }) as number
  const second = pages.allocate(2, { zone: 'any' }) as number
  pages.free(first, 2)
  pages.free(second, 2)
  expect(pages.allocate(3, { zone: 'any' })).toBeNull()
})

test('takes a freed stretch whole again, and refuses to take it back twice', () => {
  const pages = allocator()
  const a = pages.allocate(4, { zone: 'any' }) as number
  pages.free(a + PAGE, 1)
  pages.free(a, 1)
  pages.free(a + 2 * PAGE, 2)
  expect(pages.inUse).toBe(0)
  expect(() => pages.free(a, 1)).toThrow('not in use')
  expect(() => pages.free(0x1_0000, 1)).toThrow('not in use')
  expect(pages.allocate(15, { zone: 'any' })).toBe(0x1_1000)
})

test("32-bit ARM's lowmem is 760 MiB", () => {
  expect(ARM_LOWMEM_SIZE).toBe(0x2f80_0000)
})

test('property: what is handed out never overlaps, is aligned, within limits, and all comes back', () => {
  const step = fc.record({
    pages: fc.integer({ min: 1, max: 6 }),
    lg2: fc.integer({ min: 12, max: 15 }),
    zone: fc.constantFrom('lowmem' as const, 'any' as const),
    limit: fc.option(fc.integer({ min: 0x1_0000, max: 0x4_ffff }), { nil: undefined }),
    placement: fc.constantFrom('lowest' as const, 'highest' as const),
    free: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pages = allocator()
      const live: { base: number; pages: number }[] = []
      for (const s of steps) {
        pages.placement = s.placement
        const base = pages.allocate(s.pages, { zone: s.zone, limit: s.limit, alignLg2: s.lg2 })
        if (base !== null) {
          const end = base + s.pages * PAGE
          expect(base % 2 ** s.lg2).toBe(0)
          expect(end).toBeLessThanOrEqual((s.limit ?? 0x4_ffff) + 1)
          if (s.zone === 'lowmem') expect(end).toBeLessThanOrEqual(0x4_4000)
          expect(live.some((l) => base < l.base + l.pages * PAGE && l.base < end)).toBe(false)
          live.push({ base, pages: s.pages })
        }
        const gone = live[s.free]
        if (gone !== undefined) {
          live.splice(s.free, 1)
          pages.free(gone.base, gone.pages)
        }
        expect(pages.inUse).toBe(live.reduce((n, l) => n + l.pages, 0))
      }
      for (const l of live) pages.free(l.base, l.pages)
      pages.placement = 'lowest'
      expect(pages.allocate(15, { zone: 'any' })).toBe(0x1_1000)
      expect(pages.allocate(16, { zone: 'any' })).toBe(0x4_0000)
    }),
  )
})
