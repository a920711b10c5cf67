import { describe, expect, it } from 'vitest'
import { BusError, PhysicalMemory } from '../base/memory.ts'
import { exynosV1 } from './formats/exynos-v1.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'
import { walk } from './walk.ts'

const base = 0x4000_0000
const rw = { read: true, write: true }

function setUp(format = rockchipV1) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  const pages = new TableArena(memory, base, 0x10_0000)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no root')
  return { memory, table }
}

describe('walk', () => {
  it('reports each entry on the way, the deciding one last', () => {
    const { memory, table } = setUp()
    table.map(0x0100_0000, 0x6789_a000, 0x1000, rw)
    expect(walk(rockchipV1, memory, table.root, 0x0100_0abc)).toEqual({
      kind: 'mapped',
      address: 0x6789_aabc,
      lg2: 12,
      ...rw,
      steps: [
        { level: 0, at: base + 0x10, lo: 0x4000_1001, hi: 0, kind: 'table' },
        { level: 1, at: base + 0x1000, lo: 0x6789_a007, hi: 0, kind: 'leaf' },
      ],
    })
  })

  it('faults at the level of the empty entry', () => {
    const { memory, table } = setUp()
    table.map(0, 0, 0x1000, rw)
    const below = walk(rockchipV1, memory, table.root, 0x1000)
    expect(below).toMatchObject({ kind: 'fault', reason: 'invalid', level: 1 })
    expect(below.steps).toHaveLength(2)
    const above = walk(rockchipV1, memory, table.root, 0x40_0000)
    expect(above).toMatchObject({ kind: 'fault', reason: 'invalid', level: 0 })
  })

  it('follows the link of an empty level-1 entry into the shared table and faults there', () => {
    const { memory, table } = setUp(exynosV1)
    const found = walk(exynosV1, memory, table.root, 0x1234_5000)
    expect(found).toMatchObject({ kind: 'fault', reason: 'invalid', level: 1 })
    expect(found.steps.map((s) => s.kind)).toEqual(['table', 'empty'])
  })

  it('faults with no steps above the address width', () => {
    const { memory, table } = setUp()
    const found = walk(rockchipV1, memory, table.root, 2 ** 32)
    expect(found).toEqual({ kind: 'fault', reason: 'invalid', level: 0, steps: [] })
  })

  it('reports a root outside memory as a bus error at level 0', () => {
    const { memory } = setUp()
    const found = walk(rockchipV1, memory, 0x1000_0000, 0)
    expect(found).toEqual({ kind: 'fault', reason: 'bus-error', level: 0, steps: [] })
  })

  it('passes on errors that are not bus errors', () => {
    const port = {
      read32: () => {
        throw new TypeError('not memory')
      },
    }
    const memory = Object.assign(Object.create(null), port)
    expect(() => walk(rockchipV1, memory, 0, 0)).toThrow(TypeError)
    expect(new BusError(0)).not.toBeInstanceOf(TypeError)
  })
})
