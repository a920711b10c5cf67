/** The declared differences of the AMD, Intel and x86 families: the same steps, one row changed. */
import { describe, expect, it } from 'vitest'
import { EADDRINUSE, EFAULT, EINVAL, ENOMEM } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatBehaviour, FormatSpec } from './contract.ts'
import { amdV1, amdV1Growing } from './formats/amd-v1.ts'
import { intelVtd, intelVtdSecond, isIntelVtdConfig } from './formats/intel-vtd.ts'
import { shmobile } from './formats/shmobile.ts'
import { x8664 } from './formats/x86-64.ts'
import { mappings } from './mappings.ts'
import { createPageTable, type PageTableOptions } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'

const base = 0x4000_0000
const page = 0x1000
const big = 0x20_0000
const huge = 0x4000_0000
const rw = { read: true, write: true }
const ro = { read: true, write: false }

function tableOf(
  format: FormatSpec,
  change: Partial<FormatBehaviour> = {},
  options: Partial<PageTableOptions> = {},
) {
  const memory = new PhysicalMemory([{ base, size: 0x40_0000 }])
  const pages = new TableArena(memory, base, 0x40_0000)
  const behaviour = { ...format.behaviour, ...change }
  const table = createPageTable({ ...format, behaviour }, { memory, pages, ...options })
  if (table === null) throw new Error('no root')
  return table
}

