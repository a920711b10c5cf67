/** One test for each declared difference that io-pgtable's formats have, named after it. */
import { describe, expect, it } from 'vitest'
import { EEXIST, EINVAL } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatBehaviour, FormatSpec } from './contract.ts'
import { appleDart2 } from './formats/apple-dart.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { armLpaeS164With64k } from './formats/arm-lpae-s1.ts'
import { armV7sPlain } from './formats/arm-v7s-registered.ts'
import { registered } from './formats/io-pgtable.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'

const base = 0x8000_0000
const page = 0x1000
const large = 0x1_0000
const section = 0x10_0000
const rw = { read: true, write: true }

function tableOf(format: FormatSpec, change: Partial<FormatBehaviour> = {}, asLinux = false) {
  const memory = new PhysicalMemory([{ base, size: 0x100_0000 }])
  const pages = new TableArena(memory, base, 0x100_0000)
  const heard: unknown[] = []
  const tlb = {
    walk: (iova: number, size: number, granule: number) =>
      heard.push(['walk', iova, size, granule]),
    page: (iova: number, size: number, count: number) => heard.push(['page', iova, size, count]),
  }
  const behaviour = { ...format.behaviour, ...change }
  const table = createPageTable({ ...format, behaviour }, { memory, pages, tlb, asLinux })
  if (table === null) throw new Error('no root')
  return { table, heard, memory }
}

describe('behaviour of io-pgtable', () => {
  it('unaligned: refuse, or write what the word has room for', () => {
    for (const unaligned of ['refuse', 'encode'] as const) {
      const { table } = tableOf(armLpaeS132, { unaligned })
      const refused = unaligned === 'refuse'
      expect(table.map(0x40_1000, 0x20_3000, 0x20_0000, rw)).toBe(refused ? -EINVAL : 0)
      // The kernel joins the offset with what the block says, by OR.
      expect(table.iovaToPhys(0x47_8bfa)).toBe(refused ? null : 0x27_bbfa)
    }
    const { table } = tableOf(armLpaeS164With64k)
    expect(table.map(0, 0xf_0000_0001_3000, 0x1_0000, rw)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(0xf_0000_0001_0000)
  })

  it('mapNothing: 0, an error, or 0 with the tables for one page', () => {
    for (const mapNothing of [0, -EINVAL, 'tables'] as const) {
      const { table } = tableOf(armLpaeS132, { mapNothing })
      expect(table.mapPages(0, 0, page, 0, rw)).toBe(mapNothing === 'tables' ? 0 : mapNothing)
      expect(table.tableCount).toBe(mapNothing === 'tables' ? 2 : 0)
    }
  })

  it('pageByPage: what was mapped before an error stays', () => {
    for (const pageByPage of [true, false]) {
      const { table } = tableOf(armV7sPlain, { pageByPage, mapChecks: 'call' })
      expect(table.map(2 * page, 0, page, rw)).toBe(0)
      expect(table.mapPages(0, 0, page, 4, rw)).toBe(-EEXIST)
      expect(table.mapped).toBe(pageByPage ? 2 * page : 0)
    }
  })

  it('unmapChecksPage: a page with a hole stays, or loses what is there', () => {
    for (const unmapChecksPage of [true, false]) {
      const { table } = tableOf(armV7sPlain, { unmapChecksPage })
      expect(table.mapPages(0, 0, page, 3, rw)).toBe(0)
      expect(table.unmap(0, large)).toBe(unmapChecksPage ? 0 : 3 * page)
      expect(table.iovaToPhys(page)).toBe(unmapChecksPage ? page : null)
    }
  })

  it('reports: a cleared page of several entries is one page, or each entry', () => {
    for (const reports of ['page', 'entry'] as const) {
      const { table, heard } = tableOf(armV7sPlain, { reports })
      table.map(0, 0, large, rw)
      table.unmap(0, large)
      expect(heard).toEqual([reports === 'page' ? ['page', 0, large, 1] : ['page', 0, page, 16]])
    }
  })

  it('reportsGroupSplit: splitting a page of several entries is heard of, or not', () => {
    for (const reportsGroupSplit of [true, false]) {
      const { table, heard } = tableOf(armV7sPlain, { reportsGroupSplit })
      table.map(0, 0, large, rw)
      table.unmap(page, page)
      const split = ['walk', page, large, large]
      expect(heard).toEqual([...(reportsGroupSplit ? [split] : []), ['page', page, page, 1]])
    }
  })

  it('rewrites: nothing, the block in the way, or the links as well', () => {
    for (const rewrites of [undefined, 'blocks', 'links'] as const) {
      const { table } = tableOf(armV7sPlain, { rewrites })
      expect(table.map(section, 0, section, rw)).toBe(0)
      expect(table.written).toBe(4)
      expect(table.map(section, 0, page, rw)).toBe(-EEXIST)
      expect(table.written).toBe(rewrites === undefined ? 0 : 4)
      table.map(0, 0, page, rw)
      table.map(page, 0, page, rw)
      expect(table.written).toBe(rewrites === 'links' ? 8 : 4)
    }
  })

  it('warns: what Linux would WARN about is counted', () => {
    const { table } = tableOf(armLpaeS132)
    const warnings = (run: () => unknown) => {
      run()
      return table.warnings
    }
    expect(warnings(() => table.map(0, 0, page, rw))).toBe(0)
    expect(warnings(() => table.map(0, 0, page, rw))).toBe(1)
    expect(warnings(() => table.map(0, 0, 3 * page, rw))).toBe(1)
    expect(warnings(() => table.map(0, 0, page, { read: false, write: false }))).toBe(0)
    expect(warnings(() => table.unmap(2 ** 33, page))).toBe(1)
    expect(warnings(() => table.unmapPages(0, page, 2))).toBe(1)
  })

  it('splitForgetsOutput: Linux loses the address of a section that it splits', () => {
    for (const asLinux of [true, false]) {
      const { table } = tableOf(armV7sPlain, {}, asLinux)
      table.map(section, 0x4000_0000, section, rw)
      expect(table.unmap(section + 5 * page, page)).toBe(page)
      expect(table.iovaToPhys(section + 6 * page)).toBe((asLinux ? 0 : 0x4000_0000) + 6 * page)
    }
  })

  it('splitNeedsFirst: Linux unmaps no page in a later section of a supersection', () => {
    for (const asLinux of [true, false]) {
      const { table } = tableOf(armV7sPlain, {}, asLinux)
      table.map(0, 0x4000_0000, 16 * section, rw)
      expect(table.unmap(3 * section, page)).toBe(asLinux ? 0 : page)
      expect(table.iovaToPhys(3 * section)).toBe(asLinux ? 0x4000_0000 + 3 * section : null)
    }
  })

  it('linksTruncate: tables whose addresses differ in lost bits only fall together', () => {
    const cfg = { sizes: [12], ias: 32, oas: 36, quirks: [], coherentWalk: true }
    const { table } = tableOf(registered(appleDart2(cfg)))
    expect(table.map(0, 0x4000, page, rw)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(0x4000)
    expect(table.map(0x20_0000, 0x8000, page, rw)).toBe(-EEXIST)
    const { table: apart } = tableOf(registered(appleDart2(cfg)), { linksTruncate: false })
    expect(apart.map(0, 0x4000, page, rw)).toBe(0)
    expect(apart.map(0x20_0000, 0x8000, page, rw)).toBe(0)
    expect(apart.iovaToPhys(0)).toBe(0x4000)
  })
})
