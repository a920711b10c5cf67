import { expect, it } from 'vitest'
import { PhysicalMemory } from '../base/memory.ts'
import { TableArena } from './table-arena.ts'

const base = 0x4000_0000

function arenaOf(size: number) {
  const memory = new PhysicalMemory([{ base, size: 0x10_0000 }])
  return { memory, arena: new TableArena(memory, base, size) }
}

it('aligns tables to their size, zeroes them, and hands out the last freed first', () => {
  const { memory, arena } = arenaOf(0x1_0000)
  expect(arena.allocate(0x400)).toBe(base)
  expect(arena.allocate(0x1000)).toBe(base + 0x1000)
  expect(arena.allocate(0x1000)).toBe(base + 0x2000)
  memory.write32(base + 0x1ffc, 0xffff_ffff)
  arena.free(base + 0x2000, 0x1000)
  arena.free(base + 0x1000, 0x1000)
  expect(arena.allocate(0x1000)).toBe(base + 0x1000)
  expect(memory.read32(base + 0x1ffc)).toBe(0)
  expect(arena.liveTables).toBe(2)
})

it('answers null when its range is used up', () => {
  const { arena } = arenaOf(0x2000)
  expect(arena.allocate(0x1000)).toBe(base)
  expect(arena.allocate(0x2000)).toBe(null)
  expect(arena.allocate(0x1000)).toBe(base + 0x1000)
  expect(arena.allocate(0x400)).toBe(null)
})

it('throws when a table is freed twice or with another size', () => {
  const { arena } = arenaOf(0x2000)
  arena.allocate(0x1000)
  expect(() => arena.free(base, 0x400)).toThrow('not a live table')
  arena.free(base, 0x1000)
  expect(() => arena.free(base, 0x1000)).toThrow('not a live table')
})
