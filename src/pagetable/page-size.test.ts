import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EINVAL } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { mapRange, pageChoice, unmapRange } from './page-size.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'

const sizes = [0x1000, 0x20_0000, 0x4000_0000]
const rw = { read: true, write: true }

function table() {
  const memory = new PhysicalMemory([{ base: 0x8000_0000, size: 0x100_0000 }])
  const made = createPageTable(armLpaeS132, {
    memory,
    pages: new TableArena(memory, 0x8000_0000, 0x100_0000),
  })
  if (made === null) throw new Error('no root')
  return made
}

describe('pageChoice', () => {
  it('takes the largest page that both addresses and the size allow', () => {
    expect(pageChoice(sizes, 0x20_0000, 0x40_0000, 0x20_0000)).toEqual({
      size: 0x20_0000,
      count: 1,
    })
    expect(pageChoice(sizes, 0x20_0000, 0x40_1000, 0x20_0000)).toEqual({ size: 0x1000, count: 512 })
  })

  it('counts small pages up to where a larger one fits, if the addresses agree', () => {
    expect(pageChoice(sizes, 0x1f_f000, 0x3f_f000, 0x40_0000)).toEqual({ size: 0x1000, count: 1 })
    expect(pageChoice(sizes, 0x1f_f000, 0x3f_e000, 0x40_0000)).toEqual({
      size: 0x1000,
      count: 1024,
    })
  })

  it('finds nothing below the smallest page', () => {
    expect(pageChoice(sizes, 0, 0, 0x800)).toBe(null)
    expect(pageChoice(sizes, 0x800, 0, 0x1000)).toBe(null)
  })

  it('always stays within the size and on its own alignment', () => {
    const page = fc.nat(0xf_ffff).map((n) => n * 0x1000)
    fc.assert(
      fc.property(page, page, page, (iova, address, size) => {
        const choice = pageChoice(sizes, iova, address, size + 0x1000)
        if (choice === null) return false
        const aligned = iova % choice.size === 0 && address % choice.size === 0
        return aligned && choice.count > 0 && choice.size * choice.count <= size + 0x1000
      }),
    )
  })
})

describe('mapRange and unmapRange', () => {
  it('map a range with mixed pages and unmap it again', () => {
    const t = table()
    const calls: number[][] = []
    const listener = {
      mapped: (iova: number, _to: number, size: number, count: number) =>
        calls.push([iova, size, count]),
    }
    expect(mapRange(t, 0x1f_f000, 0x3f_f000, 0x40_1000, rw, listener)).toBe(0)
    expect(calls).toEqual([
      [0x1f_f000, 0x1000, 1],
      [0x20_0000, 0x20_0000, 2],
    ])
    expect(t.iovaToPhys(0x5f_ffff)).toBe(0x7f_ffff)
    expect(unmapRange(t, 0x1f_f000, 0x40_1000)).toBe(0x40_1000)
    expect(t.iovaToPhys(0x20_0000)).toBe(null)
  })

  it('roll back what a failed map has done', () => {
    const t = table()
    expect(t.map(0x3000, 0, 0x1000, rw)).toBe(0)
    expect(mapRange(t, 0x1000, 0x1000, 0x4000, rw)).toBe(-17)
    expect([0x1000, 0x2000, 0x3000].map((at) => t.iovaToPhys(at))).toEqual([null, null, 0])
  })

  it('refuse what is not aligned to the smallest page', () => {
    expect(mapRange(table(), 0x800, 0, 0x1000, rw)).toBe(-EINVAL)
    expect(mapRange(table(), 0, 0, 0x1800, rw)).toBe(-EINVAL)
    expect(unmapRange(table(), 0x800, 0x1000)).toBe(0)
  })
})
