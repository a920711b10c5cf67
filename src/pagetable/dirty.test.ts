import { describe, expect, it } from 'vitest'
import { EINVAL, EOPNOTSUPP, ERANGE } from '../base/errno.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatSpec } from './contract.ts'
import { type DirtyOptions, readAndClearDirty } from './dirty.ts'
import { formats } from './formats.ts'
import { armLpaeS1, armLpaeS1For32 } from './formats/arm-lpae-s1.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'
import { walkAndMark } from './walk-and-mark.ts'

const base = 0x4000_0000
const rw = { read: true, write: true }
const page = 0x1000
const block = 0x20_0000

function fresh(id: string) {
  const format: FormatSpec = formats.find(id)!
  const memory = new PhysicalMemory([{ base, size: 0x100_0000 }])
  const table = createPageTable(format, {
    memory,
    pages: new TableArena(memory, base, 0x100_0000),
  })!
  const write = (iova: number) => walkAndMark(table.format, memory, table.root, iova, 'write')
  const read = (iova: number, size: number, options?: DirtyOptions) => {
    const told: number[][] = []
    const done = readAndClearDirty(table, iova, size, (at, n) => told.push([at, n]), options)
    expect(done).toBe(0)
    return told
  }
  const leafOf = (iova: number) => walk(table.format, memory, table.root, iova).steps.at(-1)!
  return { memory, table, write, read, leafOf }
}

