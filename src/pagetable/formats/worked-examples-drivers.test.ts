/** Worked examples of single drivers and of the architectures: map, then look at the words. */
import { describe, expect, it } from 'vitest'
import { EADDRINUSE, EBUSY, EEXIST } from '../../base/errno.ts'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec } from '../contract.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { exynosV5 } from './exynos-v5.ts'
import { intelVtd, intelVtdFirst } from './intel-vtd.ts'
import { mediatekV1 } from './mediatek-v1.ts'
import { msm } from './msm.ts'
import { riscvSv39, riscvSv39x4 } from './riscv.ts'
import { rockchipV2 } from './rockchip-v2.ts'
import { shmobile } from './shmobile.ts'
import { sun50i } from './sun50i.ts'
import { tegraSmmu } from './tegra-smmu.ts'
import { x8664 } from './x86-64.ts'

const page = 0x1000
const rw = { read: true, write: true }
const ro = { read: true, write: false }
const wo = { read: false, write: true }
const none = { read: false, write: false }

function setUp(format: FormatSpec, base = 0x4000_0000) {
  const memory = new PhysicalMemory([{ base, size: 0x80_0000 }])
  const pages = new TableArena(memory, base, 0x80_0000)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no root')
  const word = (at: number) => memory.read32(at)
  const wide = (at: number) => (BigInt(word(at + 4)) << 32n) + BigInt(word(at))
  return { table, word, wide, root: table.root }
}

describe('rockchip-v2', () => {
  it('R2: tables and pages above 4 GiB', () => {
    const { table, word, root } = setUp(rockchipV2, 0x3_8000_0000)
    expect(table.map(0x0100_0000, 0x12_3456_7000, page, rw)).toBe(0)
    expect(word(root + 4 * 4)).toBe(0x8000_1301)
    expect(word(0x3_8000_1000)).toBe(0x3456_7217)
  })
})

