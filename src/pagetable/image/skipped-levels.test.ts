/** Links of AMD's tables that lead past levels: 48882, 2.2.3. */
import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import { decodeEntry } from '../describe.ts'
import { amdV1 } from '../formats/amd-v1.ts'
import { explainWalk, type WalkedAccess } from './explain.ts'
import { parseIoAddress } from './io-address.ts'
import { listMappings } from './list-mappings.ts'

const base = 0x8000_0000
const [root, level1, level2] = [base, base + 0x1000, base + 0x2000]
const rw = 0x6000_0000
const pte = (address: number, next: number) => ({ lo: (address | (next << 9) | 1) >>> 0, hi: rw })

/** Four levels: entry 1 of the root leads to a table of level 1, entry 2 to one of level 2. */
function world() {
  const format = amdV1(4)
  const memory = new PhysicalMemory([{ base, size: 0x1_0000 }])
  const put = (at: number, { lo, hi }: { lo: number; hi: number }) => {
    memory.write32(at, lo)
    memory.write32(at + 4, hi)
  }
  put(root + 8, pte(level1, 1))
  put(level1 + 3 * 8, pte(0x4000_3000, 0))
  put(level1 + 4 * 8, pte(0x4000_4000, 0))
  put(root + 16, pte(level2, 2))
  put(level2 + 5 * 8, pte(0x5000_0000, 0))
  put(level2 + 6 * 8, pte(level1, 1))
  const at = (iova: string, access?: WalkedAccess) =>
    explainWalk(format, memory, root, parseIoAddress(iova)!, access)
  return { format, memory, put, at }
}

describe('an AMD link that leads past levels', () => {
  it('is followed, to the page and through further tables', () => {
    const { at } = world()
    const past = at('0x8000003abc')
    expect(past.steps.map((s) => [s.level, s.table, s.index, s.entry.kind])).toEqual([
      [4, root, 1, 'table'],
      [1, level1, 3, 'leaf'],
    ])
    expect(past.outcome).toMatchObject({ kind: 'mapped', address: { page: 0x4000_3000 } })
    const target = past.steps[0]?.entry.fields.find((f) => f.name === 'next-level')
    expect(target).toMatchObject({ value: '0x1', meaning: 'table of level 1' })
    expect(at('0x10000a00123').outcome).toMatchObject({ bytes: 0x20_0000 })
    expect(at('0x10000c04000').steps.map((s) => s.level)).toEqual([4, 2, 1])
  })

  it('makes a page fault of an address with bits for the levels between', () => {
    const { at } = world()
    for (const iova of ['0x8000203000', '0x8040003000', '0xfffffff000', '0x10040a00000']) {
      const { steps, outcome } = at(iova, { read: false, write: true })
      expect(steps).toHaveLength(1)
      expect(outcome).toMatchObject({
        kind: 'fault',
        cause: 'reserved',
        level: 4,
        term: { name: 'IO_PAGE_FAULT', code: 'event 0x2, flags 0x0030' },
      })
    }
    const { outcome } = at('0x8000203000')
    expect(outcome).toMatchObject({ term: { note: expect.stringContaining('leads past') } })
  })

  it('leaves the level of a fault to the entry that decided', () => {
    const { put, at } = world()
    put(level1 + 3 * 8, { ...pte(0x4000_3000, 0), hi: 0x2000_0000 })
    const own = at('0x8000003000', { read: false, write: true }).outcome
    expect(own).toMatchObject({ cause: 'permission', level: 1 })
    expect(own).not.toHaveProperty('deniedBy')
  })

  it('is joined into the rights, and is listed', () => {
    const { format, memory, put, at } = world()
    put(root + 8, { ...pte(level1, 1), hi: 0x2000_0000 })
    expect(at('0x8000003000', { read: true, write: true }).outcome).toMatchObject({
      cause: 'permission',
      level: 1,
      deniedBy: { level: 4, at: root + 8 },
    })
    const listing = listMappings({ format, memory, root })
    const found = Array.from({ length: 3 }, () => listing.next().value)
    expect(listing.next()).toMatchObject({
      done: true,
      value: { ranges: 3, tables: 4, diagnostics: [] },
    })
    expect(found).toEqual([
      { iova: 0x80_0000_3000, address: 0x4000_3000, size: 0x2000, read: true, write: false },
      { iova: 0x100_00a0_0000, address: 0x5000_0000, size: 0x20_0000, read: true, write: true },
      { iova: 0x100_00c0_3000, address: 0x4000_3000, size: 0x2000, read: true, write: true },
    ])
  })

  it('is decoded at the levels that it can stand on; one to its own level is reserved', () => {
    const { format, at, put } = world()
    const { lo, hi } = pte(level1, 1)
    const kinds = decodeEntry(format, lo, hi).map((e) => [e.level, e.kind, e.address])
    const link = `0x${level1.toString(16)}`
    expect(kinds).toEqual([
      [4, 'table', link],
      [3, 'table', link],
      [2, 'table', link],
      [1, 'empty', undefined],
    ])
    put(root + 8, pte(level1, 4))
    expect(at('0x8000003000').outcome).toMatchObject({
      cause: 'reserved',
      term: { code: 'event 0x2, flags 0x0090' },
    })
  })
})
