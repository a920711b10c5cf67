import { describe, expect, it } from 'vitest'
import { address, bit, bits, type AddressRow, word } from '../base/word.ts'
import { Stamp } from './stamp.ts'

/** The same placement in bigint, bit by bit. */
function placed(rows: readonly AddressRow[], at: number): bigint {
  let w = 0n
  for (const row of rows) {
    for (let i = row.lo; i <= row.hi; i++) {
      if ((BigInt(at) >> BigInt(row.from + i - row.lo)) & 1n) w |= 1n << BigInt(i)
    }
  }
  return w
}

const layouts: Record<string, { size: 32 | 64; rows: AddressRow[]; bits: number }> = {
  'in place, 32 bits': { size: 32, rows: [address(31, 12)], bits: 32 },
  'in place, 48 bits': { size: 64, rows: [address(47, 12)], bits: 48 },
  'shifted down (Exynos v5)': { size: 32, rows: [address(31, 8, 12)], bits: 36 },
  'page frame number (Tegra)': { size: 32, rows: [address(21, 0, 12)], bits: 34 },
  'three pieces (Rockchip v2)': {
    size: 32,
    rows: [address(31, 12), address(11, 8, 32, 'high'), address(7, 4, 36, 'higher')],
    bits: 40,
  },
  'two pieces (52-bit LPAE)': {
    size: 64,
    rows: [address(47, 16), address(15, 12, 48, 'high')],
    bits: 52,
  },
  'across bit 32 (RISC-V)': { size: 64, rows: [address(53, 10, 12)], bits: 53 },
}

describe('Stamp', () => {
  for (const [name, { size, rows, bits: width }] of Object.entries(layouts)) {
    it(`places and reads back every bit: ${name}`, () => {
      const stamp = new Stamp(word(size, rows))
      expect(stamp.linear).toBe(rows.length === 1)
      const granule = 2 ** Math.min(...rows.map((r) => r.from))
      const some = [0, granule, 2 ** width - granule, 0x5_5555_5555_5000 % 2 ** width]
      const each = Array.from({ length: width }, (_, i) => 2 ** i).filter((a) => a >= granule)
      for (const at of [...some, ...each].map((a) => a - (a % granule))) {
        const w = placed(rows, at)
        expect(BigInt(stamp.lo(at) >>> 0)).toBe(w & 0xffff_ffffn)
        expect(BigInt(stamp.hi(at) >>> 0)).toBe(w >> 32n)
        expect(stamp.address(stamp.lo(at), stamp.hi(at))).toBe(at)
        expect(stamp.address(stamp.lo(at) >>> 0, stamp.hi(at) >>> 0)).toBe(at)
      }
    })
  }

  it('drops address bits below and above its rows', () => {
    const stamp = new Stamp(word(32, [bit(0, 'valid', ''), address(31, 12)]))
    expect(stamp.lo(0x1_2345_6fff) >>> 0).toBe(0x2345_6000)
  })

  it('refuses a word without an address', () => {
    expect(() => new Stamp(word(32, [bits(3, 0, 'x', '')]))).toThrow('without an address')
  })
})
