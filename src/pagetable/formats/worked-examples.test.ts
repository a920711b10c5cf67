/** The driver sheets' worked examples, word for word. */
import { describe, expect, it } from 'vitest'
import { EADDRINUSE, EINVAL } from '../../base/errno.ts'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec } from '../contract.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { armLpaeS132Ns } from './arm-lpae-s1-32.ts'
import { exynosV1, exynosV1Prot } from './exynos-v1.ts'
import { ipmmuVmsa } from './ipmmu-vmsa.ts'
import { omap2 } from './omap2.ts'
import { rockchipV1 } from './rockchip-v1.ts'

const base = 0x4000_1000
const rw = { read: true, write: true }

function setUp(format: FormatSpec) {
  const memory = new PhysicalMemory([{ base: 0x4000_0000, size: 0x10_0000 }])
  const pages = new TableArena(memory, base, 0xf_0000)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no root')
  return { memory, table, word: (at: number) => memory.read32(at) }
}

describe('rockchip-v1', () => {
  it('R1: a page table at 0x40002000 and a read-write page', () => {
    const { table, word } = setUp(rockchipV1)
    expect(table.map(0x0100_0000, 0x6789_a000, 0x1000, rw)).toBe(0)
    expect([word(0x4000_1010), word(0x4000_2000)]).toEqual([0x4000_2001, 0x6789_a007])
  })

  it('R3: 16 KiB that meet a mapped page are written, taken back and refused', () => {
    const { table, word } = setUp(rockchipV1)
    table.map(0x5000, 0x1000_0000, 0x1000, rw)
    expect(table.map(0x4000, 0x3000_0000, 0x4000, rw)).toBe(-EADDRINUSE)
    expect([word(0x4000_2010), word(0x4000_2014)]).toEqual([0x3000_0006, 0x1000_0007])
    expect(table.conflict).toBe(0x5000)
  })
})

describe('omap2', () => {
  it('O2: 16 MiB are sixteen equal level-1 entries', () => {
    const { table, word } = setUp(omap2)
    expect(table.root % 0x4000).toBe(0)
    expect(table.map(0x1000_0000, 0x8000_0000, 0x100_0000, rw)).toBe(0)
    const entries = Array.from({ length: 18 }, (_, i) => word(table.root + 4 * (0xff + i)))
    expect(entries).toEqual([0, ...new Array<number>(16).fill(0x8004_0002), 0])
  })

  it('O3: 64 KiB are sixteen equal level-2 entries', () => {
    const { table, word } = setUp(omap2)
    expect(table.map(0x12_0000, 0x9abc_0000, 0x1_0000, rw)).toBe(0)
    const l2 = word(table.root + 4) - 1
    expect(l2 % 0x400).toBe(0)
    expect([word(l2 + 0x7c), word(l2 + 0x80), word(l2 + 0xbc), word(l2 + 0xc0)]).toEqual([
      0, 0x9abc_0001, 0x9abc_0001, 0,
    ])
  })

  it('O4: a section to a misaligned address is refused', () => {
    expect(setUp(omap2).table.map(0x10_0000, 0x1_0000, 0x10_0000, rw)).toBe(-EINVAL)
  })

  it('O5: overwrites, and answers for a hole as long as the level-2 table lives', () => {
    const { table, word } = setUp(omap2)
    expect(table.map(0x5000, 0x1000_0000, 0x1000, rw)).toBe(0)
    expect(table.map(0x5000, 0x2000_0000, 0x1000, rw)).toBe(0)
    expect(word(word(table.root) - 1 + 4 * 5)).toBe(0x2000_0002)
    expect(table.unmap(0x6000, 0x1000)).toBe(0x1000)
    expect(table.unmap(0x5000, 0x1000)).toBe(0x1000)
    expect([table.tableCount, word(table.root)]).toEqual([0, 0])
    expect(table.unmap(0x5000, 0x1000)).toBe(0)
  })

  it('unmaps the whole page that contains the address, and says its size', () => {
    const { table } = setUp(omap2)
    table.map(0x2_0000, 0x1_0000, 0x1_0000, rw)
    table.map(0x100_0000, 0x200_0000, 0x100_0000, rw)
    expect(table.unmap(0x2_5000, 0x1000)).toBe(0x1_0000)
    expect(table.unmap(0x150_0000, 0x1000)).toBe(0x100_0000)
    expect(table.tableCount).toBe(0)
  })
})

