import { describe, expect, it } from 'vitest'
import { address, bit, word } from '../base/word.ts'
import type { FormatSpec } from './contract.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { omap2 } from './formats/omap2.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { layoutOf, offsetWithin, protectionBits } from './layout.ts'

describe('layoutOf', () => {
  it('makes a layout once', () => {
    expect(layoutOf(omap2)).toBe(layoutOf(omap2))
  })

  it('knows what a page size is made of', () => {
    const sizes = layoutOf(omap2).sizes.map((s) => [s.size, s.leaf.level, s.entries, s.leaf.step])
    expect(sizes).toEqual([
      [2 ** 12, 1, 1, 2 ** 12],
      [2 ** 16, 1, 16, 0],
      [2 ** 20, 0, 1, 2 ** 20],
      [2 ** 24, 0, 16, 0],
    ])
    const run = layoutOf(rockchipV1).sizes.at(-1)
    expect([run?.size, run?.entries, run?.leaf.size]).toEqual([2 ** 22, 1024, 2 ** 12])
  })

  it('gives a 32-bit LPAE table a root of four entries', () => {
    const tables = layoutOf(armLpaeS132).levels.map((l) => [l.entries, l.tableBytes, l.span])
    expect(tables).toEqual([
      [4, 32, 2 ** 30],
      [512, 4096, 2 ** 21],
      [512, 4096, 2 ** 12],
    ])
  })

  it('rejects formats that contradict themselves', () => {
    const [root, last] = rockchipV1.levels
    if (root === undefined || last === undefined) throw new Error('two levels')
    const broken = (change: Partial<FormatSpec>) => () => layoutOf({ ...rockchipV1, ...change })
    expect(broken({ levels: [root] })).toThrow('level 0 and its table word')
    expect(broken({ levels: [{ ...root, shift: 23 }, last] })).toThrow('a gap below level 0')
    expect(broken({ levels: [root, { ...last, leaves: [] }] })).toThrow('no leaves')
    expect(broken({ levels: [root, { ...last, emptyLink: true }] })).toThrow('empty link')
    const nameless = word(32, [bit(0, 'present', ''), address(31, 12)])
    const leaves = last.leaves.map((leaf) => ({ ...leaf, word: nameless }))
    expect(broken({ levels: [root, { ...last, leaves }] })).toThrow('field named valid')
  })
})

describe('protectionBits', () => {
  it('gives every protection its own index, the IOMMU_ bits of Linux', () => {
    const all = { read: true, write: true, cache: true, noexec: true, mmio: true, privileged: true }
    expect(protectionBits(all)).toBe(63)
    expect(protectionBits({ read: true, write: false, noexec: true })).toBe(9)
    expect(protectionBits({ read: false, write: false })).toBe(0)
  })
})

describe('offsetWithin', () => {
  it('is the remainder for every power of two and every address', () => {
    for (const a of [0, 0xfff, 0x8000_0000, 0xffff_ffff, 0x12_3456_789a, 2 ** 53 - 1]) {
      for (let lg2 = 0; lg2 <= 52; lg2++) expect(offsetWithin(a, 2 ** lg2)).toBe(a % 2 ** lg2)
    }
  })
})
