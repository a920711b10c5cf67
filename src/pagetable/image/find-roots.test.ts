import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec } from '../contract.ts'
import { formats } from '../formats.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { bytesSource } from './byte-source.ts'
import { findRoots } from './find-roots.ts'
import { openImage } from './open-image.ts'

const base = 0x8000_0000
const size = 0x80_0000

/** Memory with noise, text-like bytes and pointers, and tables of a format in the middle. */
function imageOf(format: FormatSpec, seed: number) {
  const memory = new PhysicalMemory([{ base, size }])
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  for (let at = base; at < base + 0x20_0000; at += 4) {
    const page = ((at - base) >>> 12) & 7
    if (page === 0) memory.write32(at, random())
    else if (page === 1) memory.write32(at, 0x2020_6165 + (random() & 0x1f1f_1f1f))
    else if (page === 2 && at % 8 === 0) memory.write32(at, base + (random() % size))
  }
  const arena = new TableArena(memory, base + 0x40_0000, 0x40_0000)
  const table = createPageTable(format, { memory, pages: arena })
  if (table === null) throw new Error('no root')
  const page = table.pageSizes[0] as number
  for (let i = 0; i < 200; i++) {
    const to = base + Math.floor((i * 7919 * 4096) / page) * page
    table.map(0x10_0000 + i * page, base + ((to - base) % 0x40_0000), page, {
      read: true,
      write: i % 3 > 0,
    })
  }
  const image = new Uint8Array(size)
  memory.readBytes(base, image)
  return { image, table }
}

function imageWith(format: FormatSpec, seed: number) {
  const { image: bytes, table } = imageOf(format, seed)
  const { image } = openImage(bytesSource(bytes), { base })
  return { memory: image!.memory, table }
}

it.each([...formats].filter((f) => f.outputBits >= 32).map((f) => [f.id, f] as const))(
  'ranks the root of %s first among noise',
  (_, format) => {
    const { memory, table } = imageWith(format, 7)
    const [best] = findRoots(memory, [format])
    expect(best).toMatchObject({ format: format.id, root: table.root, leaves: 200 })
    expect(best?.tables).toBe(1 + table.tableCount)
  },
)

it('names the format where none is given, and what else the tables could be', () => {
  for (const id of ['arm-lpae-s1-64', 'rockchip-v1', 'riscv-sv48', 'intel-vtd-sl', 'amd-v1-4']) {
    const { memory, table } = imageWith(formats.find(id) as FormatSpec, 11)
    const [best] = findRoots(memory, [...formats])
    expect([best?.root, [best?.format, ...(best?.also ?? [])]]).toEqual([
      table.root,
      expect.arrayContaining([id]),
    ])
  }
})

it('takes no table below another one for a root, and finds nothing in noise', () => {
  const format = formats.find('arm-lpae-s1-64') as FormatSpec
  const { memory, table } = imageWith(format, 3)
  expect(findRoots(memory, [format]).map((found) => found.root)).toEqual([table.root])
  expect(findRoots(memory, [formats.find('riscv-sv39') as FormatSpec])).toEqual([])
})

it('is not led astray by a page that links to itself', () => {
  const format = formats.find('intel-vtd-sl') as FormatSpec
  const { memory, table } = imageWith(format, 5)
  const bytes = new Uint8Array(size)
  memory.readBytes(base, bytes)
  const view = new DataView(bytes.buffer)
  for (let at = 0x1000; at < 0x2000; at += 8) {
    view.setUint32(at, base + 0x1000 + 3, true)
    view.setUint32(at + 4, 0, true)
  }
  const { image } = openImage(bytesSource(bytes), { base })
  expect(findRoots(image!.memory, [format])[0]?.root).toBe(table.root)
})

describe('a root that need not be aligned to its size', () => {
  const flat = formats.find('mediatek-v1') as FormatSpec
  const bytes = 0x40_0000

  /** 16 MiB with a flat table at `root`, between zeroes or between words that are no entries. */
  function around(root: number, between: number) {
    const memory = new PhysicalMemory([{ base, size: 0x100_0000 }])
    const table = createPageTable(flat, {
      memory,
      pages: { allocate: () => root, free: () => {} },
    })
    if (table === null) throw new Error('no root')
    for (let at = base; between !== 0 && at < base + 0x100_0000; at += 4) {
      if (at < root || at >= root + bytes) memory.write32(at, between)
    }
    for (let i = 0; i < 300; i++) {
      table.map(0x1234_5000 + i * 4096, base + i * 8192, 4096, { read: true, write: true })
    }
    const image = new Uint8Array(0x100_0000)
    memory.readBytes(base, image)
    const opened = openImage(bytesSource(image), { base })
    return findRoots(opened.image!.memory, [flat])
  }

  it('is found on any page, where what is around it is no part of it', () => {
    for (const root of [base + 0x5000, base + 0x3f_f000, base + 0xbf_f000, base + 0xc0_0000]) {
      const [best, ...more] = around(root, 0x2020_6165)
      expect(best).toMatchObject({ format: 'mediatek-v1', root, leaves: 300, tables: 1 })
      expect(more).toEqual([])
    }
  })

  it('is taken to lie where it is aligned best, in memory that is zero otherwise', () => {
    for (const root of [base + 0x40_0000, base + 0x80_0000]) {
      expect(around(root, 0)[0]).toMatchObject({ root, leaves: 300 })
    }
  })
})

it('finds the table of each base register of a DART, with whatever behind it', () => {
  const format = formats.find('apple-dart2') as FormatSpec
  expect(format.rootTables).toBe(4)
  const { table, image } = imageOf(format, 9)
  const end = table.root - base + 0x4000
  new DataView(image.buffer).setUint32(end, 0x1234_5678, true)
  image.fill(0x65, end + 64, end + 0xc000)
  const opened = openImage(bytesSource(image), { base })
  const [best] = findRoots(opened.image!.memory, [format])
  expect(best).toMatchObject({ root: table.root, leaves: 200, tables: 1 + table.tableCount })
})
