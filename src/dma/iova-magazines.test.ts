import { describe, expect, test } from 'vitest'
import { cycles } from '../../bench/iova-native.ts'
import { Cycle, LIMIT } from '../../bench/iova-workload.ts'
import { IovaMagazines } from './iova-magazines.ts'
import { IovaRanges } from './iova-ranges.ts'
import { IovaTree } from './iova-tree.ts'

function caches(startPfn = 1) {
  const space = new IovaTree(4096, startPfn)
  return { space, caches: new IovaMagazines(space) }
}

function take(from: IovaMagazines, count: number, size = 1): number[] {
  return Array.from({ length: count }, () => from.alloc(size, LIMIT, false) as number)
}

test('the state after 120,000 turns is the one that Linux is left with', () => {
  const [, , { live, mask, cached }] = cycles as [unknown, unknown, (typeof cycles)[0]]
  const { space, caches: fast } = caches()
  const by = {
    space,
    take: (size: number) => fast.alloc(size, LIMIT, true),
    give: (pfn: number, size: number) => fast.free(pfn, size),
  }
  const cycle = new Cycle(by, live, mask)
  cycle.runAll(cached.runs)
  expect(cycle.failed).toBe(0)
  expect(cycle.checksum()).toEqual(cached.state)
})

describe('alloc_iova_fast and free_iova_fast', () => {
  test('a freed range stays live and is the next to be handed out', () => {
    const { space, caches: fast } = caches()
    const [a, b] = take(fast, 2) as [number, number]
    fast.free(a, 1)
    fast.free(b, 1)
    expect([space.live, fast.cached]).toEqual([2, 2])
    expect(take(fast, 2)).toEqual([b, a])
  })

  test('sizes up to 31 are rounded up to a power of two, 32 is cached, 33 is not', () => {
    const { space, caches: fast } = caches()
    for (const [size, held] of [
      [5, 8],
      [31, 32],
      [32, 32],
      [33, 33],
    ] as const) {
      const pfn = fast.alloc(size, LIMIT, false) as number
      expect(space.find(pfn)).toEqual({ lo: pfn, hi: pfn + held - 1 })
      fast.free(pfn, size)
    }
    expect(fast.cached).toBe(2)
  })

  test('a range above the limit stays in the magazine, one below it is taken from the middle', () => {
    const { caches: fast } = caches()
    const [a, b, c] = take(fast, 3) as [number, number, number]
    for (const pfn of [b, c, a]) fast.free(pfn, 1)
    expect(fast.alloc(1, b, false)).toBe(c)
    expect(fast.alloc(1, b - 1, false)).toBe(c - 1)
    expect(fast.cached).toBe(2)
  })

  test('a limit below the size is none to the caches, as numbers without a sign have it', () => {
    const { caches: fast } = caches()
    const [pfn] = take(fast, 1, 16) as [number]
    fast.free(pfn, 16)
    expect(fast.alloc(16, 3, false)).toBe(pfn)
  })

  test('without room it flushes the caches if allowed to', () => {
    const { space, caches: fast } = caches(LIMIT - 15)
    for (const pfn of take(fast, 16)) fast.free(pfn, 1)
    expect(fast.alloc(16, LIMIT, false)).toBe(null)
    expect(space.live).toBe(16)
    expect(fast.alloc(16, LIMIT, true)).toBe(LIMIT - 15)
    expect([space.live, fast.cached]).toEqual([1, 0])
  })

  test('34 magazines of 127 are kept; the next range gives the loaded one back', () => {
    const { space, caches: fast } = caches()
    const held = take(fast, 34 * 127 + 1)
    for (const pfn of held.slice(0, -1)) fast.free(pfn, 1)
    expect([fast.cached, space.live]).toEqual([34 * 127, held.length])
    fast.free(held[held.length - 1]!, 1)
    expect([fast.cached, space.live]).toEqual([33 * 127 + 1, 33 * 127 + 1])
    fast.flush()
    expect([fast.cached, space.live]).toEqual([0, 0])
  })

  test('frame 0 is taken but reads as a failure', () => {
    const { space, caches: fast } = caches(0)
    space.reserve(1, LIMIT)
    expect(fast.alloc(1, LIMIT, false)).toBe(null)
    expect(space.find(0)).toEqual({ lo: 0, hi: 0 })
  })

  test('they work over an allocator without a cliff too', () => {
    const space = new IovaRanges(1)
    const fast = new IovaMagazines(space)
    const [a] = take(fast, 1, 4) as [number]
    fast.free(a, 4)
    expect([take(fast, 1, 4), space.live]).toEqual([[a], 1])
  })
})
