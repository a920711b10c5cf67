import { describe, expect, test } from 'vitest'
import { cycles, fullAt } from '../../bench/iova-native.ts'
import { Cycle, LIMIT } from '../../bench/iova-workload.ts'
import { type IovaAllocator, TOP_PFN } from './iova-allocator.ts'
import { IovaFastTree } from './iova-fast-tree.ts'
import { IovaTree } from './iova-tree.ts'

const TOP32 = 2 ** 20 - 1
const FAR = 2 ** 36 - 1

function space(startPfn = 1): IovaTree {
  return new IovaTree(4096, startPfn)
}

function direct(tree: IovaAllocator) {
  return {
    space: tree,
    take: (size: number) => tree.alloc(size, LIMIT, true),
    give: (pfn: number) => {
      tree.free(pfn)
    },
  }
}

describe('against the state that the same work leaves in Linux', () => {
  // The whole runs that were measured: iova-tree.long.test.ts.
  test('10,000 ranges, 5000 times one freed and one taken: as the fast tree, which is compared', () => {
    const [{ live, mask }] = cycles as [(typeof cycles)[0]]
    const [slow, fast] = [direct(space()), direct(new IovaFastTree(4096, 1))].map((by) => {
      const cycle = new Cycle(by, live, mask)
      cycle.run(5000)
      cycle.verify()
      return cycle.checksum()
    })
    expect(slow).toEqual(fast)
  })

  test('100,000 ranges of 1 to 16 frames do not fit: the same request fails', () => {
    expect(new Cycle(direct(space()), 100_000, 15).held).toBe(fullAt)
  })
})

describe('alloc_iova', () => {
  test('goes down from the limit, aligned to the size rounded up to a power of two', () => {
    const tree = space()
    expect(tree.alloc(1, TOP32, true)).toBe(TOP32)
    expect(tree.alloc(3, TOP32, true)).toBe(TOP32 - 3)
    expect(tree.alloc(3, TOP32, false)).toBe(TOP32 - 6)
    expect(tree.alloc(16, TOP32, true)).toBe(TOP32 - 31)
  })

  test('hands out nothing below the start', () => {
    const tree = space(TOP32 - 1)
    expect(tree.alloc(3, TOP32, false)).toBe(null)
    expect(tree.alloc(2, TOP32, true)).toBe(TOP32 - 1)
    expect(space(0).alloc(TOP32, TOP32, false)).toBe(1)
  })

  test('refuses 4 GiB below 4 GiB even when all of it is free', () => {
    expect(space(0).alloc(TOP32 + 1, TOP32, true)).toBe(null)
    expect(space(0).alloc(TOP32 + 1, TOP32 + 1, true)).toBe(0)
  })

  test('starts below the last range handed out and passes a hole above it by', () => {
    const tree = space()
    const [a, b, c] = [0, 0, 0].map(() => tree.alloc(1, TOP32, true)) as [number, number, number]
    tree.reserve(c - 2, c - 2)
    tree.free(c - 2)
    // A free above the start moves the start up, so the hole is found.
    tree.free(a)
    expect(tree.alloc(1, TOP32, true)).toBe(a)
    // Then one below moves it down, and the hole that opened in between is passed by.
    tree.free(b)
    expect(tree.alloc(1, c - 1, true)).toBe(c - 1)
    expect(tree.alloc(1, TOP32, true)).toBe(c - 2)
  })

  test('searches what lies above its starting point when nothing below it fits', () => {
    const tree = space(TOP32 - 7)
    for (let i = 0; i < 8; i++) tree.alloc(1, TOP32, true)
    tree.free(TOP32)
    tree.free(TOP32 - 7)
    tree.alloc(1, TOP32 - 7, true)
    expect(tree.alloc(1, TOP32, true)).toBe(TOP32)
  })

  test('keeps two starting points, below 4 GiB and above', () => {
    const tree = space()
    expect(tree.alloc(1, FAR, true)).toBe(FAR)
    expect(tree.alloc(1, TOP32, true)).toBe(TOP32)
    expect(tree.alloc(1, FAR, true)).toBe(FAR - 1)
    expect(tree.alloc(1, TOP32, true)).toBe(TOP32 - 1)
  })

  test('refuses sizes that failed below 4 GiB without a search until a free there', () => {
    const tree = space(TOP32 - 3)
    const first = tree.alloc(4, TOP32, true) as number
    expect(tree.alloc(2, TOP32, true)).toBe(null)
    expect(tree.refusedBelow4GiB).toBe(2)
    const { steps } = tree
    expect(tree.alloc(3, TOP32, true)).toBe(null)
    expect(tree.steps).toBe(steps)
    tree.free(first)
    expect(tree.refusedBelow4GiB).toBe(tree.dma32Pfn)
    expect(tree.alloc(3, TOP32, true)).toBe(first)
  })

  test('remembers the failure of a search without a limit as one below 4 GiB too', () => {
    const tree = space(TOP32)
    tree.reserve(TOP32 + 1, FAR)
    expect(tree.alloc(2, FAR, true)).toBe(null)
    expect(tree.refusedBelow4GiB).toBe(2)
  })

  test('the granule moves the boundary of 4 GiB', () => {
    expect(new IovaTree(65_536, 0).dma32Pfn).toBe(65_536)
  })

  test('a search in a fragmented space passes every range', () => {
    const tree = space(TOP32 - 2047)
    while (tree.alloc(1, TOP32, true) !== null);
    for (let pfn = TOP32; pfn > TOP32 - 2048; pfn -= 2) tree.free(pfn)
    const { steps } = tree
    expect(tree.alloc(2, TOP32, true)).toBe(null)
    expect(tree.steps - steps).toBeGreaterThan(1020)
  })

  test('works up to the highest frame', () => {
    expect(space().alloc(1, TOP_PFN, true)).toBe(TOP_PFN)
    expect(space().alloc(2 ** 52, TOP_PFN, true)).toBe(null)
    expect(space(0).alloc(2 ** 52, TOP_PFN, true)).toBe(0)
  })
})