describe('readAndClearDirty', () => {
  it('refuses formats whose entries do not tell', () => {
    const { table } = fresh('rockchip-v1')
    const record = () => expect.unreachable()
    expect(readAndClearDirty(table, 0, page, record)).toBe(-EOPNOTSUPP)
  })

  it('tells what it cleaned before memory or the caller stopped it', () => {
    for (const merge of [false, true]) {
      const { memory, table, write, leafOf } = fresh('intel-vtd-sl')
      for (const at of [page, 2 ** 39]) table.map(at, 0, page, rw)
      write(page)
      // The root's second link leads out of memory.
      memory.write32(table.root + 8, 0x8000_0003)
      const told: number[][] = []
      const stale: number[] = []
      const tlb = { walk() {}, page: (iova: number) => void stale.push(iova) }
      const record = (iova: number, size: number) => void told.push([iova, size])
      expect(() => readAndClearDirty(table, 0, 2 ** 40, record, { merge, tlb })).toThrow()
      expect(told).toEqual([[page, page]])
      expect(stale).toEqual([page])
      expect(leafOf(page).lo & 0x200).toBe(0)
    }
  })

  it('does not follow links back to a table that is being read', () => {
    const { memory, table, write, read } = fresh('intel-vtd-sl')
    table.map(page, 0, page, rw)
    write(page)
    for (let i = 1; i < 512; i++) memory.write32(table.root + i * 8, table.root | 3)
    expect(read(0, 2 ** 48)).toEqual([[page, page]])
  })

  it('refuses ranges of no bytes and ranges that are too wide', () => {
    const { table } = fresh('intel-vtd-sl')
    const read = (iova: number, size: number) => readAndClearDirty(table, iova, size, () => {})
    expect(read(0, 0)).toBe(-EINVAL)
    expect(read(0, -page)).toBe(-EINVAL)
    expect(read(0, Number.NaN)).toBe(-EINVAL)
    expect(read(2 ** 48, page)).toBe(-ERANGE)
    expect(read(2 ** 48 - page, 2 * page)).toBe(-ERANGE)
    expect(read(0, 2 ** 48)).toBe(0)
  })

  it('tells what was written to since it last told', () => {
    const { table, write, read } = fresh('intel-vtd-sl')
    table.mapPages(0x10_0000, 0, page, 4, rw)
    expect(read(0, 2 ** 48)).toEqual([])
    write(0x10_1abc)
    write(0x10_3000)
    expect(read(0x10_0000, 4 * page)).toEqual([
      [0x10_1000, page],
      [0x10_3000, page],
    ])
    expect(read(0x10_0000, 4 * page)).toEqual([])
    write(0x10_1000)
    expect(read(0x10_0000, 4 * page)).toEqual([[0x10_1000, page]])
  })

  it('tells only of pages that reach into the range', () => {
    const { table, write, read } = fresh('intel-vtd-sl')
    table.mapPages(0, 0, page, 4, rw)
    for (let i = 0; i < 4; i++) write(i * page)
    expect(read(page, 1)).toEqual([[page, page]])
    expect(read(2 * page - 1, 2)).toEqual([[2 * page, page]])
    expect(read(0, 2 ** 48)).toEqual([
      [0, page],
      [3 * page, page],
    ])
  })

  it('tells a large page whole, wherever the range begins', () => {
    const { table, write, read } = fresh('intel-vtd-sl')
    table.map(block, 0, block, rw)
    write(block + 5 * page)
    expect(read(block + 7 * page, page)).toEqual([[block, block]])
    expect(read(block, block)).toEqual([])
  })

  it('joins neighbours of any size when it is asked to', () => {
    const { table, write, read } = fresh('intel-vtd-sl')
    table.mapPages(block - 2 * page, 0, page, 2, rw)
    table.map(block, 0, block, rw)
    table.map(2 * block + page, 0, page, rw)
    for (const at of [block - 2 * page, block - page, block, 2 * block + page]) write(at)
    expect(read(0, 2 ** 48, { keep: true, merge: true })).toEqual([
      [block - 2 * page, 2 * page + block],
      [2 * block + page, page],
    ])
    expect(read(0, 2 ** 48)).toHaveLength(4)
  })

  it('owes an invalidation of what it cleaned, page sizes apart', () => {
    const { table, write, read } = fresh('intel-vtd-sl')
    table.mapPages(block - 2 * page, 0, page, 2, rw)
    table.map(block, 0, block, rw)
    for (const at of [block - 2 * page, block - page, block]) write(at)
    const stale: number[][] = []
    const tlb = { walk: () => expect.unreachable(), page: (...args: number[]) => stale.push(args) }
    read(0, 2 ** 48, { tlb, keep: true })
    expect(stale).toEqual([])
    read(0, 2 ** 48, { tlb })
    expect(stale).toEqual([
      [block - 2 * page, page, 2],
      [block, block, 1],
    ])
  })

  it('writes no memory when it keeps the state, nor where nothing is dirty', () => {
    const { memory, table, write, read } = fresh('intel-vtd-sl')
    table.mapPages(0, 0, page, 2, rw)
    write(0)
    const writes: number[] = []
    const write32 = memory.write32.bind(memory)
    memory.write32 = (at, value) => {
      writes.push(at)
      write32(at, value)
    }
    expect(read(0, 2 * page, { keep: true })).toEqual([[0, page]])
    expect(writes).toEqual([])
    read(0, 2 * page)
    expect(writes).toHaveLength(1)
    read(0, 2 * page)
    expect(writes).toHaveLength(1)
  })

  it('takes a page of several entries for dirty when one of them is, and cleans all', () => {
    const { memory, table, read, leafOf } = fresh('amd-v1-3')
    table.map(0x8000, 0x8000, 0x8000, rw)
    const { at, lo } = leafOf(0x8000)
    memory.write32(at + 8 * 2, lo | 0x40)
    memory.write32(at + 8 * 7, lo | 0x40)
    expect(read(0xf000, page, { keep: true })).toEqual([[0x8000, 0x8000]])
    expect(read(0x8000, page)).toEqual([[0x8000, 0x8000]])
    expect(read(0, 2 ** 39)).toEqual([])
  })

  it('takes the entries of a page apart when another page was written over one', () => {
    const { memory, table, read, leafOf } = fresh('riscv-sv39')
    table.map(0x1_0000, 0x1_0000, 0x1_0000, { read: true, write: false })
    table.map(0x3_0000, 0x5000, page, rw)
    const [large, small] = [leafOf(0x1_0000), leafOf(0x3_0000)]
    memory.write32(large.at + 8 * 3, small.lo)
    memory.write32(large.at + 8 * 3 + 4, small.hi)
    memory.write32(large.at + 8 * 4, large.lo | 0x84)
    expect(read(0x1_0000, 0x1_0000)).toEqual([
      [0x1_3000, page],
      [0x1_4000, page],
    ])
  })

  it('reads the addresses above 2^53, too', () => {
    const { table, write, read } = fresh('amd-v1-6')
    const top = 2 ** 64 - 2 * page
    table.mapPages(top, 0, page, 2, rw)
    write(top)
    write(top + page)
    expect(read(top + page, page)).toEqual([[top + page, page]])
    expect(read(0, 2 ** 64)).toEqual([[top, page]])
  })
})

