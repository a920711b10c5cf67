import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec } from '../contract.ts'
import { formats } from '../formats.ts'
import { armLpaeS164 } from '../formats/arm-lpae-s1.ts'
import { exynosV1 } from '../formats/exynos-v1.ts'
import { type Mapping, mappings } from '../mappings.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { listMappings } from './list-mappings.ts'

const base = 0x4000_0000
const size = 0x100_0000

function tableOf(format: FormatSpec) {
  const memory = new PhysicalMemory([{ base, size }])
  const table = createPageTable(format, { memory, pages: new TableArena(memory, base, size) })
  if (table === null) throw new Error('no root')
  return table
}

function listed(source: Parameters<typeof listMappings>[0]) {
  const ranges: Mapping[] = []
  const listing = listMappings(source)
  for (;;) {
    const next = listing.next()
    if (next.done === true) {
      const { ranges: count, ...summary } = next.value
      return { ...summary, count, ranges }
    }
    ranges.push(next.value)
  }
}

/** Tables of arm-lpae-s1-64, one a page: lists of entry values. */
function raw(tables: readonly (readonly number[])[]) {
  const memory = new PhysicalMemory([{ base, size }])
  for (const [t, entries] of tables.entries()) {
    for (const [i, entry] of entries.entries()) memory.write32(base + t * 4096 + i * 8, entry)
  }
  return { format: armLpaeS164, memory, root: base }
}
const link = (table: number) => base + table * 4096 + 3
const all = (entry: (i: number) => number) => Array.from({ length: 512 }, (_, i) => entry(i))

describe('listMappings', () => {
  it('finds what the engine mapped, in every format', () => {
    for (const format of formats) {
      const table = tableOf(format)
      const page = table.pageSizes[0] as number
      const numbers = fc.array(fc.nat(600), { minLength: 1, maxLength: 12 })
      fc.assert(
        fc.property(numbers, fc.boolean(), (pages, write) => {
          for (const [i, n] of pages.entries()) {
            table.map(n * page, (n + (i % 3)) * page, page, { read: true, write })
          }
          const found = listed(table)
          expect(found.ranges).toEqual([...mappings(table)])
          expect(found.bytes).toBe(found.ranges.reduce((sum, r) => sum + r.size, 0))
          expect(found.diagnostics.filter((d) => d.severity !== 'note')).toEqual([])
        }),
        { numRuns: 10 },
      )
    }
  })

  it('joins the rights of links and leaves', () => {
    const table = tableOf(formats.find('intel-vtd-sl') as FormatSpec)
    table.map(0x1000, 0x2000, 0x1000, { read: true, write: true })
    table.memory.write32(table.root, table.memory.read32(table.root) - 2)
    expect(listed(table).ranges).toEqual([
      { iova: 0x1000, address: 0x2000, size: 0x1000, read: true, write: false },
    ])
  })

  it('counts an empty table once that 4096 links share', () => {
    expect(listed(tableOf(exynosV1))).toMatchObject({ ranges: [], tables: 2, diagnostics: [] })
  })

  it('goes on after a table that is its own descendant', () => {
    const tables = raw([[link(1), link(0)], [link(2), link(0)], [link(3)], [0x8000_0743]])
    const found = listed(tables)
    expect(found.ranges).toHaveLength(1)
    expect(found.diagnostics.map((d) => d.message)).toEqual([
      expect.stringMatching(/0x40001008 .* links to 0x40000000, the table of level 0/),
      expect.stringMatching(/0x40000008 .* links to 0x40000000, the table of level 0/),
    ])
  })

  it('ends soon where all entries lead back, and where four tables map 2^36 pages', () => {
    const cycle = listed(raw([all(() => link(0))]))
    expect(cycle.ranges).toEqual([])
    expect(cycle.diagnostics.at(-1)?.message).toContain('more links lead back')
    const page = (i: number) => 0x8000_0743 + 8192 * i
    const fan = listed(raw([all(() => link(1)), all(() => link(2)), all(() => link(3)), all(page)]))
    expect(fan.count).toBeLessThan(2 ** 19)
    expect(fan.diagnostics[0]?.message).toContain('listed already for another link')
  })

  it('lists a table below two links for both', () => {
    const { ranges, tables } = listed(
      raw([[link(1)], [link(2)], [link(3), link(3)], [0x8000_0743]]),
    )
    expect(ranges.map((r) => r.iova)).toEqual([0, 0x20_0000])
    expect(tables).toBe(5)
  })

  it('names tables that the image does not hold, the root included', () => {
    const found = listed(raw([[0x9000_0003, link(1)], [link(2)], [link(3)], [0x8000_0743]]))
    expect(found.ranges.map((r) => r.iova)).toEqual([2 ** 39])
    expect(found.diagnostics[0]?.message).toContain('0x90000000 is not in the image')
    const root = listed({ ...raw([]), root: 0x1000 })
    expect(root).toMatchObject({ tables: 0, ranges: [] })
    expect(root.diagnostics[0]?.message).toContain('root table at 0x00001000 is not in the image')
  })

  it('leaves out addresses that are too wide, and counts clear access flags', () => {
    const table = tableOf(formats.find('arm-lpae-s1-32') as FormatSpec)
    table.map(0x1000, 0x8000_0000, 0x1000, { read: true, write: true })
    table.map(0x2000, 0x8000_1000, 0x1000, { read: true, write: true })
    const [first] = [...mappings(table)]
    expect(first?.size).toBe(0x2000)
    const leaf = base + 0x2000 + 8
    expect(table.memory.read32(leaf) >>> 12).toBe(0x8_0000)
    table.memory.write32(leaf + 4, 0x100)
    table.memory.write32(leaf + 8, table.memory.read32(leaf + 8) - 0x400)
    const { ranges, diagnostics } = listed(table)
    expect(ranges.map((r) => r.iova)).toEqual([0x2000])
    expect(diagnostics.map((d) => [d.severity, d.message])).toEqual([
      ['warning', expect.stringContaining('wider than 40 bits')],
      ['note', expect.stringContaining('access flag of 1 entries')],
    ])
  })
})
