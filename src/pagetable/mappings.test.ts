import { expect, it } from 'vitest'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatSpec } from './contract.ts'
import { armLpaeS132 } from './formats/arm-lpae-s1-32.ts'
import { exynosV1Prot } from './formats/exynos-v1.ts'
import { leaves, mappings } from './mappings.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'

const base = 0x4000_0000
const rw = { read: true, write: true }
const ro = { read: true, write: false }

function tableOf(format: FormatSpec) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  const pages = new TableArena(memory, base, 0x10_0000)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no root')
  return table
}

it('merges neighbours of different page sizes while the addresses and permissions go on', () => {
  const table = tableOf(armLpaeS132)
  table.map(0x1f_f000, 0x8000_f000, 0x1000, rw)
  table.map(0x20_0000, 0x8020_0000, 0x20_0000, rw)
  table.map(0x40_0000, 0x8040_0000, 0x1000, rw)
  table.map(0x40_1000, 0x8040_1000, 0x1000, ro)
  expect([...mappings(table)]).toEqual([
    { iova: 0x1f_f000, address: 0x8000_f000, size: 0x1000, ...rw },
    { iova: 0x20_0000, address: 0x8020_0000, size: 0x20_1000, ...rw },
    { iova: 0x40_1000, address: 0x8040_1000, size: 0x1000, ...ro },
  ])
})

it('shows a 64 KiB page as one mapping and as sixteen leaves', () => {
  const table = tableOf(exynosV1Prot)
  table.map(0x2_0000, 0x1d42_0000, 0x1_0000, ro)
  expect([...mappings(table)]).toEqual([
    { iova: 0x2_0000, address: 0x1d42_0000, size: 0x1_0000, ...ro },
  ])
  const entries = [...leaves(table)]
  expect(entries).toHaveLength(16)
  expect(entries[3]).toEqual({
    iova: 0x2_3000,
    level: 1,
    at: (entries[0]?.at ?? 0) + 12,
    lo: 0x1d42_0211,
    hi: 0,
    address: 0x1d42_3000,
    lg2: 12,
    ...ro,
  })
})

it('lists nothing for an empty table, in every address space', () => {
  expect([...mappings(tableOf(exynosV1Prot))]).toEqual([])
  expect([...mappings(tableOf(armLpaeS132))]).toEqual([])
})
