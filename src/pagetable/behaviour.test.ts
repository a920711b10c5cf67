/** One test for each declared difference, named after it: the same steps, the property changed. */
import { describe, expect, it } from 'vitest'
import { EADDRINUSE, EBUSY, EINVAL, ERANGE } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatBehaviour, FormatSpec } from './contract.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { exynosV1Prot } from './formats/exynos-v1.ts'
import { ipmmuVmsa } from './formats/ipmmu-vmsa.ts'
import { omap2 } from './formats/omap2.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'

const base = 0x4000_0000
const page = 0x1000
const rw = { read: true, write: true }

/** A table of a format with some of its behaviour changed. */
function tableOf(format: FormatSpec, change: Partial<FormatBehaviour> = {}) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  const pages = new TableArena(memory, base, 0x10_0000)
  const behaviour = { ...format.behaviour, ...change }
  const table = createPageTable({ ...format, behaviour }, { memory, pages })
  if (table === null) throw new Error('no root')
  return Object.assign(table, { pt: (i: number) => memory.read32(base + 0x1000 + 4 * i) })
}

describe('behaviour', () => {
  it('overMap: refuse with the error, or overwrite', () => {
    for (const overMap of [-EBUSY, 'overwrite'] as const) {
      const table = tableOf(rockchipV1, { overMap })
      table.map(0, 0x5000, page, rw)
      expect(table.map(0, 0x6000, page, rw)).toBe(overMap === 'overwrite' ? 0 : overMap)
      expect(table.iovaToPhys(0)).toBe(overMap === 'overwrite' ? 0x6000 : 0x5000)
    }
  })

  it('failedMapUndoes: the entries before the collision go, or stay', () => {
    for (const failedMapUndoes of [true, false]) {
      const table = tableOf(rockchipV1, { failedMapUndoes })
      table.map(2 * page, 0, page, rw)
      expect(table.map(0, 0x8000, 4 * page, rw)).toBe(-EADDRINUSE)
      expect(table.iovaToPhys(page)).toBe(failedMapUndoes ? null : 0x9000)
      expect(table.iovaToPhys(3 * page)).toBe(null)
    }
  })

  it('unmapClears: the entry, or its valid bit with the rest left behind', () => {
    for (const unmapClears of ['entry', 'valid-bit'] as const) {
      const table = tableOf(rockchipV1, { unmapClears })
      table.map(0, 0x5000, page, rw)
      table.unmap(0, page)
      expect(table.pt(0)).toBe(unmapClears === 'entry' ? 0 : 0x5006)
    }
  })

  it('mapChecks: the call, the page or the entry is looked at before writing', () => {
    for (const mapChecks of ['call', 'page', 'entry'] as const) {
      const table = tableOf(rockchipV1, { mapChecks })
      table.map(7 * page, 0, page, rw)
      expect(table.mapPages(0, 0x10_0000, 4 * page, 2, rw)).toBe(-EADDRINUSE)
      expect(table.mapped).toBe(mapChecks === 'call' ? 0 : 4 * page)
      expect(table.iovaToPhys(0)).toBe(mapChecks === 'call' ? null : 0x10_0000)
      // Written and taken back: only the valid bit went.
      expect(table.pt(4)).toBe(mapChecks === 'entry' ? 0x10_4006 : 0)
    }
  })

  it('mapUnderLeaf: refuse, or put a table in the place of the larger page', () => {
    for (const mapUnderLeaf of [-EBUSY, 'replace'] as const) {
      const table = tableOf(omap2, { mapUnderLeaf })
      table.map(0, 0, 0x10_0000, rw)
      expect(table.map(page, 0x5000, page, rw)).toBe(mapUnderLeaf === 'replace' ? 0 : -EBUSY)
      expect(table.iovaToPhys(page)).toBe(mapUnderLeaf === 'replace' ? 0x5000 : page)
      expect(table.iovaToPhys(0)).toBe(mapUnderLeaf === 'replace' ? null : 0)
    }
  })

  it('mapOverTable: replace whatever the table maps, or an empty one only', () => {
    for (const mapOverTable of ['replace', 'replace-empty'] as const) {
      const table = tableOf(exynosV1Prot, { mapOverTable })
      table.map(page, 0x5000, page, rw)
      const result = table.map(0, 0, 0x10_0000, rw)
      expect(result).toBe(mapOverTable === 'replace' ? 0 : -EADDRINUSE)
      table.unmap(page, mapOverTable === 'replace' ? 0x10_0000 : page)
      expect(table.map(0, 0, 0x10_0000, rw)).toBe(0)
      expect(table.tableCount).toBe(0)
    }
  })

  it('mapNoAccess: refuse, or write an entry', () => {
    const none = { read: false, write: false }
    expect(tableOf(rockchipV1).map(0, 0, page, none)).toBe(0)
    expect(tableOf(rockchipV1, { mapNoAccess: -EINVAL }).map(0, 0, page, none)).toBe(-EINVAL)
  })

  it('wideIova and wideOutput: refuse, or drop the high bits', () => {
    const high = 2 ** 32 + page
    const strict = tableOf(rockchipV1, { wideIova: undefined, wideOutput: undefined })
    expect(strict.map(high, 0, page, rw)).toBe(-ERANGE)
    expect(strict.map(0, high, page, rw)).toBe(-ERANGE)
    const loose = tableOf(rockchipV1)
    expect(loose.map(high, high + page, page, rw)).toBe(0)
    expect(loose.iovaToPhys(page)).toBe(2 * page)
  })

  it('pagesPerCall: all of them, or those in the first table', () => {
    for (const pagesPerCall of ['all', 'table'] as const) {
      const table = tableOf(rockchipV1, { pagesPerCall })
      expect(table.mapPages(0x3f_f000, 0, page, 3, rw)).toBe(0)
      expect(table.mapped).toBe(pagesPerCall === 'all' ? 3 * page : page)
      table.mapPages(0x40_0000, page, page, pagesPerCall === 'all' ? 0 : 2, rw)
      const unmapped = table.unmapPages(0x3f_f000, page, 3)
      expect(unmapped).toBe(pagesPerCall === 'all' ? 3 * page : page)
    }
  })

  it('unmapHole: stop there, or count it as unmapped', () => {
    for (const unmapHole of ['stop', 'count'] as const) {
      const table = tableOf(rockchipV1, { unmapHole })
      table.map(0, 0, page, rw)
      table.map(2 * page, 0, page, rw)
      expect(table.unmap(0, 4 * page)).toBe(unmapHole === 'count' ? 4 * page : page)
      expect(table.iovaToPhys(2 * page)).toBe(unmapHole === 'count' ? null : 0)
    }
  })

  it('unmapHole count: goes on from a missing table into one that is there', () => {
    const table = tableOf(ipmmuVmsa)
    table.map(0x4000_0000, 0, page, rw)
    expect(table.unmapPages(0x3fff_f000, page, 2)).toBe(2 * page)
    expect(table.iovaToPhys(0x4000_0000)).toBe(null)
  })

  it('unmapMissingTable: as a hole, or otherwise', () => {
    expect(tableOf(omap2).unmap(0, page)).toBe(0)
    expect(tableOf(omap2, { unmapMissingTable: 'count' }).unmap(0, page)).toBe(page)
    expect(tableOf(omap2, { unmapMissingTable: undefined }).unmap(0, page)).toBe(page)
  })

  it('unmapExtent: the size asked for, or the one entry at the address', () => {
    for (const unmapExtent of ['size', 'entry'] as const) {
      const table = tableOf(rockchipV1, { unmapExtent })
      table.map(0, 0, 4 * page, rw)
      expect(table.unmap(0, 4 * page)).toBe(unmapExtent === 'size' ? 4 * page : page)
    }
  })

  it('unmapSizes: page sizes, or any multiple of the smallest', () => {
    for (const unmapSizes of ['page-size', 'multiple'] as const) {
      const table = tableOf(rockchipV1, { unmapSizes })
      table.map(0, 0, 4 * page, rw)
      expect(table.unmap(0, 3 * page)).toBe(unmapSizes === 'multiple' ? 3 * page : 0)
      expect(table.unmap(0, page / 2)).toBe(0)
    }
  })

  it('unmapPart: split the larger page, refuse, or unmap the whole of it', () => {
    const answers = { split: page, refuse: 0, whole: 0x20_0000 }
    for (const unmapPart of ['split', 'refuse', 'whole'] as const) {
      const table = tableOf(armLpaeS132, { unmapPart })
      table.map(0, 0x80_0000, 0x20_0000, rw)
      expect(table.unmap(page, page)).toBe(answers[unmapPart])
      expect(table.iovaToPhys(2 * page)).toBe(unmapPart === 'whole' ? null : 0x80_2000)
      expect(table.iovaToPhys(page)).toBe(unmapPart === 'refuse' ? 0x80_1000 : null)
    }
  })

  it('unmapPart split: a page of equal entries falls apart into pages with their own addresses', () => {
    const table = tableOf(omap2, { unmapExtent: 'size', unmapPart: 'split' })
    table.map(0, 0x7000_0000, 0x1_0000, rw)
    expect(table.unmap(0, page)).toBe(page)
    expect([0, 0x1234, 0xf000].map((a) => table.iovaToPhys(a))).toEqual([
      null,
      0x7000_1234,
      0x7000_f000,
    ])
    table.map(0x100_0000, 0x200_0000, 0x100_0000, rw)
    expect(table.unmap(0x1ff_f000, page)).toBe(page)
    expect(
      [0x100_0000, 0x150_1234, 0x1ff_e000, 0x1ff_f000].map((a) => table.iovaToPhys(a)),
    ).toEqual([0x200_0000, 0x250_1234, 0x2ff_e000, null])
    // Sections everywhere but in the last of the sixteen entries.
    const types = [0, 14, 15].map((i) => table.memory.read32(table.root + 4 * (16 + i)) & 0x4_0003)
    expect(types).toEqual([2, 2, 1])
  })

  it('unmapPart split: a small page written over one entry of a larger page stays what it is', () => {
    const table = tableOf(ipmmuVmsa)
    table.map(0, 0x8_0000, 0x1_0000, rw)
    table.map(0x2000, 0x7000, page, rw)
    table.map(0x3000, 0x7000, page, rw)
    expect(table.unmap(0x2000, page)).toBe(page)
    expect(table.unmap(0xf000, page)).toBe(page)
    const found = [0, 0x2000, 0x3000, 0xe000, 0xf000].map((a) => table.iovaToPhys(a))
    expect(found).toEqual([0x8_0000, null, 0x7000, 0x8_e000, null])
    const pt = table.memory.read32(table.memory.read32(table.root) - 3) - 3
    for (let i = 0; i < 16; i++) expect(table.memory.read32(pt + 8 * i + 4)).toBe(0)
  })

  it('unmapPart split: the first page of a larger one takes the contiguous hint from the others', () => {
    const table = tableOf(ipmmuVmsa)
    table.map(0, 0x8_0000, 0x1_0000, rw)
    expect(table.unmap(0, page)).toBe(page)
    const pt = table.memory.read32(table.memory.read32(table.root) - 3) - 3
    for (let i = 0; i < 16; i++) expect(table.memory.read32(pt + 8 * i + 4)).toBe(0)
  })

  it('splitTo: pages of the size that is unmapped, or the largest of the level', () => {
    for (const splitTo of ['requested', 'largest'] as const) {
      const table = tableOf(ipmmuVmsa, { splitTo })
      table.map(0, 0x80_0000, 0x20_0000, rw)
      expect(table.unmap(0x1_1000, page)).toBe(page)
      const memory = table.memory
      const pt = memory.read32(memory.read32(table.root) - 3) - 3
      // Bit 52, the contiguous hint: gone from the group of the hole, kept elsewhere.
      const hint = (i: number) => (memory.read32(pt + 8 * i + 4) >>> 20) & 1
      expect([hint(0), hint(16), hint(32)]).toEqual(splitTo === 'largest' ? [1, 0, 1] : [0, 0, 0])
      expect(table.iovaToPhys(0x1_2000)).toBe(0x81_2000)
    }
  })

  it('freesEmptyTables: at once, or at destroy', () => {
    for (const freesEmptyTables of [true, false]) {
      const table = tableOf(armLpaeS132, { freesEmptyTables })
      table.map(0, 0, page, rw)
      table.unmap(0, page)
      expect(table.tableCount).toBe(freesEmptyTables ? 0 : 2)
      expect(table.memory.read32(table.root)).toBe(freesEmptyTables ? 0 : base + 0x1003)
    }
  })

  it('defects: what was meant happens instead', () => {
    const ids = (format: FormatSpec) => (format.behaviour.defects ?? []).map((d) => d.id)
    expect(ids(omap2)).toEqual(['page-under-section', 'section-over-table'])
    expect(ids(ipmmuVmsa)).toEqual(['page-under-block', 'block-over-table', 'split-of-64k'])
    const omap = tableOf(omap2)
    omap.map(0, 0x70_0000, 0x10_0000, rw)
    omap.map(page, 0x5000, page, rw)
    expect([omap.iovaToPhys(page), omap.tableCount]).toEqual([0x5000, 1])
    omap.map(0, 0x70_0000, 0x10_0000, rw)
    expect([omap.iovaToPhys(page), omap.tableCount]).toEqual([0x70_1000, 0])
    const ipmmu = tableOf(ipmmuVmsa)
    ipmmu.map(0, 0x8_0000, 0x1_0000, rw)
    expect(ipmmu.unmap(0x3000, page)).toBe(page)
    expect(ipmmu.iovaToPhys(0x3000)).toBe(null)
    expect([0x2000, 0x4000, 0xf000].map((a) => ipmmu.iovaToPhys(a))).toEqual([
      0x8_2000, 0x8_4000, 0x8_f000,
    ])
  })
})
