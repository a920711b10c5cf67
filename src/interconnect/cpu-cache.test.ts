import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BusError, PhysicalMemory } from '../base/memory.ts'
import { CACHE_LINE, CpuCache } from './cpu-cache.ts'

const BASE = 0x4000_0000

function setUp(): { memory: PhysicalMemory; cache: CpuCache } {
  const memory = new PhysicalMemory([{ base: BASE, size: 0x2000 }])
  return { memory, cache: new CpuCache(memory) }
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

function read(from: (address: number, into: Uint8Array) => void, at: number, n: number): number[] {
  const into = new Uint8Array(n)
  from(at, into)
  return [...into]
}

test('a write stays in the cache until it is cleaned', () => {
  const { memory, cache } = setUp()
  cache.write(BASE + 60, bytes(1, 2, 3, 4, 5, 6))
  expect(read(memory.readBytes.bind(memory), BASE + 60, 6)).toEqual([0, 0, 0, 0, 0, 0])
  expect(read(cache.uncachedRead.bind(cache), BASE + 60, 2)).toEqual([0, 0])
  cache.clean(BASE + 64, 1)
  expect(read(memory.readBytes.bind(memory), BASE + 60, 6)).toEqual([0, 0, 0, 0, 5, 6])
  expect(read(cache.read.bind(cache), BASE + 60, 6)).toEqual([1, 2, 3, 4, 5, 6])
})

test('a read keeps what it saw until an invalidate', () => {
  const { memory, cache } = setUp()
  read(cache.read.bind(cache), BASE, 4)
  memory.writeBytes(BASE, bytes(9, 9, 9, 9))
  expect(read(cache.read.bind(cache), BASE, 4)).toEqual([0, 0, 0, 0])
  cache.invalidate(BASE, CACHE_LINE)
  expect(read(cache.read.bind(cache), BASE, 4)).toEqual([9, 9, 9, 9])
})

test('an invalidate drops dirty data inside its range', () => {
  const { memory, cache } = setUp()
  cache.write(BASE, bytes(1))
  cache.invalidate(BASE, CACHE_LINE)
  expect(read(cache.read.bind(cache), BASE, 1)).toEqual([0])
  expect(memory.read32(BASE)).toBe(0)
})

test('an operation on a range that is larger than the cache leaves other lines alone', () => {
  const { memory, cache } = setUp()
  cache.write(BASE, bytes(1))
  cache.write(BASE + 0x1800, bytes(2))
  cache.invalidate(BASE + 0x800, 0x1000)
  cache.clean(BASE + 0x800, 0x1000)
  expect([memory.read32(BASE), memory.read32(BASE + 0x1800)]).toEqual([0, 0])
  expect(read(cache.read.bind(cache), BASE + 0x1800, 1)).toEqual([2])
})

test('the edge lines of an unaligned invalidate are cleaned first', () => {
  const { memory, cache } = setUp()
  cache.write(BASE, bytes(1))
  cache.write(BASE + CACHE_LINE, bytes(2))
  cache.write(BASE + 2 * CACHE_LINE, bytes(3))
  cache.invalidate(BASE + 8, 2 * CACHE_LINE)
  expect(memory.read32(BASE)).toBe(1)
  expect(memory.read32(BASE + CACHE_LINE)).toBe(0)
  expect(memory.read32(BASE + 2 * CACHE_LINE)).toBe(3)
})

test('an uncached write does not reach a line that is cached', () => {
  const { cache } = setUp()
  read(cache.read.bind(cache), BASE, 1)
  cache.uncachedWrite(BASE, bytes(7))
  expect(read(cache.read.bind(cache), BASE, 1)).toEqual([0])
  cache.cleanInvalidate(BASE, 1)
  expect(read(cache.read.bind(cache), BASE, 1)).toEqual([7])
})

test('a coherent master sees dirty lines and its writes are seen', () => {
  const { cache } = setUp()
  cache.write(BASE + 62, bytes(1, 2, 3, 4))
  expect(read(cache.snoopRead.bind(cache), BASE + 61, 4)).toEqual([0, 1, 2, 3])
  cache.snoopWrite(BASE + 63, bytes(8))
  expect(read(cache.read.bind(cache), BASE + 62, 4)).toEqual([1, 8, 3, 4])
})

test('zeroing fresh memory leaves nothing in the cache', () => {
  const { memory, cache } = setUp()
  cache.write(BASE, bytes(1))
  memory.writeBytes(BASE + 4, bytes(5))
  cache.zero(BASE, 0x1000)
  memory.writeBytes(BASE, bytes(6))
  expect(read(cache.read.bind(cache), BASE, 8)).toEqual([6, 0, 0, 0, 0, 0, 0, 0])
})

test('an access outside memory is a bus error', () => {
  const { cache } = setUp()
  expect(() => cache.read(0, new Uint8Array(1))).toThrow(BusError)
  expect(() => cache.snoopWrite(BASE + 0x2000, bytes(1))).toThrow(BusError)
})

const access = fc.record({
  op: fc.constantFrom('read', 'write', 'clean', 'cleanInvalidate', 'snoopRead', 'snoopWrite'),
  at: fc.nat(0x1ff),
  data: fc.uint8Array({ minLength: 1, maxLength: 200 }),
})

test('property: with coherent accesses only, the cache is invisible', () => {
  fc.assert(
    fc.property(fc.array(access, { maxLength: 50 }), (accesses) => {
      const { memory, cache } = setUp()
      const flat = new Uint8Array(0x2000)
      for (const { op, at, data } of accesses) {
        const address = BASE + at
        if (op === 'write' || op === 'snoopWrite') {
          cache[op](address, data)
          flat.set(data, at)
        } else if (op === 'read' || op === 'snoopRead') {
          expect(read(cache[op].bind(cache), address, data.length)).toEqual([
            ...flat.subarray(at, at + data.length),
          ])
        } else cache[op as 'clean' | 'cleanInvalidate'](address, data.length)
      }
      cache.clean(BASE, 0x2000)
      expect(read(memory.readBytes.bind(memory), BASE, 0x300)).toEqual([...flat.subarray(0, 0x300)])
    }),
  )
})

const owner = fc.record({
  slot: fc.nat(7),
  direction: fc.constantFrom('to-device', 'from-device'),
  data: fc.uint8Array({ minLength: 100, maxLength: 100 }),
})

test('property: clean before reading and invalidate before writing make a device coherent', () => {
  fc.assert(
    fc.property(fc.array(owner, { maxLength: 30 }), (transfers) => {
      const { memory, cache } = setUp()
      for (const { slot, direction, data } of transfers) {
        // Buffers are a whole number of lines, so no neighbour shares an edge.
        const at = BASE + slot * 128
        if (direction === 'to-device') {
          cache.write(at, data)
          cache.clean(at, data.length)
          expect(read(memory.readBytes.bind(memory), at, 100)).toEqual([...data])
        } else {
          cache.invalidate(at, 128)
          memory.writeBytes(at, data)
          cache.invalidate(at, 128)
          expect(read(cache.read.bind(cache), at, 100)).toEqual([...data])
        }
      }
    }),
  )
})
