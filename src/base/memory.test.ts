import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BusError, PhysicalMemory } from './memory.ts'

const banks = [
  { base: 0x4000_0000, size: 0x10_0000 },
  { base: 0x2_0000_0000, size: 0x20_0000 },
]

describe('PhysicalMemory', () => {
  it('reads zero where nobody wrote, and what was written elsewhere', () => {
    const memory = new PhysicalMemory(banks)
    expect(memory.read32(0x2_0000_1000)).toBe(0)
    memory.write32(0x2_0000_1000, 0x1_ffff_fffe)
    expect(memory.read32(0x2_0000_1000)).toBe(0xffff_fffe)
    const bytes = new Uint8Array(4)
    memory.readBytes(0x2_0000_1000, bytes)
    expect([...bytes]).toEqual([0xfe, 0xff, 0xff, 0xff])
  })

  it('answers with a bus error outside its banks, also halfway through', () => {
    const memory = new PhysicalMemory(banks)
    expect(() => memory.read32(0)).toThrow(BusError)
    expect(() => memory.write32(0x4010_0000, 1)).toThrow(BusError)
    expect(() => memory.readBytes(0x400f_fff0, new Uint8Array(32))).toThrow(BusError)
    expect(memory.contains(0x400f_fff0, 16)).toBe(true)
    expect(memory.contains(0x400f_fff0, 17)).toBe(false)
  })

  it('zeroes a stretch without touching its neighbours', () => {
    const memory = new PhysicalMemory(banks)
    memory.writeBytes(0x4000_0000, new Uint8Array(12).fill(7))
    memory.zero(0x4000_0004, 4)
    const bytes = new Uint8Array(12)
    memory.readBytes(0x4000_0000, bytes)
    expect([...bytes]).toEqual([7, 7, 7, 7, 0, 0, 0, 0, 7, 7, 7, 7])
  })

  it('refuses banks that overlap or are not made of pages', () => {
    expect(
      () =>
        new PhysicalMemory([
          { base: 0, size: 8192 },
          { base: 4096, size: 4096 },
        ]),
    ).toThrow()
    expect(() => new PhysicalMemory([{ base: 1, size: 4096 }])).toThrow()
    expect(() => new PhysicalMemory([{ base: 0, size: 0 }])).toThrow()
  })

  it('is one flat array as far as anybody can see', () => {
    const write = fc.record({
      at: fc.integer({ min: 0, max: 0x1f_0000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    })
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), (writes) => {
        const memory = new PhysicalMemory(banks)
        const flat = new Uint8Array(0x20_0000)
        for (const { at, bytes } of writes) {
          memory.writeBytes(0x2_0000_0000 + at, bytes)
          flat.set(bytes, at)
        }
        for (const { at } of writes) {
          const got = new Uint8Array(512)
          memory.readBytes(0x2_0000_0000 + at, got)
          expect(got).toEqual(flat.slice(at, at + 512))
        }
      }),
      { numRuns: 50 },
    )
  })
})