describe('tegra-smmu', () => {
  it('T2 and T3: rights at the top of the word, the frame number below', () => {
    const { table, word, root } = setUp(tegraSmmu, 0x8100_0000)
    for (const [i, prot] of [rw, ro, wo, none].entries()) {
      expect(table.map(0x40_5000 + i * page, 0x4000_0000 + i * page, page, prot)).toBe(0)
    }
    expect(word(root + 4)).toBe(0xf008_1001)
    expect([5, 6, 7, 8].map((i) => word(0x8100_1000 + 4 * i))).toEqual([
      0xe004_0000, 0xa004_0001, 0x6004_0002, 0x2004_0003,
    ])
  })

  it('overwrites, and frees a table with its last page', () => {
    const { table, word, root } = setUp(tegraSmmu)
    table.map(0, 0x1000, page, rw)
    expect(table.map(0, 0x2000, page, rw)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(0x2000)
    expect(table.unmap(0, page)).toBe(page)
    expect([table.tableCount, word(root)]).toEqual([0, 0])
  })
})

describe('sun50i', () => {
  it('S2 and S3: the permission domain of a page; a mapped page is busy', () => {
    const { table, word, root } = setUp(sun50i)
    for (const [i, prot] of [ro, wo, rw, none].entries()) {
      expect(table.map(0x5000 + i * page, 0x4000_4000, page, prot)).toBe(0)
    }
    expect(table.map(0x5000, 0x4000_4000, page, rw)).toBe(-EBUSY)
    const l2 = word(root) - 1
    expect([5, 6, 7, 8].map((i) => word(l2 + 4 * i))).toEqual([
      0x4000_4022, 0x4000_4032, 0x4000_4042, 0x4000_4012,
    ])
  })
})

describe('exynos-v5', () => {
  it('E4: addresses shifted by four, permission bits', () => {
    const { table, word, root } = setUp(exynosV5)
    table.map(0, 0x8000_3000, page, rw)
    table.map(0x10_0000, 0x8000_0000, 0x10_0000, ro)
    table.map(0x1_0000, 0xf_8000_0000, 0x1_0000, wo)
    const l2 = (word(root) - 1) * 16
    expect([word(l2), word(root + 4)]).toEqual([0x0800_030e, 0x0800_0012])
    expect([16, 31].map((i) => word(l2 + 4 * i))).toEqual([0xf800_0009, 0xf800_0009])
  })
})

describe('mediatek-v1', () => {
  it('M5: an entry is the address and 0xa; a collision zeroes what the call wrote', () => {
    const { table, word, root } = setUp(mediatekV1)
    table.map(0x3000, 0x4000_0000, page, rw)
    expect(word(root + 12)).toBe(0x4000_000a)
    expect(table.mapPages(0x1000, 0x5000_0000, page, 3, rw)).toBe(-EEXIST)
    expect([1, 2, 3].map((i) => word(root + 4 * i))).toEqual([0, 0, 0x4000_000a])
    expect(table.unmap(0x9000, page)).toBe(page)
  })
})

describe('msm', () => {
  it('V4: rights are cache policies; the table goes with its last page', () => {
    const { table, word, root } = setUp(msm)
    table.map(0x7000, 0x4000_7000, page, { ...rw, cache: true })
    expect(word(root) % 0x400).toBe(1)
    expect(word(word(root) - 1 + 4 * 7)).toBe(0x4000_7c3a)
    table.map(0x7000, 0x4000_7000, page, ro)
    expect(word(word(root) - 1 + 4 * 7)).toBe(0x4000_7c7e)
    table.map(0x7000, 0x4000_7000, page, wo)
    expect(word(word(root) - 1 + 4 * 7)).toBe(0x4000_7c3e)
    expect(table.unmap(0x7000, page)).toBe(page)
    expect(table.tableCount).toBe(0)
  })

  it('a missing table counts as unmapped', () => {
    expect(setUp(msm).table.unmap(0x7000, page)).toBe(page)
  })
})

describe('shmobile', () => {
  it('H2 to H5: attributes all set; the middle of 64 KiB unmaps nothing', () => {
    const { table, word, root } = setUp(shmobile)
    table.map(0x1000, 0x4000_1000, page, rw)
    table.map(0x1_0000, 0x4001_0000, 0x1_0000, ro)
    table.map(0x10_0000, 0x4010_0000, 0x10_0000, rw)
    const l2 = word(root) - 1
    expect([1, 16, 31].map((i) => word(l2 + 4 * i))).toEqual([
      0x4000_1ff2, 0x4001_0ff1, 0x4001_0ff1,
    ])
    expect(word(root + 4)).toBe(0x4010_0c02)
    expect(table.unmap(0x1_5000, page)).toBe(0)
  })
})

describe('intel-vtd', () => {
  it('second stage: write-only is readable too, and snooping is forced where it can be', () => {
    const { table, wide, root } = setUp(intelVtd({ id: 'x', levels: 3, snoopControl: true }))
    table.map(0x4000_0000, 0x1_0000_0000, 0x4000_0000, wo)
    expect(wide(root + 8)).toBe(0x1_0000_0883n)
  })

  it('first stage: user, accessed, no execution; dirty where it may be written', () => {
    const { table, wide, root } = setUp(intelVtdFirst)
    table.map(0, 0x20_0000, 0x20_0000, ro)
    table.map(0x20_0000, 0x40_0000, 0x20_0000, rw)
    expect(wide(root)).toBe(0x8000_0000_4000_1027n)
    expect(wide(0x4000_2000)).toBe(0x8000_0000_0020_00a5n)
    expect(wide(0x4000_2008)).toBe(0x8000_0000_0040_00e7n)
  })
})

describe('x86-64 and riscv', () => {
  it('x86-64: 1 GiB, 2 MiB and 4 KiB', () => {
    const { table, wide, root } = setUp(x8664)
    table.map(0, 0x4000_0000, 0x4000_0000, rw)
    table.map(0x4000_0000, 0x20_0000, 0x20_0000, { ...ro, noexec: true })
    expect(wide(root)).toBe(0x4000_1027n)
    expect(wide(0x4000_1000)).toBe(0x4000_00e7n)
    expect(wide(0x4000_2000)).toBe(0x8000_0000_0020_00a5n)
    expect(table.map(page, 0, page, rw)).toBe(-EADDRINUSE)
  })

  it('riscv: Svnapot writes 64 KiB sixteen times, and the second stage has 2048 root entries', () => {
    const { table, wide } = setUp(riscvSv39)
    table.map(0x1_0000, 0x8001_0000, 0x1_0000, { ...rw, noexec: true })
    const entries = Array.from({ length: 18 }, (_, i) => wide(0x4000_2000 + 8 * (15 + i)))
    const napot = 0x8000_0000_2000_60d7n
    expect(entries).toEqual([0n, ...new Array<bigint>(16).fill(napot), 0n])
    const second = setUp(riscvSv39x4)
    expect(second.root % 0x4000).toBe(0)
    expect(second.table.map(2 ** 41 - 2 ** 30, 0, 2 ** 30, rw)).toBe(0)
    expect(second.wide(second.root + 8 * 2047)).toBe(0xdfn)
  })
})