describe('exynos-v1 and exynos-v1-prot', () => {
  it('E3: 64 KiB read-write, 4 KiB read only, 4 KiB without access', () => {
    const { table, word } = setUp(exynosV1Prot)
    table.map(0x10_0000, 0x1d42_0000, 0x1_0000, rw)
    table.map(0x11_0000, 0x8000_1000, 0x1000, { read: true, write: false })
    table.map(0x11_1000, 0x8000_0000, 0x1000, { read: false, write: false })
    const l2 = word(table.root + 4) - 1
    const entries = Array.from({ length: 18 }, (_, i) => word(l2 + 4 * i))
    expect(entries).toEqual([...new Array<number>(16).fill(0x1d42_0011), 0x8000_1212, 0x8000_0002])
  })

  it('the older driver writes no permission bits', () => {
    const { table, word } = setUp(exynosV1)
    table.map(0, 0x1d42_0000, 0x1_0000, { read: true, write: false })
    table.map(0x20_0000, 0x8000_0000, 0x10_0000, rw)
    expect(word(word(table.root) - 1)).toBe(0x1d42_0001)
    expect(word(table.root + 8)).toBe(0x8000_0002)
  })

  it('E5: every idle level-1 entry links to one zeroed level-2 table', () => {
    const { table, word } = setUp(exynosV1)
    const link = word(table.root)
    expect(link % 4).toBe(1)
    for (let i = 0; i < 4096; i++) expect(word(table.root + 4 * i)).toBe(link)
    for (let i = 0; i < 256; i++) expect(word(link - 1 + 4 * i)).toBe(0)
    table.map(0x2000_0000, 0, 0x10_0000, rw)
    expect(table.unmap(0x2000_0000, 0x10_0000)).toBe(0x10_0000)
    expect(word(table.root + 4 * 0x200)).toBe(link)
  })
})

describe('ipmmu-vmsa and arm-lpae-s1-32-ns', () => {
  it('I4: what io-pgtable writes for the IPMMU', () => {
    const { memory, table, word } = setUp(armLpaeS132Ns)
    table.map(0x4000_0000, 0x4800_0000, 0x1000, rw)
    expect(word(table.root + 8) & 0xfff).toBe(3)
    expect(word(table.root + 12)).toBe(0x8080_0000)
    const l2 = word(table.root + 8) - 3
    const l3 = word(l2) - 3
    expect([word(l3), memory.read32(l3 + 4)]).toEqual([0x4800_0e63, 0])
  })

  it('what the driver of its own wrote: inner shareable, non-secure tables', () => {
    const { table, word } = setUp(ipmmuVmsa)
    expect(table.map(0x4000_0000, 0x4800_0000, 0x1000, rw)).toBe(0)
    expect(table.map(0x4001_0000, 0x4_4801_0000, 0x1_0000, { ...rw, cache: true })).toBe(0)
    expect(word(table.root + 12)).toBe(0x8000_0000)
    const l3 = word(word(table.root + 8) - 3) - 3
    expect([word(l3), word(l3 + 4)]).toEqual([0x4800_0f63, 0])
    expect([word(l3 + 8 * 31), word(l3 + 8 * 31 + 4)]).toEqual([0x4801_ff67, 0x0010_0004])
  })

  it('a page with neither read nor write is a faulting entry, except with NOEXEC', () => {
    const { table } = setUp(ipmmuVmsa)
    const none = { read: false, write: false }
    expect(table.map(0, 0x4800_0000, 0x1000, none)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(null)
    expect(table.map(0, 0x4800_0000, 0x1000, { ...none, noexec: true })).toBe(0)
    expect(table.iovaToPhys(0)).toBe(0x4800_0000)
  })

  it('unmapping 2 MiB of pages frees their table', () => {
    const { table } = setUp(ipmmuVmsa)
    table.map(0x4000_0000, 0, 0x1000, rw)
    table.map(0x4000_5000, 0, 0x1000, rw)
    expect(table.unmap(0x4000_0000, 0x20_0000)).toBe(0x20_0000)
    expect(table.tableCount).toBe(0)
  })
})
