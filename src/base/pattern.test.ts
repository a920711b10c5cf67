import { describe, expect, it } from 'vitest'
import { fillPattern, patternByte } from './pattern.ts'

describe('patterns', () => {
  it('have no zero byte', () => {
    for (const seed of [0, 1, 0xffff_ffff, 12345]) {
      expect(fillPattern(new Uint8Array(4096), seed).includes(0)).toBe(false)
    }
  })

  it('of neighbouring seeds differ in nearly every byte', () => {
    for (let seed = 0; seed < 64; seed++) {
      const a = fillPattern(new Uint8Array(4096), seed)
      const b = fillPattern(new Uint8Array(4096), seed + 1)
      const equal = a.filter((byte, i) => byte === b[i]).length
      expect(equal).toBeLessThan(64)
    }
  })

  it('do not repeat from page to page', () => {
    const bytes = fillPattern(new Uint8Array(8192), 3)
    const equal = bytes.subarray(0, 4096).filter((byte, i) => byte === bytes[4096 + i]).length
    expect(equal).toBeLessThan(64)
  })

  it('can be made in pieces', () => {
    const whole = fillPattern(new Uint8Array(101), 9)
    const tail = fillPattern(new Uint8Array(64), 9, 37)
    expect([...tail]).toEqual([...whole.subarray(37)])
    expect(patternByte(9, 50)).toBe(whole[50])
  })
})
