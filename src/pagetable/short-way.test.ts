/** What the short way must not overlook; that it does what the general one does is direct.test.ts's. */
import { describe, expect, test } from 'vitest'
import { EINVAL, ERANGE } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { Protection, TlbObserver } from './contract.ts'
import { amdV1Growing } from './formats/amd-v1.ts'
import { armLpaeS164, armLpaeS164With16k } from './formats/arm-lpae-s1.ts'
import { armV7sPlain } from './formats/arm-v7s-registered.ts'
import { exynosV1 } from './formats/exynos-v1.ts'
import { exynosV5 } from './formats/exynos-v5.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { x8664 } from './formats/x86-64.ts'
import { createPageTable, openPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'

const base = 0x8000_0000
const size = 0x40_0000
const rw: Protection = { read: true, write: true }

/** Memory that is one array and memory in chunks, with tables from its second half. */
const kinds = [true, false].map((flat) => ({ flat, name: flat ? 'one array' : 'chunks' }))

function memoryOf(flat: boolean) {
  const memory = new PhysicalMemory(
    [
      { base, size },
      { base: base + size, size },
    ],
    { flat },
  )
  return { memory, pages: new TableArena(memory, base + size / 2, size / 2) }
}

describe.each(kinds)('memory in $name', ({ flat }) => {
  test('a root that links to itself: its window changes links, and who remembers them learns it', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(armLpaeS164, { memory, pages })!
    const own = 511
    memory.write32(table.root + own * 8, table.root | 3)
    // The window of the root's own entries, a page each.
    const window = own * 2 ** 39 + own * 2 ** 30 + own * 2 ** 21
    for (const at of [0x1000, 0x2000]) table.map(at, 0x700_0000, 4096, rw)
    for (let i = 0; i < 3; i++) {
      expect(table.translate(0x1000)).toBe(0x700_0000)
      expect(table.translate(window + own * 4096)).toBe(table.root)
    }
    expect(table.unmap(window, 4096)).toBe(4096)
    expect(table.translate(0x1000)).toBe(-1)
    expect(table.unmap(0x1000, 4096)).toBe(0)
  })

  test('a last table of one tree that is the root of another', () => {
    const { memory, pages } = memoryOf(flat)
    const inner = createPageTable(armLpaeS164, { memory, pages })!
    const outer = createPageTable(armLpaeS164, { memory, pages })!
    inner.map(0x1000, 0x700_0000, 4096, rw)
    outer.map(0x1000, 0x500_0000, 4096, rw)
    const link = walk(armLpaeS164, memory, outer.root, 0x1000).steps[2]!
    memory.write32(link.at, inner.root | 3)
    const look = {
      inner: () => expect(inner.translate(0x1000)).toBe(0x700_0000),
      outer: () => expect(outer.translate(0x1000)).toBe(0x500_0000),
    }
    for (const count of [1, 2]) {
      for (const order of [['inner'], ['inner', 'outer'], ['outer', 'inner']] as const) {
        inner.map(0x1000, 0x700_0000, 4096, rw)
        outer.map(0x1000, 0x500_0000, 4096, rw)
        // What was remembered before is outdated.
        memory.write32(base, 1)
        for (const one of order) for (let i = 0; i < 3; i++) look[one]()
        expect(outer.unmapPages(0, 4096, count)).toBe(count * 4096)
        expect(inner.translate(0x1000)).toBe(-1)
      }
    }
  })

  test('tables that overlap, though they begin at different places', () => {
    const { memory, pages } = memoryOf(flat)
    const outer = createPageTable(armLpaeS164With16k, { memory, pages })!
    outer.map(0, 0x600_0000, 0x4000, rw)
    const { at: last } = walk(armLpaeS164With16k, memory, outer.root, 0).steps.at(-1)!
    const inner = createPageTable(armLpaeS164, { memory, pages, root: last + 0x1000 })!
    const slot = 7
    const victim = slot * 2 ** 39 + 5 * 0x20_0000
    const window = (0x1000 / 8 + slot) * 0x4000
    inner.map(victim, 0x700_0000, 4096, rw)
    for (let i = 0; i < 4; i++) {
      expect(inner.translate(victim)).toBe(0x700_0000)
      expect(outer.translate(window)).toBeGreaterThan(0)
    }
    expect(outer.unmap(window, 0x4000)).toBe(0x4000)
    expect(inner.translate(victim)).toBe(-1)
    expect(inner.unmap(victim, 4096)).toBe(0)
  })

  test('an observer of a call that goes on may not destroy the table', () => {
    for (const format of [armV7sPlain, armLpaeS164, rockchipV1]) {
      const { memory, pages } = memoryOf(flat)
      const tlb: TlbObserver = { walk() {}, page: () => table.destroy() }
      const table = createPageTable(format, { memory, pages, tlb })!
      for (let i = 0; i < 4; i++) table.map(i * 4096, 0, 4096, rw)
      expect(() => table.unmapPages(0, 4096, 4)).toThrow('under way')
    }
  })

  test('sizes that are none end, also where drivers count holes', () => {
    for (const format of [exynosV1, exynosV5, rockchipV1, armLpaeS164]) {
      const { memory, pages } = memoryOf(flat)
      const table = createPageTable(format, { memory, pages })!
      table.map(0, 0, 4096, rw)
      for (const size of [Number.NaN, -4096, 0]) expect(table.unmapPages(0, size, 8)).toBe(0)
      for (const size of [Number.POSITIVE_INFINITY, 1e15]) table.unmapPages(0, size, 8)
    }
  })

  test('a root that reaches into the next bank', () => {
    for (const format of [armV7sPlain, armLpaeS164]) {
      const { memory, pages } = memoryOf(flat)
      const bytes = format === armV7sPlain ? 0x4000 : 0x1000
      const root = base + size - bytes / 2
      const table = createPageTable(format, { memory, pages, root })!
      const iova = format === armV7sPlain ? 0xc000_0000 : 300 * 2 ** 39
      expect(table.map(iova, 0x1000, 4096, rw)).toBe(0)
      expect(table.tableCount).toBe(format === armV7sPlain ? 1 : 3)
      expect(table.translate(iova)).toBe(0x1000)
    }
  })

  test('addresses below 0 and what is no number map nothing and are nowhere', () => {
    for (const format of [armV7sPlain, armLpaeS164]) {
      const { memory, pages } = memoryOf(flat)
      const table = createPageTable(format, { memory, pages })!
      table.map(0x1000, 0x1000, 4096, rw)
      for (const odd of [-4096, -(2 ** 31), Number.NaN, Number.POSITIVE_INFINITY]) {
        const wanted = Number.isFinite(odd) ? -ERANGE : -EINVAL
        expect(table.map(odd, 0x1000, 4096, rw)).toBe(wanted)
        expect(table.map(0x2000, odd, 4096, rw)).toBe(wanted)
        expect(table.mapped).toBe(0)
        expect(table.unmap(odd, 4096)).toBe(0)
        expect(table.translate(odd)).toBe(-1)
        expect(walk(format, memory, table.root, odd).kind).toBe('fault')
      }
      expect(memory.read32(table.root - 4)).toBe(0)
      expect(table.translate(0x2000)).toBe(-1)
    }
  })

  test('pages are counted in whole numbers', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(armLpaeS164, { memory, pages })!
    for (const count of [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(table.mapPages(0, 0, 4096, count, rw)).toBe(-EINVAL)
      expect(table.mapped).toBe(0)
      expect(table.unmapPages(0, 4096, count)).toBe(0)
    }
  })

  test('short descriptors look at the first address of a call only, as arm_v7s_map_pages() does', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(armV7sPlain, { memory, pages })!
    expect(table.mapPages(0x1000_0000, 0xfff0_0000, 0x10_0000, 2, rw)).toBe(0)
    expect(table.mapped).toBe(0x20_0000)
    expect(table.translate(0x1010_0000)).toBe(0)
    expect(table.mapPages(0xffff_f000, 0x5000, 4096, 2, rw)).toBe(0)
    expect(table.translate(0)).toBe(0x6000)
    expect(table.unmapPages(0xffff_f000, 4096, 2)).toBe(0x2000)
    expect(table.translate(0)).toBe(-1)
    expect(table.mapPages(2 ** 32, 0x5000, 4096, 2, rw)).toBe(-ERANGE)
  })

  test('an observer that unmaps something else does not end the call', () => {
    for (const format of [armV7sPlain, armLpaeS164, rockchipV1]) {
      const { memory, pages } = memoryOf(flat)
      let told = 0
      const tlb: TlbObserver = {
        walk() {},
        page() {
          if (told++ === 0) table.unmap(0x5000, 4096)
        },
      }
      const table = createPageTable(format, { memory, pages, tlb })!
      table.map(0x5000, 0x5000, 4096, rw)
      const from = 0x100_0000
      for (let done = 0; done < 2048; ) {
        expect(table.mapPages(from + done * 4096, 0, 4096, 2048 - done, rw)).toBe(0)
        done += table.mapped / 4096
      }
      let bytes = 0
      while (bytes < 2048 * 4096) {
        const more = table.unmapPages(from + bytes, 4096, 2048 - bytes / 4096)
        expect(more).toBeGreaterThan(0)
        bytes += more
      }
      for (let i = 0; i < 2048; i++) expect(table.translate(from + i * 4096)).toBe(-1)
    }
  })

  test('a table that was destroyed answers nothing, whoever has its memory now', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(armLpaeS164, { memory, pages })!
    table.map(0x5000, 0x5000, 4096, rw)
    expect(table.translate(0x5000)).toBe(0x5000)
    table.destroy()
    createPageTable(armLpaeS164, { memory, pages })!.map(0x5000, 0x7000, 4096, rw)
    expect(table.translate(0x5000)).toBe(-1)
    expect(table.iovaToPhys(0x5000)).toBe(null)
  })

  test('a failing map leaves what the last one that succeeded told', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(armLpaeS164, { memory, pages })!
    const step = (iova: number) => [table.map(iova, 0, 4096, rw), table.installedTable]
    expect(step(0)).toEqual([0, true])
    expect(step(0)[1]).toBe(true)
    expect(step(0x1000)).toEqual([0, false])
    expect(step(-1)[1]).toBe(false)
  })

  test('a root of the caller stays the root, also of a format whose tables grow', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(amdV1Growing, { memory, pages, root: base })!
    expect(table.map(2 ** 40, 0, 4096, rw)).toBe(-ERANGE)
    expect(table.map(0x1000, 0x5000, 4096, rw)).toBe(0)
    expect(table.root).toBe(base)
  })

  test('opening a root that links to itself does not make it the tables own', () => {
    const { memory, pages } = memoryOf(flat)
    const table = createPageTable(x8664, { memory, pages })!
    memory.write32(table.root + 511 * 8, table.root | 3)
    openPageTable(x8664, { memory, pages, root: table.root }).destroy()
    expect(() => table.destroy()).not.toThrow()
  })
})