describe('walkAndMark', () => {
  it('notes a read as an access and a write as more', () => {
    const { memory, table } = fresh('x86-64-4')
    table.map(0, 0, page, rw)
    const before = walk(table.format, memory, table.root, 0).steps
    for (const { at, lo } of before) memory.write32(at, lo & ~0x60)
    const bits = () => walk(table.format, memory, table.root, 0).steps.map(({ lo }) => lo & 0x60)
    expect(bits()).toEqual([0, 0, 0, 0])
    walkAndMark(table.format, memory, table.root, 5, 'read')
    expect(bits()).toEqual([0x20, 0x20, 0x20, 0x20])
    walkAndMark(table.format, memory, table.root, 5, 'write')
    expect(bits()).toEqual([0x20, 0x20, 0x20, 0x60])
  })

  it('answers as walk does and changes nothing where the access is not allowed', () => {
    const { memory, table, write, leafOf } = fresh('intel-vtd-sl')
    table.map(0, 0x5000, page, { read: true, write: false })
    const { lo } = leafOf(0)
    expect(write(0x123)).toEqual(walk(table.format, memory, table.root, 0x123))
    expect(write(0x123)).toMatchObject({ kind: 'mapped', address: 0x5123, write: false })
    expect(write(page)).toMatchObject({ kind: 'fault', reason: 'invalid' })
    expect(leafOf(0).lo).toBe(lo)
  })

  it('leaves a writeable page of Arm without DBM alone, and never reads it as dirty', () => {
    const { memory, table, write, read, leafOf } = fresh('arm-lpae-s1-64-hd')
    table.map(0, 0, page, rw)
    const { at, lo, hi } = leafOf(0)
    memory.write32(at, lo & ~0x400)
    memory.write32(at + 4, hi & ~0x8_0000)
    expect(read(0, page)).toEqual([])
    write(0)
    expect(leafOf(0)).toMatchObject({ lo, hi: hi & ~0x8_0000 })
    expect(read(0, page)).toEqual([])
  })

  it('turns read-only with DBM into writeable, which is dirty, in both stages of Arm', () => {
    for (const [id, clean, dirty] of [
      ['arm-lpae-s1-64-hd', 0x80, 0],
      ['arm-lpae-s2-64-hd', 0, 0x80],
    ] as const) {
      const { table, write, read, leafOf } = fresh(id)
      table.map(0, 0, page, rw)
      expect(read(0, page), 'mapped as dirty').toEqual([[0, page]])
      expect(leafOf(0).lo & 0x80).toBe(clean)
      expect(write(0)).toMatchObject({ write: true })
      expect(leafOf(0).lo & 0x80).toBe(dirty)
    }
  })

  it('is not to be had of Arm tables of 32 bits, which have no DBM', () => {
    const config = { sizes: [12], ias: 32, oas: 32, quirks: ['ARM_HD'], coherentWalk: true }
    expect(armLpaeS1For32(config)).toBeNull()
    expect(armLpaeS1(config)?.format.dirty).toBeDefined()
    expect(armLpaeS1({ ...config, quirks: [] })?.format.dirty).toBeUndefined()
  })

  it('changes the one entry that hardware read of a page of several', () => {
    const { memory, table, write, read, leafOf } = fresh('amd-v1-3')
    table.map(0x8000, 0x8000, 0x8000, rw)
    const { at } = leafOf(0x8000)
    write(0xa000)
    const dirty = Array.from({ length: 8 }, (_, i) => (memory.read32(at + 8 * i) >>> 6) & 1)
    expect(dirty).toEqual([0, 0, 1, 0, 0, 0, 0, 0])
    expect(read(0x8000, page)).toEqual([[0x8000, 0x8000]])
  })

  it('is a walk where the format keeps no state', () => {
    const { memory, table, write, leafOf } = fresh('rockchip-v1')
    table.map(0, 0x5000, page, rw)
    const { lo } = leafOf(0)
    expect(write(0x123)).toEqual(walk(table.format, memory, table.root, 0x123))
    expect(leafOf(0).lo).toBe(lo)
  })
})
