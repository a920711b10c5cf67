import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EINVAL } from '../base/errno.ts'
import { KernelBug } from '../driver-core/device.ts'
import { type IovaLayout, IovaBitmap, iovaLayout } from './iova-bitmap.ts'

const PAGE = 0x1000
const MIB = 0x10_0000
const GIB = 0x4000_0000
const BITMAP = 128 * MIB

function space(base: number, size: number, limit?: 'exact'): IovaBitmap {
  return new IovaBitmap(base, iovaLayout(size) as IovaLayout, limit)
}

test('hands out the base first, 0 included', () => {
  expect(space(0, 2 * GIB).allocate(PAGE)).toBe(0)
  expect(space(GIB, 2 * GIB).allocate(PAGE)).toBe(GIB)
})

test('rounds the number of pages up to whole words, so a small mapping is larger than asked', () => {
  expect(iovaLayout(PAGE)).toEqual({ bits: 32, extensions: 1 })
  expect(iovaLayout(33 * PAGE)).toEqual({ bits: 64, extensions: 1 })
  const iova = space(GIB, PAGE)
  for (let i = 0; i < 32; i++) expect(iova.allocate(PAGE)).toBe(GIB + i * PAGE)
})

test('refuses less than a page, and 4 GiB because size_t makes it 0', () => {
  expect(iovaLayout(PAGE - 1)).toBe(-EINVAL)
  expect(iovaLayout(4 * GIB)).toBe(-EINVAL)
  expect(iovaLayout(4 * GIB + PAGE)).toEqual({ bits: 32, extensions: 1 })
})

test('2 GiB is 16 bitmaps of 128 MiB, made one by one', () => {
  const iova = space(GIB, 2 * GIB)
  expect(iova.layout).toEqual({ bits: 32768, extensions: 16 })
  expect(iova.bitmaps).toBe(1)
  expect(iova.allocate(BITMAP)).toBe(GIB)
  expect(iova.bitmaps).toBe(1)
  expect(iova.allocate(PAGE)).toBe(GIB + BITMAP)
  expect(iova.bitmaps).toBe(2)
})

test('the default window, one byte short of 4 GiB, still spans all of it by the rounding', () => {
  const layout = iovaLayout(0xffff_ffff) as IovaLayout
  expect(layout).toEqual({ bits: 32768, extensions: 32 })
  expect(space(0, 0xffff_ffff).span).toBe(4 * GIB)
})

test('loses the tail of a size that is no multiple of 128 MiB', () => {
  expect(iovaLayout(200 * MIB)).toEqual({ bits: 32768, extensions: 1 })
  expect(iovaLayout(300 * MIB)).toEqual({ bits: 32768, extensions: 2 })
})

test('aligns to the size of the allocation, at most to 1 MiB, relative to the bitmap', () => {
  const iova = space(GIB + PAGE, 2 * GIB)
  iova.allocate(PAGE)
  expect(iova.allocate(3 * PAGE)).toBe(GIB + PAGE + 4 * PAGE)
  expect(iova.allocate(8 * MIB)).toBe(GIB + PAGE + MIB)
  expect(iova.allocate(PAGE)).toBe(GIB + PAGE + PAGE)
})

test('never straddles two bitmaps: 128 MiB is the largest buffer', () => {
  const iova = space(0, GIB)
  iova.allocate(PAGE)
  expect(iova.allocate(BITMAP)).toBe(BITMAP)
  expect(iova.allocate(BITMAP - MIB)).toBe(MIB)
})

test('an allocation that is too large for any bitmap adds one all the same', () => {
  const iova = space(0, GIB)
  expect(iova.allocate(BITMAP + PAGE)).toBeNull()
  expect(iova.bitmaps).toBe(2)
})

test('v3.16-v3.19 allow one bitmap too many; the exact limit does not', () => {
  const loose = space(GIB, BITMAP)
  loose.allocate(BITMAP)
  expect(loose.overrun).toBe(false)
  expect(loose.allocate(PAGE)).toBe(GIB + BITMAP)
  expect(loose.overrun).toBe(true)
  loose.allocate(BITMAP - MIB)
  expect(loose.allocate(BITMAP)).toBeNull()
  const exact = space(GIB, BITMAP, 'exact')
  exact.allocate(BITMAP)
  expect(exact.allocate(PAGE)).toBeNull()
  expect(exact.overrun).toBe(false)
})

