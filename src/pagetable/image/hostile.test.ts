/** Images of chance and of malice: every format must end, soon, and without an exception. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { FormatSpec } from '../contract.ts'
import { formats } from '../formats.ts'
import { bytesSource } from './byte-source.ts'
import { explainWalk } from './explain.ts'
import { findRoots } from './find-roots.ts'
import { ImageMemory } from './image-memory.ts'
import { listMappings } from './list-mappings.ts'

const base = 0x8000_0000
const size = 0x1_0000

/** Words that look like entries leading into the image, among any others. */
const entries = fc.array(
  fc.oneof(
    fc.nat(0xffff_ffff),
    fc.tuple(fc.nat(15), fc.nat(0xfff)).map(([page, low]) => base + page * 4096 + low),
    fc.constant(0),
  ),
  { minLength: 8, maxLength: 64 },
)

function imageOf(words: readonly number[]): ImageMemory {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < size / 4; i++) {
    // Upper halves of 64-bit words are 0 half of the time, as real ones mostly are.
    const word = (i & 1) === 1 && i % 3 > 0 ? 0 : words[(i * 7) % words.length]!
    view.setUint32(i * 4, word, true)
  }
  return new ImageMemory(bytesSource(bytes), [{ base, size, offset: 0 }])
}

it('walks and lists whatever memory holds', () => {
  const iovas = fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(0xfff), fc.nat(40))
  fc.assert(
    fc.property(entries, iovas, (words, [high, low, shift]) => {
      const memory = imageOf(words)
      for (const format of formats) {
        const page = Math.floor(high * 2 ** shift) * 4096
        const address = { page: page % 2 ** 64, offset: low }
        const { outcome } = explainWalk(format, memory, base, address, { read: true, write: true })
        expect(['mapped', 'fault', 'not-held']).toContain(outcome.kind)
        let ranges = 0
        for (const range of listMappings({ format, memory, root: base })) {
          expect(range.size).toBeGreaterThan(0)
          if (++ranges === 1000) break
        }
      }
    }),
    { numRuns: 5 },
  )
})

it('searches whatever memory holds', () => {
  fc.assert(
    fc.property(entries, (words) => {
      for (const found of findRoots(imageOf(words), [...formats])) {
        expect(found.score).toBeGreaterThanOrEqual(0)
        expect(found.score).toBeLessThanOrEqual(100)
      }
    }),
    { numRuns: 3 },
  )
})

/** An image of pages, each of one word all over. */
function pagesOf(words: readonly number[], wordBits: number): ImageMemory {
  const bytes = new Uint8Array(words.length * 4096)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < bytes.length; at += wordBits / 8) {
    view.setUint32(at, words[Math.floor(at / 4096)]!, true)
  }
  return new ImageMemory(bytesSource(bytes), [{ base, size: bytes.length, offset: 0 }])
}

it('looks a few times at a word that fills its table, however many entries that is', () => {
  const words = Array.from({ length: 64 }, (_, i) => base + i * 4096 + 3)
  for (const format of formats) {
    let looks = 0
    const counting: FormatSpec = {
      ...format,
      classify: (lo, hi, level) => {
        looks++
        return format.classify(lo, hi, level)
      },
    }
    findRoots(pagesOf(words, format.wordBits), [counting])
    expect(looks, format.id).toBeLessThan(words.length * format.levels.length * 64)
  }
})

it('counts what a link leads to once for every link', () => {
  const memory = pagesOf([base + 4096 + 1, 0x6123_4007], 32)
  const [found] = findRoots(memory, [formats.find('rockchip-v1')!])
  expect(found).toMatchObject({ root: base, tables: 1025, leaves: 2 ** 20, bytes: 2 ** 32 })
})
