import { describe, expect, it } from 'vitest'
import { EINVAL, ENOMEM } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { address, bit, word } from '../base/word.ts'
import type { FormatSpec, LeafSpec, TablePages } from './contract.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { exynosV1 } from './formats/exynos-v1.ts'
import { omap2 } from './formats/omap2.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { mappings } from './mappings.ts'
import { createPageTable, openPageTable, type PageTableOptions } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'

const base = 0x4000_0000
const rw = { read: true, write: true }

function setUp(format: FormatSpec, options: Partial<PageTableOptions> = {}) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  const arena = new TableArena(memory, base, 0x10_0000)
  const table = createPageTable(format, { memory, pages: arena, ...options })
  if (table === null) throw new Error('no root')
  return { memory, arena, table }
}

describe('createPageTable', () => {
  it('is null without memory for the root, or for the shared empty table', () => {
    const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
    for (const size of [0x1000, 0x4000]) {
      const pages = new TableArena(memory, base, size)
      expect(createPageTable(exynosV1, { memory, pages })).toBe(null)
      expect(pages.liveTables).toBe(0)
    }
  })

  it('uses a root that the caller keeps', () => {
    const root = base + 0x8_0000
    const { arena, table } = setUp(rockchipV1, { root })
    expect([table.root, arena.liveTables]).toEqual([root, 0])
    table.map(0, 0, 0x1000, rw)
    table.destroy()
    expect(arena.liveTables).toBe(0)
  })

  it('shares one empty table between page tables of a driver', () => {
    const emptyTable = base + 0x8_0000
    const { memory, arena, table } = setUp(exynosV1, { emptyTable })
    expect(arena.liveTables).toBe(1)
    expect(memory.read32(table.root + 4 * 4095)).toBe(emptyTable + 1)
    table.map(0, 0, 0x10_0000, rw)
    expect(memory.read32(table.root)).toBe(2)
    table.unmap(0, 0x10_0000)
    expect(memory.read32(table.root)).toBe(emptyTable + 1)
  })

  it('refuses to be used after destroy: a bug of the caller', () => {
    const { table } = setUp(rockchipV1)
    table.destroy()
    expect(() => table.map(0, 0, 0x1000, rw)).toThrow('map after destroy')
    expect(() => table.unmap(0, 0x1000)).toThrow('unmap after destroy')
    expect(() => table.destroy()).toThrow('destroyed twice')
  })
})

describe('openPageTable', () => {
  it('goes on with tables that are in memory already, and owns those below the root', () => {
    for (const format of [rockchipV1, omap2, armLpaeS132]) {
      const { memory, arena, table } = setUp(format)
      table.map(0x1234_5000, 0x7000, 0x1000, rw)
      const opened = openPageTable(format, { memory, pages: arena, root: table.root })
      expect(opened.tableCount).toBe(table.tableCount)
      expect(opened.iovaToPhys(0x1234_5678)).toBe(0x7678)
      expect(opened.unmap(0x1234_5000, 0x1000)).toBe(0x1000)
      opened.destroy()
      expect(arena.liveTables).toBe(1)
    }
  })

  it('needs to be told the shared empty table', () => {
    const { memory, arena, table } = setUp(exynosV1)
    const options = { memory, pages: arena, root: table.root }
    expect(() => openPageTable(exynosV1, options)).toThrow('shared empty table')
    const emptyTable = memory.read32(table.root) - 1
    const opened = openPageTable(exynosV1, { ...options, emptyTable })
    expect([opened.tableCount, opened.iovaToPhys(0)]).toEqual([0, null])
  })
})

describe('mapPages and unmapPages', () => {
  it('go from table to table', () => {
    const { table } = setUp(rockchipV1)
    expect(table.mapPages(0x3f_e000, 0x9000_0000, 0x1000, 4, rw)).toBe(0)
    expect([table.mapped, table.tableCount]).toEqual([0x4000, 2])
    expect([...mappings(table)]).toEqual([
      { iova: 0x3f_e000, address: 0x9000_0000, size: 0x4000, ...rw },
    ])
    expect(table.unmapPages(0x3f_e000, 0x1000, 4)).toBe(0x4000)
    expect([...mappings(table)]).toEqual([])
  })

  it('write pages of several entries one after the other', () => {
    const { table } = setUp(omap2)
    expect(table.mapPages(0xe_0000, 0x9000_0000, 0x1_0000, 4, rw)).toBe(0)
    expect([...mappings(table)]).toEqual([
      { iova: 0xe_0000, address: 0x9000_0000, size: 0x4_0000, ...rw },
    ])
    expect(table.unmapPages(0xe_0000, 0x1_0000, 4)).toBe(0x4_0000)
    expect(table.tableCount).toBe(0)
  })

  it('tell how far they came before they were refused', () => {
    const { table } = setUp(rockchipV1)
    table.map(0x40_1000, 0, 0x1000, rw)
    expect(table.mapPages(0x3f_f000, 0, 0x1000, 4, rw)).toBeLessThan(0)
    expect([table.mapped, table.conflict]).toEqual([0x2000, 0x40_1000])
  })

  it('take no pages for done at once', () => {
    const { table } = setUp(armLpaeS132)
    expect(table.mapPages(0, 0, 0x1000, 0, rw)).toBe(0)
    expect(table.mapped).toBe(0)
    expect(table.unmapPages(0, 0x1000, 0)).toBe(0)
  })
})

