import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cycles, fragments } from '../../bench/iova-native.ts'
import { Cycle, LIMIT } from '../../bench/iova-workload.ts'
import { TOP_PFN } from './iova-allocator.ts'
import { IovaFastTree } from './iova-fast-tree.ts'
import { IovaTree } from './iova-tree.ts'
import { run } from './iova-operations.fixture.ts'

/** So large a granule puts 4 GiB at frame 128: small spaces then lie on both sides of it. */
const GRANULE = 2 ** 25

const pfn = fc.nat(260)
const operation = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('alloc'), fc.nat(23), pfn, fc.boolean()) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constant('alloc'), fc.nat(5), fc.constant(127), fc.boolean()),
  },
  { weight: 6, arbitrary: fc.tuple(fc.constant('free'), pfn, fc.nat(0), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('reserve'), pfn, fc.nat(60), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('find'), pfn, fc.nat(0), fc.boolean()) },
)

test('every answer is that of the tree, after whatever came before', () => {
  fc.assert(
    fc.property(fc.nat(140), fc.array(operation, { maxLength: 300 }), (start, operations) => {
      const fast = new IovaFastTree(GRANULE, start)
      const slow = new IovaTree(GRANULE, start)
      for (const one of operations) {
        expect(run(fast, one), one.join(' ')).toEqual(run(slow, one))
        expect(fast.live).toBe(slow.live)
      }
      expect(fast.ranges()).toEqual(slow.ranges())
    }),
    { numRuns: 600 },
  )
})

test('the state after 120,000 turns is the one that Linux is left with', () => {
  const { live, mask, tree } = cycles[0]!
  const space = new IovaFastTree(4096, 1)
  const by = {
    space,
    take: (size: number) => space.alloc(size, LIMIT, true),
    give: (first: number) => {
      space.free(first)
    },
  }
  const cycle = new Cycle(by, live, mask)
  cycle.runAll(tree.runs)
  expect(cycle.checksum()).toEqual(tree.state)
})

test('65,536 holes of one frame are no matter to searches nor to reservations', () => {
  const { startPfn, live } = fragments[0]!
  const space = new IovaFastTree(4096, startPfn)
  while (space.alloc(1, LIMIT, true) !== null);
  for (let odd = startPfn + 1; odd <= LIMIT; odd += 2) space.free(odd)
  expect(space.live).toBe(live)
  // A free lifts the refusal, so that each request is searched for.
  for (let even = startPfn; even < startPfn + 20_000; even += 2) {
    if (space.alloc(16, LIMIT, true) !== null) throw new Error('16 frames fit')
    space.free(even)
    space.reserve(even, even)
  }
  for (let i = 0; i < 20_000; i++) space.reserve(0, LIMIT - 1)
  expect(space.ranges()[0]).toEqual({ lo: 0, hi: startPfn })
  expect(space.find(LIMIT - 1)).toEqual({ lo: LIMIT - 2, hi: LIMIT - 1 })
})

test('frames whose address needs more than 64 bits are not reserved, but handed out', () => {
  for (const space of [new IovaFastTree(4096, 1), new IovaTree(4096, 1)]) {
    expect(space.reserve(1, 2 ** 52)).toBe(null)
    expect(space.reserve(2, 2 ** 52 - 1)).toEqual({ lo: 2, hi: 2 ** 52 - 1 })
    expect(space.alloc(1, TOP_PFN, true)).toBe(TOP_PFN)
    expect(space.reserve(5, 4)).toBe(null)
    expect(space.alloc(3, 1, true)).toBe(null)
  }
})
