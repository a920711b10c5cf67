/**
 * The dirty state of every format that keeps one, against a plain list of pages and against bits that
 * are written down here once more, from the architecture documents.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PhysicalMemory } from '../../src/base/memory.ts'
import type { EnginePageTable } from '../../src/pagetable/contract.ts'
import { readAndClearDirty } from '../../src/pagetable/dirty.ts'
import { formats } from '../../src/pagetable/formats.ts'
import { walk } from '../../src/pagetable/walk.ts'
import { walkAndMark } from '../../src/pagetable/walk-and-mark.ts'
import { freshTable } from './pagetable-fixture.ts'

interface Architecture {
  /** The bit, and what it is when there was a write. */
  dirty: readonly [bit: bigint, value: bigint]
  /** The bit that must be set for that. */
  where?: bigint
  accessed: bigint
  linkAccessed: boolean
  /** Linux maps writeable pages as dirty ones. */
  mapsDirty: boolean
}

const x86: Architecture = {
  dirty: [6n, 1n],
  accessed: 5n,
  linkAccessed: true,
  mapsDirty: true,
}
const arm = { where: 51n, accessed: 10n, linkAccessed: false, mapsDirty: true }

/** By the start of the format's id. */
const architectures: ReadonlyArray<readonly [string, Architecture]> = [
  ['amd-v1-', { dirty: [6n, 1n], accessed: 5n, linkAccessed: true, mapsDirty: false }],
  ['intel-vtd-sl', { dirty: [9n, 1n], accessed: 8n, linkAccessed: true, mapsDirty: false }],
  ['intel-vtd-fl', x86],
  ['x86-64-', x86],
  ['riscv-', { dirty: [7n, 1n], accessed: 6n, linkAccessed: false, mapsDirty: true }],
  ['arm-lpae-s1-64-hd', { ...arm, dirty: [7n, 0n] }],
  ['arm-lpae-s2-64-hd', { ...arm, dirty: [7n, 1n] }],
]
const architectureOf = (id: string) => architectures.find(([start]) => id.startsWith(start))?.[1]

interface Page {
  iova: number
  size: number
  write: boolean
  dirty: boolean
}

const word = (memory: PhysicalMemory, at: number) =>
  BigInt(memory.read32(at)) | (BigInt(memory.read32(at + 4)) << 32n)
const bit = (entry: bigint, n: bigint) => (entry >> n) & 1n

/** Whether any entry of a page says that there was a write, bit by bit. */
function saysDirty(memory: PhysicalMemory, table: EnginePageTable, page: Page, a: Architecture) {
  const { steps } = walk(table.format, memory, table.root, page.iova)
  const leaf = steps.at(-1)!
  const span = 2 ** table.format.levels[leaf.level]!.shift
  for (let i = 0; i < page.size / span; i++) {
    const entry = word(memory, leaf.at + 8 * i)
    const tracked = a.where === undefined || bit(entry, a.where) === 1n
    if (tracked && bit(entry, a.dirty[0]) === a.dirty[1]) return true
  }
  return false
}

function read(table: EnginePageTable, iova: number, size: number, keep: boolean, merge: boolean) {
  const told: Array<readonly [number, number]> = []
  const stale: Array<readonly [number, number]> = []
  const tlb = {
    page: (at: number, bytes: number, count: number) => {
      for (let i = 0; i < count; i++) stale.push([at + i * bytes, bytes])
    },
    walk: () => expect.unreachable('no table went'),
  }
  const options = { keep, merge, tlb }
  const done = readAndClearDirty(table, iova, size, (at, n) => told.push([at, n]), options)
  expect(done).toBe(0)
  return { told, stale }
}

function merged(pages: ReadonlyArray<readonly [number, number]>) {
  const all: Array<[number, number]> = []
  for (const [iova, size] of pages) {
    const last = all.at(-1)
    if (last !== undefined && last[0] + last[1] === iova) last[1] += size
    else all.push([iova, size])
  }
  return all
}

