import { describe, expect, test } from 'vitest'
import { EEXIST, EINVAL } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatSpec, Protection } from './contract.ts'
import { armLpaeS164 } from './formats/arm-lpae-s1.ts'
import { armV7sPlain } from './formats/arm-v7s-registered.ts'
import { createPageTable, openPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'

const base = 0x8000_0000
const size = 0x200_0000
const MiB2 = 0x20_0000
const rw: Protection = { read: true, write: true }

function flat(format: FormatSpec) {
  const memory = new PhysicalMemory([{ base, size }], { flat: true })
  const pages = new TableArena(memory, base, size)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no root')
  /** Where the link to the last table of an address is. */
  const link = (iova: number) => walk(format, memory, table.root, iova).steps.at(-2)!
  return { memory, pages, table, link }
}

describe('looking up in memory that is one array', () => {
  test('a link that somebody else rewrites is followed anew at once', () => {
    for (const format of [armLpaeS164, armV7sPlain]) {
      const { memory, table, link } = flat(format)
      for (const at of [0, MiB2]) table.map(at, 0x100_0000 + at, 4096, rw)
      expect(table.translate(0)).toBe(0x100_0000)
      expect(table.translate(MiB2)).toBe(0x120_0000)
      memory.write32(link(0).at, link(MiB2).lo)
      expect(table.translate(0)).toBe(0x120_0000)
      expect(table.unmap(0, 4096)).toBe(4096)
      expect(table.translate(MiB2)).toBe(-1)
      memory.zero(link(MiB2).at, 4)
      const before = table.tableCount
      expect(table.map(MiB2, 0, 4096, rw)).toBe(0)
      expect(table.tableCount).toBe(before + 1)
    }
  })

  test('bytes that a device copies in count as well', () => {
    const { memory, table, link } = flat(armLpaeS164)
    table.map(0, 0x100_0000, 4096, rw)
    expect(table.translate(0)).toBe(0x100_0000)
    memory.writeBytes(link(0).at, new Uint8Array(8))
    expect(table.translate(0)).toBe(-1)
  })

  test('two owners of one root see what the other does', () => {
    const { memory, pages, table } = flat(armLpaeS164)
    table.map(0, 0x100_0000, 4096, rw)
    table.map(MiB2, 0x120_0000, 4096, rw)
    const second = openPageTable(armLpaeS164, { memory, pages, root: table.root })
    for (const one of [table, second]) expect(one.translate(0)).toBe(0x100_0000)
    expect(second.unmap(0, MiB2)).toBe(MiB2)
    expect(table.translate(0)).toBe(-1)
    second.map(0, 0x140_0000, MiB2, rw)
    expect(table.translate(0x1234)).toBe(0x140_1234)
    expect(table.translate(MiB2)).toBe(0x120_0000)
  })

  test('more tables than are remembered at first', () => {
    const { table } = flat(armLpaeS164)
    const far = (i: number) => i * MiB2 * 3 + (i % 512) * 4096
    for (let i = 0; i < 2000; i++) table.map(far(i), i * 4096, 4096, rw)
    for (let i = 0; i < 2000; i++) expect(table.translate(far(i) + 5)).toBe(i * 4096 + 5)
    for (let i = 0; i < 2000; i += 2) expect(table.unmap(far(i), 4096)).toBe(4096)
    for (let i = 0; i < 2000; i++) expect(table.translate(far(i))).toBe(i % 2 === 0 ? -1 : i * 4096)
  })

  test('blocks and pages of one address are told apart', () => {
    const { table } = flat(armLpaeS164)
    for (let i = 0; i < 40; i++) {
      expect(table.map(i * MiB2, 2 ** 30 + i * MiB2, MiB2, rw)).toBe(0)
      expect(table.map(2 ** 39 + i * MiB2, i * 4096, 4096, rw)).toBe(0)
      expect(table.map(2 ** 30 * (i + 1), i * 2 ** 30, 2 ** 30, rw)).toBe(0)
    }
    for (let i = 0; i < 40; i++) {
      expect(table.unmap(i * MiB2, MiB2)).toBe(MiB2)
      expect(table.unmap(2 ** 39 + i * MiB2, 4096)).toBe(4096)
      expect(table.unmap(2 ** 30 * (i + 1), 2 ** 30)).toBe(2 ** 30)
    }
  })

  test('no size is no page, whatever was mapped before', () => {
    const { table } = flat(armLpaeS164)
    const none = { read: false, write: false }
    for (const prot of [none, rw]) {
      expect(table.map(0, 0, 0, prot)).toBe(-EINVAL)
      expect(table.unmap(0, 0)).toBe(0)
      expect(table.unmap(0, -1)).toBe(0)
      expect(table.map(0, 0, 4096, rw)).toBe(prot === none ? 0 : -EEXIST)
    }
  })

  test('what is no address is nothing, and after destroy nothing is', () => {
    const { table } = flat(armLpaeS164)
    table.map(0, 0x100_0000, 4096, rw)
    expect(table.translate(0)).toBe(0x100_0000)
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 48, 2 ** 53, 2 ** 64]) {
      expect(table.translate(none)).toBe(-1)
    }
    table.destroy()
    expect(() => table.map(4096, 0, 4096, rw)).toThrow('destroy')
    expect(() => table.unmap(0, 4096)).toThrow('destroy')
  })
})
