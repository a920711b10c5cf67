import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addr,
  alignDown,
  alignUp,
  hex,
  hi32,
  isAligned,
  lo32,
  parseSize,
  prettyHex,
  prettySize,
  trailingZeros,
} from './addr.ts'

const address = fc.maxSafeNat()

it('splits and joins addresses without losing a bit', () => {
  fc.assert(
    fc.property(address, (a) => {
      expect(addr(hi32(a), lo32(a))).toBe(a)
      expect(BigInt(lo32(a))).toBe(BigInt(a) & 0xffff_ffffn)
      expect(BigInt(hi32(a))).toBe(BigInt(a) >> 32n)
    }),
  )
  expect(() => addr(0x0020_0000, 0)).toThrow('2^53')
})

it('aligns as shifts and masks would', () => {
  const lg2 = fc.integer({ min: 0, max: 40 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 }), lg2, (a, n) => {
      const mask = (1n << BigInt(n)) - 1n
      expect(BigInt(alignDown(a, n))).toBe(BigInt(a) & ~mask)
      expect(BigInt(alignUp(a, n))).toBe((BigInt(a) + mask) & ~mask)
      expect(isAligned(a, n)).toBe((BigInt(a) & mask) === 0n)
    }),
  )
})

it('counts trailing zeros across bit 32', () => {
  expect([1, 8, 2 ** 31, 2 ** 32, 2 ** 40 + 2 ** 35, 0].map(trailingZeros)).toEqual([
    0, 3, 31, 32, 35, 53,
  ])
})

it('reads sizes as people write them', () => {
  expect(['0x4000_0000', '64K', '2G', '1GiB', '12', '0x10M'].map(parseSize)).toEqual([
    0x4000_0000,
    65536,
    2 ** 31,
    2 ** 30,
    12,
    2 ** 24,
  ])
  expect(['', '-1', '1.5G', 'abc', '0x', '99999999T', '1 2'].map(parseSize)).toEqual(
    Array(7).fill(null),
  )
})

it('prints addresses and sizes', () => {
  expect([hex(0xff93_0000), prettyHex(0x1000), prettyHex(0x8_8123_4000)]).toEqual([
    '0xff930000',
    '0x00001000',
    '0x8_8123_4000',
  ])
  expect([prettySize(4096), prettySize(1000), prettySize(2 ** 31)]).toEqual([
    '4 KiB',
    '1000 bytes',
    '2 GiB',
  ])
})