test('one bitmap too many of the 4 GiB window hands out address 0 again', () => {
  const iova = space(0, 0xffff_ffff)
  for (let i = 0; i < 32; i++) expect(iova.allocate(BITMAP)).toBe(i * BITMAP)
  expect(iova.allocate(PAGE)).toBe(0)
})

test('freed pages are handed out again; size 0 frees nothing', () => {
  const iova = space(0, GIB)
  const a = iova.allocate(4 * PAGE) as number
  iova.free(a, 0)
  expect(iova.pagesInUse).toBe(4)
  iova.free(a, 4 * PAGE)
  expect(iova.pagesInUse).toBe(0)
  expect(iova.allocate(PAGE)).toBe(a)
})

test('freeing outside the mapping, across a bitmap or in one that was never made is a BUG', () => {
  const iova = space(GIB, GIB)
  expect(() => iova.free(GIB - PAGE, PAGE)).toThrow(KernelBug)
  expect(() => iova.free(2 * GIB + BITMAP, PAGE)).toThrow('outside the mapping')
  expect(() => iova.free(GIB + BITMAP - PAGE, 2 * PAGE)).toThrow(KernelBug)
  expect(() => iova.free(GIB + BITMAP, PAGE)).toThrow(KernelBug)
})

/** The allocator as a set of page numbers per bitmap, searched page by page. */
class PlainModel {
  readonly bitmaps: Set<number>[] = [new Set()]
  readonly base: number
  readonly layout: IovaLayout

  constructor(base: number, layout: IovaLayout) {
    this.base = base
    this.layout = layout
  }

  allocate(pages: number): number | null {
    const align = Math.min(2 ** Math.ceil(Math.log2(pages)), 256)
    for (let i = 0; ; i++) {
      if (i === this.bitmaps.length) {
        if (this.bitmaps.length >= this.layout.extensions) return null
        this.bitmaps.push(new Set())
        return this.fit(i, pages, align)
      }
      const found = this.fit(i, pages, align)
      if (found !== null) return found
    }
  }

  fit(i: number, pages: number, align: number): number | null {
    const taken = this.bitmaps[i] as Set<number>
    for (let start = 0; start + pages <= this.layout.bits; start += align) {
      const range = Array.from({ length: pages }, (_, k) => start + k)
      if (range.some((p) => taken.has(p))) continue
      for (const p of range) taken.add(p)
      return this.base + (i * this.layout.bits + start) * PAGE
    }
    return null
  }

  free(iova: number, pages: number): void {
    const page = (iova - this.base) / PAGE
    const taken = this.bitmaps[Math.floor(page / this.layout.bits)] as Set<number>
    for (let k = 0; k < pages; k++) taken.delete((page % this.layout.bits) + k)
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('map' as const), pages: fc.integer({ min: 1, max: 70 }) }),
    fc.record({ kind: fc.constant('unmap' as const), pages: fc.nat(30) }),
  ),
  { maxLength: 80 },
)

test('property: agrees with a plain model, allocation by allocation', () => {
  const layouts = fc.record({
    bits: fc.constantFrom(32, 64, 96, 160),
    extensions: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(layouts, steps, (layout, sequence) => {
      const iova = new IovaBitmap(GIB, layout, 'exact')
      const model = new PlainModel(GIB, layout)
      const live: { at: number; pages: number }[] = []
      for (const { kind, pages } of sequence) {
        if (kind === 'map') {
          const at = iova.allocate(pages * PAGE)
          expect(at).toBe(model.allocate(pages))
          if (at !== null) {
            for (const l of live) {
              expect(at + pages * PAGE <= l.at || l.at + l.pages * PAGE <= at).toBe(true)
            }
            live.push({ at, pages })
          }
        } else {
          const [gone] = live.splice(pages, 1)
          if (gone === undefined) continue
          iova.free(gone.at, gone.pages * PAGE)
          model.free(gone.at, gone.pages)
        }
      }
      expect(iova.pagesInUse).toBe(live.reduce((n, l) => n + l.pages, 0))
    }),
  )
})
