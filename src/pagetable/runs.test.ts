import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differing, lowBitsOfPairs, pairsDiffer, writePairs, writeWords } from './runs.ts'

const half = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
/** Upper halves whose bits, as a double, are of every kind: tiny, infinite, no number, negative. */
const upper = fc.oneof(
  half,
  fc.constantFrom(0, 1, 0x7ff0_0000, 0x7ff8_0001, -0x10_0000, 0x7fef_ffff, -(2 ** 31), 0x10_0000),
)
const step = fc.oneof(fc.constantFrom(1, 16, 4096, 0x20_0000), fc.nat(2 ** 30))

function asBigint(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)
}

describe('runs of entries', () => {
  test('two words an entry: each is the one before plus the step, modulo 2^64, whatever its bits', () => {
    fc.assert(
      fc.property(half, upper, step, fc.nat(3), fc.nat(40), (lo, hi, stepLo, stepHi, count) => {
        const words = new Int32Array(100).fill(-1)
        const doubles = new Float64Array(words.buffer)
        writePairs(words, doubles, 4, 4 + 2 * count, lo, hi, stepLo, stepHi)
        const add = asBigint(stepLo, stepHi)
        for (let i = 0; i < 50; i++) {
          const inside = i >= 2 && i < 2 + count
          const wanted = BigInt.asUintN(64, asBigint(lo, hi) + add * BigInt(i - 2))
          const found = asBigint(words[2 * i]!, words[2 * i + 1]!)
          expect(found).toBe(inside ? wanted : 2n ** 64n - 1n)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('one word an entry', () => {
    fc.assert(
      fc.property(half, step, fc.nat(40), (first, add, count) => {
        const words = new Int32Array(50).fill(-1)
        writeWords(words, 3, 3 + count, first, add)
        words.forEach((word, i) => {
          expect(word).toBe(i >= 3 && i < 3 + count ? (first + add * (i - 3)) | 0 : -1)
        })
      }),
    )
  })

  test('what words have in common is found wherever one of them differs', () => {
    fc.assert(
      fc.property(fc.nat(79), fc.nat(31), half, (at, bit, word) => {
        const words = new Int32Array(80).fill(word)
        words[at] = word ^ (1 << bit)
        expect(differing(words, 0, 80, word)).toBe(1 << bit)
        const [lo, hi] = at % 2 === 0 ? [1 << bit, 0] : [0, 1 << bit]
        expect(pairsDiffer(words, 0, 80, lo, hi)).toBe(true)
        expect(pairsDiffer(words, 0, 80, ~lo, ~hi)).toBe(false)
        const low = at % 2 === 0 ? word | words[at]! : word
        expect(lowBitsOfPairs(words, 0, 80)).toBe(low)
      }),
    )
  })
})
