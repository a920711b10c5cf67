/** shmobile_iommu_unmap() of drivers/iommu/shmobile-iommu.c, Linux 3.19, way by way. */
import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { shmobile } from './shmobile.ts'

const base = 0x4000_0000
const small = 0x1000
const large = 0x1_0000
const section = 0x10_0000
const rw = { read: true, write: true }
const everySize = [small, large, section, 2 * section]

function tableWith(...pages: [iova: number, to: number, size: number][]) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  const pagesOf = new TableArena(memory, base, 0x10_0000)
  const table = createPageTable(shmobile, { memory, pages: pagesOf })
  if (table === null) throw new Error('no root')
  for (const [iova, to, size] of pages) expect(table.map(iova, to, size, rw)).toBe(0)
  return table
}

describe('unmap of the SH-Mobile IPMMU', () => {
  it('clears the entry of a whole section unseen: pages, a section, nothing', () => {
    for (const size of [section, 2 * section]) {
      const table = tableWith([0, 0x5000, small], [large, 0, large], [section, 0, section])
      expect([0, section, 2 * section].map((at) => table.unmap(at, size))).toEqual(
        Array(3).fill(section),
      )
      expect([0, large, section].map((at) => table.iovaToPhys(at))).toEqual([null, null, null])
      expect(table.tableCount).toBe(0)
    }
  })

  it('unmaps nothing of a section otherwise', () => {
    for (const size of everySize) {
      const table = tableWith([2 * section, section, section])
      expect(table.unmap(2 * section + small, size)).toBe(0)
      if (size < section) expect(table.unmap(2 * section, size)).toBe(0)
      expect(table.iovaToPhys(2 * section)).toBe(section)
    }
  })

  it('unmaps nothing where no table is, and where the table has a hole', () => {
    for (const size of everySize) {
      const table = tableWith([small, 0x5000, small])
      expect(table.unmap(2 * small, size)).toBe(0)
      expect(table.unmap(section + small, size)).toBe(0)
      expect(table.iovaToPhys(small)).toBe(0x5000)
    }
  })

  it('unmaps a large page from its first entry, however much is asked for, and else nothing', () => {
    for (const size of everySize) {
      const table = tableWith([large, 0x8_0000, large])
      for (const middle of [small, 15 * small]) {
        expect(table.unmap(large + middle, size)).toBe(0)
        expect(table.iovaToPhys(large + middle)).toBe(0x8_0000 + middle)
      }
      expect(table.unmap(large, size)).toBe(large)
      expect(table.iovaToPhys(large + 15 * small)).toBe(null)
    }
  })

  it('unmaps one small page, however much is asked for', () => {
    for (const size of everySize) {
      const table = tableWith([small, 0x5000, small], [2 * small, 0x6000, small])
      expect(table.unmap(small, size)).toBe(small)
      expect([small, 2 * small].map((at) => table.iovaToPhys(at))).toEqual([null, 0x6000])
    }
  })

  it('takes small pages that were written over a large one with it, and cannot end what is left', () => {
    const within = tableWith([large, 0x8_0000, large], [large + small, 0x5000, small])
    expect(within.unmap(large, small)).toBe(large)
    expect(within.iovaToPhys(large + small)).toBe(null)
    const first = tableWith([large, 0x8_0000, large], [large, 0x5000, small])
    expect(first.unmap(large, large)).toBe(small)
    expect(first.unmap(large, large)).toBe(0)
    expect(first.unmap(large + small, large)).toBe(0)
    expect(first.iovaToPhys(large + small)).toBe(0x8_1000)
  })
})
