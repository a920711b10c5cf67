import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { iovaExcerpts } from '../../test/conformance/iova-excerpts.ts'
import { TOP_PFN } from './iova-allocator.ts'
import { type IovaReplay, type MakeSpace, iovaOutcome, replayIova } from './iova-replay.ts'
import { IovaTree } from './iova-tree.ts'

const TOP32 = 2 ** 20 - 1
const tree: MakeSpace = (granule, startPfn) => new IovaTree(granule, startPfn)

function vector(...ops: unknown[]) {
  return { name: 'mine', granule: '0x1000', start_pfn: 1, ops }
}

function replayed(v: unknown): IovaReplay {
  const done = replayIova(v)
  if ('severity' in done) throw new Error(done.message)
  return done
}

describe('beginnings of measured runs', () => {
  for (const excerpt of iovaExcerpts as { name: string; ops: unknown[] }[]) {
    test(`${excerpt.name}: ${excerpt.ops.length} calls are answered as Linux did`, () => {
      const done = replayed(excerpt)
      expect(done.unmet).toEqual([])
      expect(done.ops).toEqual(excerpt.ops)
      expect(replayIova(excerpt, '', tree)).toEqual(done)
    })
  }
})

describe('replay', () => {
  test('gives every call with its answer, and what is live, in the form of the recording', () => {
    const done = replayed(
      vector(
        ['alloc', 16, TOP32, true],
        ['reserve', 10, 20],
        ['find', 12],
        ['find', 21],
        ['free', 15],
        ['alloc_fast', 5, TOP32, false],
        ['free_fast', TOP32 - 23, 5],
        ['alloc', 2 ** 20, TOP32, false],
      ),
    )
    expect(done).toEqual({
      name: 'mine',
      ops: [
        ['alloc', 16, TOP32, true, TOP32 - 15],
        ['reserve', 10, 20, [10, 20]],
        ['find', 12, [10, 20]],
        ['find', 21, null],
        ['free', 15],
        ['alloc_fast', 5, TOP32, false, TOP32 - 23],
        ['free_fast', TOP32 - 23, 5],
        ['alloc', 2 ** 20, TOP32, false, null],
      ],
      live: [
        [TOP32 - 23, TOP32 - 16],
        [TOP32 - 15, TOP32],
      ],
      unmet: [],
    })
  })

  test('tells what was not met, answers and ranges', () => {
    const done = replayed({
      ...vector(['alloc', 1, TOP32, true, 7], ['find', TOP32, [1, 2, 3]], ['reserve', 3, 4, null]),
      live: [
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    })
    expect(done.unmet).toEqual([
      'op 0: alloc 1 1048575 true: 1048575, expected 7',
      'op 1: find 1048575: [1048575, 1048575], expected [3 values]',
      'op 2: reserve 3 4: [3, 4], expected null',
      'live[1]: [1048575, 1048575], expected [5, 6]',
      'live.length: 2, expected 3',
    ])
    expect(replayed({ ...vector(), live: 5 }).unmet).toEqual(['live: [], expected 5'])
  })

  test('tells the first hundred differences and counts the others', () => {
    const { unmet } = replayed(vector(...Array(150).fill(['find', 0, [1, 1]])))
    expect([unmet.length, unmet[100]]).toEqual([101, '50 more'])
  })

  test('an outcome carries the label that it was given', () => {
    const { label, line, disagreements } = iovaOutcome(vector(['alloc', 1, 9, true, 9]), 'this')
    expect([label, line, disagreements]).toEqual([
      'this',
      { name: 'mine', ops: [['alloc', 1, 9, true, 9]], live: [[9, 9]] },
      [],
    ])
  })
})

describe('what cannot be run is told, and nothing of it is', () => {
  const broken: [unknown, string][] = [
    [null, 'this: expected an object'],
    [[], 'this: expected an object'],
    [{ ...vector(), granule: 0 }, 'this: granule: expected a power of two up to 65536'],
    [{ ...vector(), granule: 'NaN' }, 'this: granule: expected a power of two'],
    [{ ...vector(), granule: 12288 }, 'this: granule: expected a power of two'],
    [{ ...vector(), granule: [4096] }, 'this: granule: expected a power of two'],
    [{ ...vector(), granule: undefined }, 'this: granule: expected a power of two'],
    [{ ...vector(), start_pfn: -1 }, `this: start_pfn: expected a frame number from 0 to`],
    [{ ...vector(), start_pfn: 1.5 }, 'this: start_pfn: expected'],
    [{ ...vector(), rcache: 'yes' }, 'this: rcache: expected true or false'],
    [{ ...vector(), ops: {} }, 'this: ops: expected a list'],
    [vector(['find', 1], 'free'), 'this: op 1: expected a list that begins with alloc, free'],
    [vector(['toString', 1]), 'this: op 0: expected a list that begins with'],
    [vector(['alloc', 0, 1, true]), 'this: op 0: alloc: size: expected a number of frames from 1'],
    [vector(['alloc', Number.NaN, 1, true]), 'this: op 0: alloc: size: expected'],
    [vector(['alloc', 2 ** 53, 1, true]), 'this: op 0: alloc: size: expected'],
    [vector(['alloc', 1, 1e300, true]), 'this: op 0: alloc: limit_pfn: expected a frame number'],
    [vector(['alloc', 1, 1]), 'this: op 0: alloc: size_aligned: expected true or false'],
    [vector(['alloc_fast', 1, 1, 1]), 'this: op 0: alloc_fast: flush: expected true or false'],
    [vector(['free']), 'this: op 0: free: pfn: expected a frame number'],
    [vector(['free', '0x10']), 'this: op 0: free: pfn: expected a frame number'],
    [vector(['free_fast', 1, null]), 'this: op 0: free_fast: size: expected'],
    [vector(['reserve', 5, 4]), 'this: op 0: reserve: lo lies above hi'],
  ]
  for (const [v, message] of broken) {
    test(message, () => {
      const { line, disagreements, diagnostics } = iovaOutcome(v, 'this')
      expect([line, disagreements, diagnostics.length]).toEqual([null, [], 1])
      expect(diagnostics[0]?.message.slice(0, message.length)).toBe(message)
    })
  }
})

describe('hostile recordings', () => {
  test('any calls and any numbers end in answers, the same on both allocators', () => {
    const number = fc.oneof(
      fc.nat(70),
      fc.constantFrom(0, 1, 32, 33, TOP32, TOP32 + 1, 2 ** 31, 2 ** 52 - 1, 2 ** 52, TOP_PFN),
      fc.integer({ min: 0, max: TOP_PFN }),
    )
    const call = fc.oneof(
      fc.tuple(fc.constantFrom('alloc', 'alloc_fast'), number, number, fc.boolean()),
      fc.tuple(fc.constantFrom('free', 'find'), number),
      fc.tuple(fc.constantFrom('reserve', 'free_fast'), number, number),
    )
    fc.assert(
      fc.property(
        number,
        fc.constantFrom(1, 4096, 65_536),
        fc.array(call),
        (start, granule, all) => {
          const legal = all.filter(
            (c) =>
              (!c[0].includes('alloc') || c[1] > 0) &&
              (c[0] !== 'reserve' || c[1] <= (c[2] as number)) &&
              (c[0] !== 'free_fast' || (c[2] as number) > 0),
          )
          const one = { ...vector(...legal), granule, start_pfn: start }
          expect(replayed(one)).toEqual(replayIova(one, '', tree))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('searches that take Linux hundreds of millions of steps are no matter', () => {
    const [start, size] = [TOP32 - 40_000, 40_000]
    const taken = Array.from({ length: size }, () => ['alloc', 1, TOP32, true])
    const freed = Array.from({ length: size / 2 }, (_, i) => ['free', TOP32 - 2 * i])
    const asked = Array.from({ length: 20_000 }, (_, i) => [
      ['alloc', 2, TOP32, true, null],
      ['free', start + 2 + 2 * i],
      ['reserve', start + 2 + 2 * i, start + 2 + 2 * i],
    ])
    const began = performance.now()
    const done = replayed({ ...vector(...taken, ...freed, ...asked.flat()), start_pfn: start + 1 })
    expect(done.unmet).toEqual([])
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
