import fc from 'fast-check'
import { expect, test } from 'vitest'
import { run } from './iova-operations.fixture.ts'

import { TOP_PFN, powerOfTwoFrom } from './iova-allocator.ts'
import { IovaRanges } from './iova-ranges.ts'
import { IovaTree } from './iova-tree.ts'
import { largestAligned } from './largest-aligned.ts'
import { SlowIova } from './slow-iova.fixture.ts'

/** The top of the small spaces that a reference can go through frame by frame. */
const SMALL = 300

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('alloc'), fc.nat(23), fc.nat(SMALL), fc.boolean()) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('free'), fc.nat(SMALL), fc.nat(0), fc.boolean()) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('reserve'), fc.nat(SMALL), fc.nat(40), fc.boolean()),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('find'), fc.nat(SMALL), fc.nat(0), fc.boolean()) },
)

test('every answer is that of a search frame by frame', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.array(operation, { minLength: 1, maxLength: 250 }),
      (start, operations) => {
        const ours = new IovaRanges(start)
        const slow = new SlowIova(start, SMALL + 80)
        for (const one of operations) {
          expect(run(ours, one), one.join(' ')).toEqual(run(slow, one))
        }
        expect(ours.ranges()).toEqual(slow.ranges())
        expect(ours.live).toBe(slow.ranges().length)
      },
    ),
    { numRuns: 400 },
  )
})

test('every allocation is what Linux finds when it starts from the top', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.array(operation, { maxLength: 60 }), (start, operations) => {
      const ours = new IovaRanges(start)
      for (const one of operations) {
        const fresh = new IovaTree(4096, start)
        for (const { lo, hi } of ours.ranges()) fresh.reserve(lo, hi)
        expect(run(ours, one), one.join(' ')).toEqual(run(fresh, one))
        expect(ours.ranges()).toEqual(fresh.ranges())
      }
    }),
    { numRuns: 200 },
  )
})

test('large spaces keep their answers through thousands of splits and merges', () => {
  let x = 0x1234_5678
  const next = (n: number): number => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % n
  }
  const [start, top] = [7, 6000]
  const ours = new IovaRanges(start)
  const slow = new SlowIova(start, top)
  const live: number[] = []
  let deepest = 0
  for (let i = 0; i < 12_000; i++) {
    // Grows, shrinks to nothing, grows again.
    const growing = (i >> 11) % 2 === 0
    if (next(8) < (growing ? 6 : 2)) {
      const limit = next(4) === 0 ? next(top) : top - 1
      const [size, aligned] = [1 + next(next(5) === 0 ? 40 : 3), next(2) === 0]
      const got = ours.alloc(size, limit, aligned)
      expect(got).toBe(slow.alloc(size, limit, aligned))
      if (got !== null) live.push(got)
    } else if (live.length > 0) {
      const [pfn] = live.splice(next(live.length), 1)
      expect(ours.free(pfn as number)).toBe(slow.free(pfn as number))
    }
    deepest = Math.max(deepest, ours.levels)
  }
  expect(ours.ranges()).toEqual(slow.ranges())
  for (const pfn of live) ours.free(pfn)
  expect([deepest >= 3, ours.levels, ours.live, ours.ranges()]).toEqual([true, 1, 0, []])
})

test('the largest aligned request for a hole is what trying every size says', () => {
  for (let lo = 0; lo < 70; lo++) {
    for (let end = lo; end < 140; end++) {
      let most = 0
      for (let size = 1; size <= end - lo; size++) {
        const step = powerOfTwoFrom(size)
        if (Math.floor((end - size) / step) * step >= lo) most = size
      }
      expect(largestAligned(lo, end), `${lo}-${end}`).toBe(most)
    }
  }
})

test('holes beyond 32 bits are measured as exactly as small ones', () => {
  const far = fc.integer({ min: 0, max: 2 ** 20 }).map((n) => n * 2 ** 31)
  fc.assert(
    fc.property(far, fc.nat(300), fc.integer({ min: 1, max: 4096 }), (base, shift, length) => {
      // A base that is a multiple of 2^31 aligns everything that fits into the hole like 0 does.
      const lo = shift === 0 ? 1 : shift
      expect(largestAligned(base + lo, base + lo + length)).toBe(largestAligned(lo, lo + length))
    }),
  )
  expect(largestAligned(0, TOP_PFN + 1)).toBe(TOP_PFN + 1)
  expect(largestAligned(1, 2 ** 52)).toBe(2 ** 51)
})

test('the highest frames and the largest sizes can be had', () => {
  const space = new IovaRanges(0)
  expect(space.alloc(1, TOP_PFN, true)).toBe(TOP_PFN)
  expect(space.alloc(2 ** 52, TOP_PFN, true)).toBe(0)
  expect(space.find(2 ** 52 - 1)).toEqual({ lo: 0, hi: 2 ** 52 - 1 })
  expect(space.alloc(2 ** 51, TOP_PFN, true)).toBe(2 ** 52)
  expect(space.alloc(2 ** 52, TOP_PFN, false)).toBe(null)
})

test('alignment is the same on both sides of frame 2^31, and for sizes of 2^30 and more', () => {
  const first = (size: number, limit: number) => new IovaRanges(0).alloc(size, limit, true)
  expect(first(3, 2 ** 31 - 1)).toBe(2 ** 31 - 4)
  expect(first(3, 2 ** 31)).toBe(2 ** 31 - 4)
  expect(first(2, 2 ** 31 + 1)).toBe(2 ** 31)
  expect(first(2, 2 ** 31 - 2)).toBe(2 ** 31 - 4)
  expect(first(2 ** 30, 2 ** 31 - 1)).toBe(2 ** 30)
  expect(first(2 ** 30, 2 ** 31 - 2)).toBe(0)
  expect(first(2 ** 30 + 1, 2 ** 31 - 1)).toBe(0)
  expect(first(2 ** 31, 2 ** 32 - 1)).toBe(2 ** 31)
  for (const size of [2 ** 30, 2 ** 31, 2 ** 33]) expect(first(size, 5)).toBe(null)
})

test('a size that is no power of two gets a hole that is too small for its alignment', () => {
  const space = new IovaRanges(8)
  space.reserve(11, 1000)
  expect(space.alloc(3, 1000, true)).toBe(8)
})

test('a reservation below the start leaves the holes above it as they are', () => {
  const space = new IovaRanges(33)
  space.reserve(38, 1000)
  space.reserve(0, 3)
  expect(space.alloc(4, 1000, true)).toBe(null)
  expect(space.alloc(2, 1000, true)).toBe(36)
  expect(space.find(2)).toEqual({ lo: 0, hi: 3 })
})

test('65536 holes of one frame stop neither a request that fits nor one that does not', () => {
  const space = new IovaRanges(32)
  const top = 131_103
  space.reserve(32, 63)
  for (let pfn = top; pfn > 64; pfn -= 2) space.reserve(pfn, pfn)
  expect(space.live).toBe(65_521)
  expect(space.levels).toBeLessThanOrEqual(6)
  expect(space.alloc(16, top, true)).toBe(null)
  space.free(32)
  expect(space.alloc(16, top, true)).toBe(48)
  expect(space.alloc(1, 70, true)).toBe(70)
})