describe('reserve_iova', () => {
  test('adds a range, which an allocation avoids', () => {
    const tree = space()
    expect(tree.reserve(TOP32 - 3, TOP32)).toEqual({ lo: TOP32 - 3, hi: TOP32 })
    expect(tree.alloc(1, TOP32, true)).toBe(TOP32 - 4)
  })

  test('within a range it returns that range', () => {
    const tree = space()
    tree.reserve(10, 20)
    expect(tree.reserve(12, 15)).toEqual({ lo: 10, hi: 20 })
    expect(tree.live).toBe(1)
  })

  test('stretches what it meets down over the holes and adds what is left above', () => {
    const tree = space()
    tree.reserve(10, 20)
    tree.reserve(30, 40)
    expect(tree.reserve(5, 50)).toEqual({ lo: 41, hi: 50 })
    expect(tree.ranges()).toEqual([
      { lo: 5, hi: 20 },
      { lo: 21, hi: 40 },
      { lo: 41, hi: 50 },
    ])
  })

  test('refuses frames that make no sense', () => {
    const tree = space()
    expect([tree.reserve(5, 4), tree.reserve(-1, 4), tree.reserve(0, 0.5)]).toEqual([
      null,
      null,
      null,
    ])
    expect(tree.live).toBe(0)
  })
})

test('free_iova and find_iova take any frame of a range', () => {
  const tree = space()
  const pfn = tree.alloc(8, TOP32, true) as number
  expect(tree.find(pfn + 7)).toEqual({ lo: pfn, hi: pfn + 7 })
  expect([tree.find(pfn - 1), tree.find(TOP_PFN), tree.find(Number.NaN)]).toEqual([
    null,
    null,
    null,
  ])
  expect([tree.free(pfn - 1), tree.free(pfn + 3), tree.free(pfn)]).toEqual([false, true, false])
})
