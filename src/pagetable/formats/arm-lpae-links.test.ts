import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec } from '../contract.ts'
import { decodeEntry } from '../describe.ts'
import { formats } from '../formats.ts'
import { explainWalk } from '../image/explain.ts'
import { listMappings } from '../image/list-mappings.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { walk } from '../walk.ts'
import { stage1Links } from './arm-lpae.ts'

const base = 0x8000_0000
const size = 0x10_0000
const stage1 = ['arm-lpae-s1-', 'ipmmu-vmsa']
const long = [...formats].filter((f) => f.id.includes('lpae') || f.id === 'ipmmu-vmsa')
const first = long.filter((f) => stage1.some((id) => f.id.startsWith(id)))
const others = long.filter((f) => !first.includes(f))

/** A table with one page, and that page's walk once bits of the link at `level` are set. */
function linked(format: FormatSpec) {
  const memory = new PhysicalMemory([{ base, size }])
  const table = createPageTable(format, { memory, pages: new TableArena(memory, base, size) })
  if (table === null) throw new Error('no root')
  const page = table.pageSizes[0] as number
  expect(table.map(page, page * 3, page, { read: true, write: true })).toBe(0)
  const { root } = table
  const steps = walk(format, memory, root, page).steps
  const set = (level: number, high: number) => {
    const at = (steps[level]?.at as number) + 4
    memory.write32(at, (memory.read32(at) | high) >>> 0)
  }
  const rights = () => {
    const found = walk(format, memory, root, page)
    return found.kind === 'mapped' ? [found.read, found.write] : found.reason
  }
  return { memory, table, root, page, set, rights, links: steps.length - 1 }
}

describe('links of stage-1 long descriptors', () => {
  const [format] = first as [FormatSpec]

  it('take writes away from all below where APTable says so, on any level', () => {
    expect(first.length).toBeGreaterThan(6)
    for (const each of first) {
      for (let level = 0; level < linked(each).links; level++) {
        for (const [aptable, writes] of [
          [1, true],
          [2, false],
          [3, false],
        ] as const) {
          const { set, rights } = linked(each)
          expect(rights(), each.id).toEqual([true, true])
          set(level, (aptable << 29) >>> 0)
          expect(rights(), `${each.id} level ${level} APTable ${aptable}`).toEqual([true, writes])
        }
      }
    }
  })

  it('leave rights to accesses alone with PXNTable, XNTable and NSTable', () => {
    const { set, rights } = linked(format)
    set(0, 0x9800_0000)
    expect(rights()).toEqual([true, true])
  })

  it('are named, with what APTable takes away', () => {
    const { lo, hi } = { lo: 0x8000_1003, hi: 0xd800_0000 }
    const fields = decodeEntry(format, lo, hi)[0]?.fields ?? []
    expect(
      fields.slice(0, 4).map(({ bits, name, value, meaning }) => [bits, name, value, meaning]),
    ).toEqual([
      ['63', 'NSTable', '0x1', undefined],
      ['62:61', 'APTable', '0x2', 'no writes'],
      ['60', 'XNTable', '0x1', undefined],
      ['59', 'PXNTable', '0x1', undefined],
    ])
  })

  it('make a permission fault of a write, on the level of the page', () => {
    const { memory, root, page, set } = linked(format)
    set(0, 0x4000_0000)
    const access = { read: false, write: true }
    const { outcome } = explainWalk(format, memory, root, { page, offset: 0 }, access)
    const level = format.levelNumbers?.at(-1)
    expect(outcome).toMatchObject({ kind: 'fault', cause: 'permission', level })
  })

  it('show in the rights of a listing', () => {
    const { memory, root, set } = linked(format)
    set(0, 0x4000_0000)
    const [mapping] = listMappings({ format, memory, root })
    expect(mapping).toMatchObject({ read: true, write: false })
  })
})

describe('links of stage 2 and of Mali', () => {
  it('say nothing of what lies below, and have no names for it', () => {
    expect(others.map((f) => f.id)).toContain('arm-lpae-s2-64')
    for (const format of others) {
      const { set, rights } = linked(format)
      set(0, 0xf800_0000)
      expect(rights(), format.id).toEqual([true, true])
      const names = format.levels[0]?.table?.word.rows.map((row) => row.name) ?? []
      for (const row of stage1Links.rows) expect(names).not.toContain(row.name)
    }
  })
})