describe('behaviour', () => {
  it('mapUnderLeaf: one entry of the larger page gives way, or the whole of it', () => {
    for (const mapUnderLeaf of ['replace', 'replace-page'] as const) {
      const table = tableOf(amdV1(3), { mapUnderLeaf })
      expect(table.map(0, 0, 4 * big, rw)).toBe(0)
      expect(table.map(big, 0x5000, page, rw)).toBe(0)
      expect(table.iovaToPhys(big)).toBe(0x5000)
      expect(table.iovaToPhys(3 * big)).toBe(mapUnderLeaf === 'replace' ? 3 * big : null)
    }
  })

  it('unmapsRootEntry: a whole entry of the root goes unseen, or what is mapped there does', () => {
    const mib = 0x10_0000
    for (const unmapsRootEntry of [true, false]) {
      const table = tableOf(shmobile, { unmapsRootEntry })
      expect(table.unmap(0, mib)).toBe(unmapsRootEntry ? mib : 0)
      table.map(0, 0x5000, page, rw)
      table.map(0x3000, 0x7000, page, rw)
      expect(table.unmap(0, mib)).toBe(unmapsRootEntry ? mib : page)
      expect(table.iovaToPhys(0x3000)).toBe(unmapsRootEntry ? null : 0x7000)
      expect(table.tableCount).toBe(unmapsRootEntry ? 0 : 1)
      table.map(mib, 0, mib, rw)
      expect(table.unmap(mib, mib)).toBe(mib)
    }
  })

  it('unmapPart whole-at-start: the start of a page takes all of it, its middle nothing', () => {
    const large = 0x1_0000
    for (const unmapPart of ['whole-at-start', 'refuse'] as const) {
      const table = tableOf(shmobile, { unmapPart })
      table.map(large, 0, large, rw)
      expect(table.unmap(large + page, page)).toBe(0)
      expect(table.unmap(large, page)).toBe(unmapPart === 'refuse' ? 0 : large)
      table.map(0x10_0000, 0, 0x10_0000, rw)
      expect(table.unmap(0x10_0000, page)).toBe(0)
      expect(table.iovaToPhys(0x10_0000)).toBe(0)
    }
    // However much is asked for.
    for (const unmapPart of ['whole-at-start', 'refuse'] as const) {
      const table = tableOf(shmobile, { unmapPart })
      table.map(large, 0, large, rw)
      expect(table.unmap(large + page, large)).toBe(unmapPart === 'refuse' ? large : 0)
    }
  })

  it('overMapLarge: another rule above the last level', () => {
    const table = tableOf(intelVtdSecond, { overMapLarge: 'overwrite' })
    expect(table.map(0, 0, big, rw)).toBe(0)
    expect(table.map(0, big, big, rw)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(big)
    expect(tableOf(intelVtdSecond).map(0, 0, page, rw)).toBe(0)
    const strict = tableOf(intelVtdSecond, {
      overMapLarge: -EADDRINUSE,
      overMapKeeps: 'error',
    })
    strict.map(0, 0, big, rw)
    expect(strict.map(0, big, big, rw)).toBe(-EADDRINUSE)
  })

  it('overMapKeeps: the call fails at what is mapped, or goes on around it', () => {
    for (const overMapKeeps of ['error', 'old'] as const) {
      const table = tableOf(intelVtdSecond, { overMapKeeps })
      table.map(page, 0x8000, page, rw)
      const result = table.mapPages(0, 0x10_0000, page, 3, rw)
      expect(result).toBe(overMapKeeps === 'old' ? 0 : -EADDRINUSE)
      expect(table.iovaToPhys(page)).toBe(0x8000)
      expect(table.iovaToPhys(2 * page)).toBe(overMapKeeps === 'old' ? 0x10_2000 : null)
      expect([table.conflict, table.warnings]).toEqual([page, 1])
    }
  })

  it('mapPicks: pages of the size asked for, or the largest that fit', () => {
    for (const mapPicks of ['asked', 'largest'] as const) {
      const table = tableOf(intelVtdSecond, { mapPicks })
      expect(table.mapPages(big - page, 5 * big - page, page, 1026, rw)).toBe(0)
      expect(table.mapped).toBe(1026 * page)
      expect([...mappings(table)]).toEqual([
        { iova: big - page, address: 5 * big - page, size: 1026 * page, ...rw },
      ])
      // Tables for the two pages at the ends only, or for the middle too.
      expect(table.tableCount).toBe(mapPicks === 'largest' ? 4 : 6)
    }
  })

  it('mapPicks largest: takes sizes that the unit has no pages of', () => {
    const small = tableOf(intelVtd({ id: 'x', levels: 4, superpageLevels: 0 }))
    expect(small.map(0, 0, big, rw)).toBe(0)
    expect(small.iovaToPhys(big - 1)).toBe(big - 1)
    expect(small.map(big, 0, 2 * page, rw)).toBe(-EINVAL)
    const middling = tableOf(intelVtd({ id: 'x', levels: 4, superpageLevels: 1 }))
    expect(middling.map(huge, 0, huge, ro)).toBe(0)
    expect(middling.iovaToPhys(2 * huge - 1)).toBe(huge - 1)
    expect(middling.tableCount).toBe(2)
  })

  it('mapPicks largest: refuses a range that ends beyond the address space', () => {
    const table = tableOf(intelVtdSecond)
    expect(table.mapPages(2 ** 48 - page, 0, page, 2, rw)).toBe(-EFAULT)
    expect(table.mapPages(2 ** 48 - page, 0, page, 1, rw)).toBe(0)
  })

  it('unmapExtent entries: goes on page after page, and stops where a table is missing', () => {
    const table = tableOf(amdV1(3))
    table.mapPages(0, 0, page, 3, rw)
    table.map(4 * page, 0x1_0000, 4 * page, rw)
    // The last page is larger than what is left to do.
    expect(table.unmap(0, 8 * page)).toBe(8 * page)
    expect([...mappings(table)]).toEqual([])
    expect(table.unmap(huge, page)).toBe(0)
    expect(table.unmap(page, page)).toBe(page)
  })

  it('unmapExtent range: tables go when the range covers them, and only then', () => {
    const table = tableOf(intelVtdSecond, { unmapExtent: 'range' })
    table.mapPages(page, page, page, 511, rw)
    expect(table.tableCount).toBe(3)
    expect(table.unmapPages(page, page, 511)).toBe(511 * page)
    expect(table.tableCount).toBe(3)
    table.map(0, page, page, rw)
    expect(table.unmapPages(0, page, 512)).toBe(big)
    expect(table.tableCount).toBe(2)
  })

  it('unmapExtent range-from-address: hits what lies behind a hole or a superpage', () => {
    for (const unmapExtent of ['range', 'range-from-address'] as const) {
      const fromAddress = unmapExtent === 'range-from-address'
      const table = tableOf(intelVtdSecond, { unmapExtent })
      table.map(0, 0, big, rw)
      table.mapPages(big, 0x10_0000, page, 2, rw)
      expect(table.unmap(page, page)).toBe(big)
      expect(table.iovaToPhys(0)).toBe(fromAddress ? 0 : null)
      expect(table.iovaToPhys(big)).toBe(fromAddress ? null : 0x10_0000)
      expect(table.iovaToPhys(big + page)).toBe(0x10_1000)
    }
  })

  it('linkPermissions: a walk joins the rights of all levels', () => {
    const table = tableOf(x8664)
    table.map(0, 0x5000, page, rw)
    const { memory, root } = table
    memory.write32(root, memory.read32(root) & ~2)
    expect(walk(x8664, memory, root, 0)).toMatchObject({ read: true, write: false })
  })
})

describe('a table that grows', () => {
  it('gets levels on top for an address or a page that does not fit, up to six', () => {
    const table = tableOf(amdV1Growing)
    expect(table.format.levels.length).toBe(3)
    table.map(0x10_0000, 0x8001_4000, page, rw)
    expect(table.map(2 ** 39, 0x8002_7000, page, rw)).toBe(0)
    expect(table.format.levels.length).toBe(4)
    expect(table.map(2 ** 56, 0x8003_8000, page, rw)).toBe(0)
    expect(table.format.levels.length).toBe(5)
    expect(table.map(2 ** 57, 0x8003_9000, page, rw)).toBe(0)
    expect(table.format.levels.length).toBe(6)
    expect(table.iovaToPhys(0x10_0cb7)).toBe(0x8001_4cb7)
    expect(walk(table.format, table.memory, table.root, 2 ** 39)).toMatchObject({
      address: 0x8002_7000,
    })
    const wide = tableOf(amdV1Growing)
    expect(wide.map(0, 0, 2 ** 40, rw)).toBe(0)
    expect([wide.format.levels.length, wide.iovaToPhys(2 ** 40 - 1)]).toEqual([4, 2 ** 40 - 1])
  })

  it('does not grow for what no level would make fit', () => {
    const table = tableOf(amdV1Growing)
    expect(table.map(0, 0, 3 * page, rw)).toBe(-EINVAL)
    expect(table.format.levels.length).toBe(3)
  })

  it('gives every table back, the old roots too, and refuses when there is no memory', () => {
    const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
    const arena = new TableArena(memory, base, 0x10_0000)
    let left = 3
    const pages = {
      allocate: (size: number) => (left-- > 0 ? arena.allocate(size) : null),
      free: (at: number, size: number) => arena.free(at, size),
    }
    const table = createPageTable(amdV1Growing, { memory, pages })
    if (table === null) throw new Error('no root')
    expect(table.map(0, 0, page, rw)).toBe(0)
    expect(table.map(2 ** 50, 0, page, rw)).toBe(-ENOMEM)
    expect(table.iovaToPhys(0)).toBe(0)
    left = 9
    expect(table.map(2 ** 50, 0x1000, page, rw)).toBe(0)
    expect(table.iovaToPhys(0)).toBe(0)
    table.destroy()
    expect(arena.liveTables).toBe(0)
  })
})

describe('isIntelVtdConfig', () => {
  it('knows the widths and superpages that hardware has', () => {
    expect(isIntelVtdConfig({ levels: 5 })).toBe(true)
    for (const levels of [2, 6, 4.5, Number.NaN]) expect(isIntelVtdConfig({ levels })).toBe(false)
    expect(isIntelVtdConfig({ levels: 4, superpageLevels: 3 })).toBe(false)
    expect(() => intelVtd({ id: 'x', levels: 99 })).toThrow(/99 levels/)
  })
})

describe('amd-v1 grows', () => {
  const beyond = 2 ** 39

  it('not for a page that would allow nothing', () => {
    const table = tableOf(amdV1Growing)
    expect(table.map(beyond, 0, page, { read: false, write: false })).toBe(-22)
    expect(table.format.levels.length).toBe(3)
  })

  it('for all pages of a call', () => {
    const table = tableOf(amdV1Growing)
    expect(table.mapPages(beyond - page, 0x5000, page, 2, rw)).toBe(0)
    expect(table.format.levels.length).toBe(4)
    expect(table.iovaToPhys(beyond)).toBe(0x6000)
  })
})