const map = fc.record({
  size: fc.nat(),
  slot: fc.nat(40),
  write: fc.constantFrom(true, true, false),
})
const step = fc.record({
  page: fc.nat(),
  within: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  access: fc.constantFrom('read' as const, 'write' as const, 'write' as const),
})
const reading = fc.record({
  from: fc.nat(),
  to: fc.nat(),
  keep: fc.boolean(),
  merge: fc.boolean(),
})
const round = fc.record({ steps: fc.array(step, { minLength: 8, maxLength: 16 }), reading })

describe('the dirty state', () => {
  it('is declared by these formats and no others', () => {
    const declared = [...formats].filter((f) => f.dirty !== undefined).map((f) => f.id)
    const known = [...formats].map((f) => f.id).filter((id) => architectureOf(id) !== undefined)
    expect(declared).toEqual(known)
    for (const [start] of architectures) expect(declared.join(' ')).toContain(start)
  })

  for (const format of formats) {
    const a = architectureOf(format.id)
    if (a === undefined) continue
    it(`${format.id}: what devices write to is read, once`, () => {
      let found = 0
      const whole = 2 ** format.iovaBits
      const property = fc.property(
        fc.array(map, { minLength: 10, maxLength: 20 }),
        fc.array(round, { minLength: 2, maxLength: 4 }),
        (maps, rounds) => {
          const { memory, table } = freshTable(format)
          if (table === null) throw new Error('no root')
          const sizes = table.pageSizes.filter((s) => s <= 2 ** 39 && 4 * s <= whole)
          const pages: Page[] = []
          for (const m of maps) {
            const size = sizes[m.size % sizes.length]!
            const iova = size * (m.slot % Math.min(41, whole / size))
            if (pages.some((p) => iova < p.iova + p.size && p.iova < iova + size)) continue
            const prot = { read: true, write: m.write }
            expect(table.map(iova, size * (m.slot % 3), size, prot)).toBe(0)
            pages.push({ iova, size, write: m.write, dirty: m.write && a.mapsDirty })
          }
          pages.sort((p, q) => p.iova - q.iova)
          const check = (from: number, size: number, keep: boolean, merge: boolean) => {
            const hit = pages.filter(
              (p) => p.dirty && p.iova < from + size && from < p.iova + p.size,
            )
            const expected = hit.map((p) => [p.iova, p.size] as const)
            const { told, stale } = read(table, from, size, keep, merge)
            expect(told).toEqual(merge ? merged(expected) : expected)
            expect(stale).toEqual(keep ? [] : expected)
            if (!keep) for (const page of hit) page.dirty = false
            found += hit.length
            for (const p of pages) expect(saysDirty(memory, table, p, a), `${p.iova}`).toBe(p.dirty)
          }
          check(0, whole, false, false)
          for (const { steps, reading: r } of rounds) {
            for (const { page: index, within, access } of steps) {
              const page = pages[index % pages.length]!
              const iova = page.iova + Math.floor(page.size * within)
              const result = walkAndMark(format, memory, table.root, iova, access)
              if (result.kind === 'fault') throw new Error('mapped')
              expect(result.write).toBe(page.write)
              if (access === 'write' && page.write) page.dirty = true
              if (access === 'write' && !page.write) continue
              for (const { at, kind } of result.steps) {
                const seen = bit(word(memory, at), a.accessed)
                if (kind === 'leaf') expect(seen).toBe(1n)
                else if (a.linkAccessed) expect(seen).toBe(1n)
              }
            }
            const [p, q] = [pages[r.from % pages.length]!, pages[r.to % pages.length]!]
            const from = p.iova + Math.floor((p.size * (r.from % 7)) / 7)
            const to = q.iova + Math.ceil((q.size * ((r.to % 7) + 1)) / 7)
            const size = Math.max(1, to - from)
            check(from, size, r.keep, r.merge)
          }
          table.destroy()
        },
      )
      fc.assert(property, { numRuns: 40, seed: 20231101 })
      expect(found).toBeGreaterThan(100)
    })
  }
})