describe('a run of pages', () => {
  it('may start at any page, but may not leave its table', () => {
    const { table } = setUp(rockchipV1)
    expect(table.map(0x3f_c000, 0x9000_1000, 0x4000, rw)).toBe(0)
    expect(table.iovaToPhys(0x3f_ffff)).toBe(0x9000_4fff)
    expect(table.map(0x7f_e000, 0, 0x4000, rw)).toBe(-EINVAL)
    expect(table.mapPages(0xbf_9000, 0, 0x4000, 3, rw)).toBe(-EINVAL)
    expect([table.mapped, table.iovaToPhys(0xbf_cfff), table.iovaToPhys(0xbf_d000)]).toEqual([
      0x4000,
      0x3fff,
      null,
    ])
  })
})

describe('when tables run out', () => {
  it('unmapping part of a block unmaps nothing and keeps it', () => {
    const { arena, table } = setUp(armLpaeS132)
    table.map(0, 0x4000_0000, 0x4000_0000, rw)
    while (arena.allocate(0x1000) !== null);
    expect(table.unmap(0x1000, 0x1000)).toBe(0)
    expect(table.iovaToPhys(0x1000)).toBe(0x4000_1000)
  })

  it('a refused map keeps the tables that it installed on the way', () => {
    let left = 2
    const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
    const arena = new TableArena(memory, base, 0x10_0000)
    const pages: TablePages = {
      allocate: (size) => (left-- > 0 ? arena.allocate(size) : null),
      free: (at, size) => arena.free(at, size),
    }
    const table = createPageTable(armLpaeS132, { memory, pages })
    expect(table?.map(0, 0, 0x1000, rw)).toBe(-ENOMEM)
    expect([table?.tableCount, table?.installedTable]).toEqual([1, false])
    table?.destroy()
    expect(arena.liveTables).toBe(0)
  })
})

describe('the TLB observer', () => {
  it('hears of pages in runs, and of tables that went', () => {
    const heard: string[] = []
    const tlb = {
      walk: (iova: number, size: number) => void heard.push(`walk ${iova} ${size}`),
      page: (iova: number, size: number, count: number) =>
        void heard.push(`page ${iova} ${size} x${count}`),
    }
    const { table } = setUp(armLpaeS132, { tlb })
    table.mapPages(0, 0, 0x1000, 8, rw)
    table.unmapPages(0x1000, 0x1000, 3)
    table.map(0, 0, 0x20_0000, rw)
    table.unmap(0, 0x20_0000)
    expect(heard).toEqual(['page 4096 4096 x3', 'walk 0 2097152', 'page 0 2097152 x1'])
  })
})

describe('formats to come', () => {
  const page: LeafSpec = {
    lg2: 16,
    word: word(64, [
      bit(0, 'valid', 'valid'),
      address(47, 16),
      address(15, 12, 48, 'high'),
      bit(63, 'writable', 'writable'),
    ]),
    attributes: ({ write }) => ({ valid: 1, writable: +write }),
  }
  /** 64 KiB granule, 52-bit output in two pieces, a root of 16 tables side by side. */
  const wide: FormatSpec = {
    ...armLpaeS132,
    id: 'wide',
    iovaBits: 46,
    outputBits: 52,
    mapSizes: undefined,
    levels: [
      {
        shift: 29,
        entriesLg2: 17,
        leaves: [],
        table: { word: word(64, [bit(0, 'valid', ''), address(47, 16)]), fields: { valid: 1 } },
      },
      { shift: 16, entriesLg2: 13, leaves: [page], table: null },
    ],
    classify: (lo, _hi, level) => ((lo & 1) === 0 ? 'empty' : level === 0 ? 'table' : 'leaf'),
    leafOf: () => page,
    permissions: (_lo, hi) => ({ read: true, write: hi >> 31 !== 0 }),
    examples: [],
  }

  it('may keep address bits below the page size in a leaf, which translating ignores', () => {
    const [root, last] = rockchipV1.levels
    const [small] = last?.leaves ?? []
    if (root === undefined || last === undefined || small === undefined) throw new Error('levels')
    const large = { ...small, lg2: 16 }
    const levels = [root, { ...last, leaves: [large] }]
    const format: FormatSpec = { ...rockchipV1, levels, runs: undefined, leafOf: () => large }
    const { memory, table } = setUp(format)
    table.map(0, 0x5_0000, 0x1_0000, rw)
    for (let i = 0; i < 16; i++) memory.write32(base + 0x1000 + 4 * i, 0x5_7007)
    expect(table.iovaToPhys(0x1234)).toBe(0x5_1234)
    expect(walk(format, memory, table.root, 0x1234)).toMatchObject({ address: 0x5_1234, lg2: 16 })
    expect([...mappings(table)]).toEqual([{ iova: 0, address: 0x5_0000, size: 0x1_0000, ...rw }])
  })

  it('may concatenate root tables and split a 52-bit address', () => {
    const memory = new PhysicalMemory([{ base, size: 0x100_0000 }])
    const pages = new TableArena(memory, base, 0x100_0000)
    const table = createPageTable(wide, { memory, pages })
    if (table === null) throw new Error('no root')
    const iova = 2 ** 46 - 0x3_0000
    const output = 0xf_fffe_fffe_0000
    expect(table.mapPages(iova, output, 0x1_0000, 3, rw)).toBe(0)
    expect([...mappings(table)]).toEqual([{ iova, address: output, size: 0x3_0000, ...rw }])
    expect(walk(wide, memory, table.root, iova + 0x2_1234)).toMatchObject({
      kind: 'mapped',
      address: output + 0x2_1234,
    })
    expect(table.unmapPages(iova, 0x1_0000, 3)).toBe(0x3_0000)
  })
})
