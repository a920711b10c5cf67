import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { armLpaeS164, armLpaeS164Upper } from '../formats/arm-lpae-s1.ts'
import { x8664 } from '../formats/x86-64.ts'
import { intoFormat, outOfFormat, parseIoAddress, printIoAddress } from './io-address.ts'

describe('I/O virtual addresses', () => {
  it('are read and printed exactly in all 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: BigInt(0), max: BigInt('0xffffffffffffffff') }), (value) => {
        const text = `0x${value.toString(16)}`
        const { page, offset } = parseIoAddress(text)!
        expect(printIoAddress(page, offset)).toBe(text)
        expect(BigInt(page) + BigInt(offset)).toBe(value)
      }),
    )
  })

  it('are hexadecimal with underscores, or decimal', () => {
    expect(parseIoAddress('0xffff_8000')).toEqual({ page: 0xffff_8000, offset: 0 })
    expect(parseIoAddress('4097')).toEqual({ page: 4096, offset: 1 })
    for (const text of [
      '',
      '0x',
      'ff',
      '-1',
      '0x1_0000_0000_0000_0000',
      '1.5',
      '9007199254740993',
    ]) {
      expect(parseIoAddress(text)).toBeNull()
    }
  })

  it('of an upper half begin with ones, and those of the lower half are none of it', () => {
    const page = parseIoAddress('0xffffff8000001000')!.page
    expect(intoFormat(armLpaeS164Upper, 'upper', page)).toBe(0x1000)
    expect(printIoAddress(outOfFormat(armLpaeS164Upper, 'upper', 0x1000))).toBe(
      '0xffffff8000001000',
    )
    expect(intoFormat(armLpaeS164Upper, 'upper', 0x1000)).toBeNull()
    expect(intoFormat(armLpaeS164, 'lower', page)).toBeNull()
  })

  it('that are signed repeat their highest bit', () => {
    const high = parseIoAddress('0xffff888000003000')!.page
    expect(intoFormat(x8664, 'signed', high)).toBe(0x8880_0000_3000)
    expect(outOfFormat(x8664, 'signed', 0x8880_0000_3000)).toBe(high)
    expect(intoFormat(x8664, 'signed', 0x7fff_ffff_f000)).toBe(0x7fff_ffff_f000)
    expect(intoFormat(x8664, 'signed', 0x8000_0000_0000)).toBeNull()
  })
})
