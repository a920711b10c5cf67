import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { address, bit, bits, word } from './word.ts'

const lpae = word(64, [
  bits(1, 0, 'type', 'kind of entry', { 3: 'page' }),
  bit(10, 'AF', 'access flag'),
  address(47, 12),
  bits(54, 53, 'XN', 'never execute'),
])

describe('word()', () => {
  it('encodes and decodes fields and an address that crosses bit 32', () => {
    const { lo, hi } = lpae.encode({ type: 3, AF: 1, XN: 3 }, 0x1234_5678_9000)
    expect([lo, hi]).toEqual([0x5678_9403, 0x0060_1234])
    expect(lpae.address(lo, hi)).toBe(0x1234_5678_9000)
    expect(lpae.field('XN', lo, hi)).toBe(3)
    expect(lpae.print(lo, hi)).toBe('type=page AF=1 address=0x1234_5678_9000 XN=3')
    expect(lpae.addressMask).toEqual({ lo: 0xffff_f000, hi: 0xffff })
  })

  it('puts address pieces where they belong', () => {
    const v2 = word(32, [
      bit(0, 'V', 'valid'),
      address(31, 12),
      address(11, 8, 32),
      address(7, 4, 36),
    ])
    expect(v2.encode({ V: 1 }, 0x38_0000_1000).lo).toBe(0x0000_1831)
    expect(v2.address(0x1831)).toBe(0x38_0000_1000)
  })

  it('agrees with a plain BigInt reading of random words', () => {
    const half = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(half, half, (lo, hi) => {
        const whole = (BigInt(hi) << 32n) | BigInt(lo)
        expect(BigInt(lpae.address(lo, hi))).toBe(whole & 0xffff_ffff_f000n)
        expect(BigInt(lpae.field('type', lo, hi))).toBe(whole & 3n)
        expect(BigInt(lpae.field('XN', lo, hi))).toBe((whole >> 53n) & 3n)
        const fields = Object.fromEntries(
          lpae.decode(lo, hi).flatMap((f) => (f.name === 'address' ? [] : [[f.name, f.value]])),
        )
        const again = lpae.encode(fields, lpae.address(lo, hi))
        const covered = 0x0060_ffff_ffff_f403n
        expect((BigInt(again.hi) << 32n) | BigInt(again.lo)).toBe(whole & covered)
      }),
    )
  })

  it('refuses rows that overlap, leave the word, cross bit 32 or share a name', () => {
    expect(() => word(32, [bit(0, 'a', ''), bits(1, 0, 'b', '')])).toThrow('share bit 0')
    expect(() => word(32, [bit(32, 'a', '')])).toThrow('leave')
    expect(() => word(64, [bits(32, 31, 'a', '')])).toThrow('crosses')
    expect(() => word(32, [bit(0, 'a', ''), bit(1, 'a', '')])).toThrow('twice')
  })

  it('refuses values that do not fit and fields that are not there', () => {
    expect(() => lpae.encode({ type: 4 })).toThrow('2 bits')
    expect(() => lpae.encode({ nothing: 1 })).toThrow('nothing')
    expect(() => lpae.field('nothing', 0)).toThrow('nothing')
  })
})
