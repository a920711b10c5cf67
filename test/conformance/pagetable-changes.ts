/** Conformance of changing what is mapped: mapping over it, unmapping it, tables that come and go. */
import { expect, it } from 'vitest'
import { ENOMEM } from '../../src/base/errno.ts'
import type { EnginePageTable, FormatSpec } from '../../src/pagetable/contract.ts'
import { walk } from '../../src/pagetable/walk.ts'
import type { ReferenceFormat } from '../reference/pagetable.ts'
import {
  boundaryIovas,
  freshTable,
  hardwareWalk,
  referenceWalk,
  rw,
  tablesBase,
} from './pagetable-fixture.ts'

/** Each pair of page sizes that live on the same level, or on different ones. */
function sizePairs(format: FormatSpec, table: EnginePageTable) {
  const levelOf = (size: number) => {
    const at = format.levels.findIndex((l) => l.leaves.some((leaf) => 2 ** leaf.lg2 === size))
    return at < 0 ? format.levels.length - 1 : at
  }
  return table.pageSizes.flatMap((there) =>
    table.pageSizes.map((size) => ({ there, size, up: levelOf(there) - levelOf(size) })),
  )
}

/** Mapping over something, as declared. */
export function overMaps(format: FormatSpec, reference: ReferenceFormat): void {
  const { overMap, overMapLarge = overMap, overMapKeeps = 'error' } = format.behaviour
  const { mapUnderLeaf, mapOverTable = 'replace' } = format.behaviour
  const under = mapUnderLeaf ?? (overMap === 'overwrite' ? 'replace' : overMap)

  it(`overMap ${overMap}, mapUnderLeaf ${under}, mapOverTable ${mapOverTable}`, () => {
    const probe = freshTable(format).table
    if (probe === null) throw new Error('no root')
    for (const { there, size, up } of sizePairs(format, probe)) {
      const { memory, table } = freshTable(format)
      if (table === null) throw new Error('no root')
      expect(table.map(0, there, there, rw)).toBe(0)
      const address = (3 * size) % 2 ** format.outputBits
      const result = table.map(0, address, size, { read: true, write: false })
      const large = size >= 2 ** (format.levels.at(-2)?.shift ?? Number.POSITIVE_INFINITY)
      const same = large ? overMapLarge : overMap
      const rule =
        up === 0 ? same : up < 0 ? under : mapOverTable === 'replace' ? 'replace' : overMap
      const context = `0x${size.toString(16)} over 0x${there.toString(16)}`
      const met = typeof rule === 'number'
      const kept = met && overMapKeeps === 'old'
      expect(result, context).toBe(met && !kept ? rule : 0)
      const first = hardwareWalk(format, memory, table.root, 0)
      expect(first?.address, context).toBe(met ? there : address)
      expect(first, context).toEqual(referenceWalk(reference, memory, table.root, 0))
      expect(table.conflict, context).toBe(met ? 0 : null)
      expect(table.mapped, context).toBe(result === 0 ? size : 0)
    }
  })

  it('maps a large page over a table from which everything was unmapped', () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [small = 0] = table.pageSizes
    for (const size of table.pageSizes) {
      expect(table.map(0, 0, small, rw)).toBe(0)
      expect(table.unmap(0, small)).toBe(small)
      expect(table.map(0, size, size, rw)).toBe(0)
      expect(table.iovaToPhys(0)).toBe(size)
      expect(table.unmap(0, size)).toBe(size)
    }
  })
}

/** Holes, parts and runs, as declared. */
export function unmaps(format: FormatSpec, reference: ReferenceFormat): void {
  const { unmapHole, unmapMissingTable = unmapHole, unmapPart = 'split' } = format.behaviour

  it(`unmapHole ${unmapHole}, unmapMissingTable ${unmapMissingTable}`, () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    // A range covers the whole hole, as wide as the entry where the way down ends.
    const byRange = format.behaviour.unmapExtent?.startsWith('range') === true
    const hole = byRange ? 2 ** (format.levels[0]?.shift ?? 0) : size
    expect(table.unmap(0, size)).toBe(unmapMissingTable === 'count' ? hole : 0)
    expect(table.map(2 * size, 0, size, rw)).toBe(0)
    expect(table.unmap(0, size)).toBe(unmapHole === 'count' ? size : 0)
    expect(table.iovaToPhys(2 * size)).toBe(0)
  })

  it('unmaps nothing when asked for no bytes', () => {
    const { table } = freshTable(format)
    const [size = 0] = table?.pageSizes ?? []
    expect(table?.map(0, 0, size, rw)).toBe(0)
    expect(table?.unmapPages(0, 0, 1)).toBe(0)
    expect(table?.unmapPages(0, size, 0)).toBe(0)
  })

  it(`unmapPart ${unmapPart}: a small unmap inside a larger page`, () => {
    const sizes = format.levels.flatMap((l) => l.leaves).map((leaf) => 2 ** leaf.lg2)
    const mappable = freshTable(format).table?.pageSizes ?? []
    const [small = 0] = mappable
    for (const size of sizes.filter((s) => s > small && mappable.includes(s))) {
      const { memory, table } = freshTable(format)
      if (table === null) throw new Error('no root')
      expect(table.map(size, size, size, { read: true, write: false })).toBe(0)
      const hole = size + Math.min(3 * small, size - small)
      const answer = { split: small, refuse: 0, whole: size, 'whole-at-start': 0 }[unmapPart]
      expect(table.unmap(hole, small)).toBe(answer)
      for (const at of [size, hole - 1, hole, hole + small, 2 * size - 1]) {
        if (at >= 2 * size) continue
        // What is unmapped from the address on never covers the page that the address is in.
        const behind = format.behaviour.unmapExtent === 'range-from-address'
        const whole = unmapPart === 'whole' && !behind
        const gone = whole || (unmapPart === 'split' && at === hole)
        const found = hardwareWalk(format, memory, table.root, at)
        expect(found?.address ?? null).toBe(gone ? null : at)
        expect(found).toEqual(referenceWalk(reference, memory, table.root, at))
        if (!gone) expect(found?.write).toBe(reference.permissions === 'none')
      }
    }
  })

  it('stops a run where the format stops, and leaves the rest alone', () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    expect(table.mapPages(0, 0, size, 3, rw)).toBe(0)
    expect(table.mapPages(4 * size, 4 * size, size, 2, rw)).toBe(0)
    const all = table.unmapPages(0, size, 6)
    expect(all).toBe(unmapHole === 'count' ? 6 * size : 3 * size)
    expect(table.iovaToPhys(4 * size)).toBe(unmapHole === 'count' ? null : 4 * size)
  })
}

/** Tables: freed as declared, given back, run out of. */
export function allocates(format: FormatSpec): void {
  const frees = format.behaviour.freesEmptyTables

  it(`freesEmptyTables ${frees}: tables that map nothing any more`, () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    expect(table.map(0, 0, size, rw)).toBe(0)
    expect(table.installedTable).toBe(format.levels.length > 1)
    expect(table.tableCount).toBe(format.levels.length - 1)
    expect(table.map(size, 0, size, rw)).toBe(0)
    expect(table.installedTable).toBe(false)
    table.unmap(0, size)
    expect(table.tableCount).toBe(format.levels.length - 1)
    table.unmap(size, size)
    expect(table.tableCount).toBe(frees ? 0 : format.levels.length - 1)
  })

  it('gives every table back when destroyed', () => {
    const { arena, table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    for (const iova of boundaryIovas(format, size)) table.map(iova, 0, size, rw)
    expect(arena.liveTables).toBeGreaterThan(format.levels.length > 1 ? format.levels.length : 0)
    table.destroy()
    expect([arena.liveTables, table.tableCount]).toEqual([0, 0])
  })

  it('answers -ENOMEM when tables run out, and works again when they do not', () => {
    const needed = (format.levels[0]?.emptyLink === true ? 2 : 1) + format.levels.length - 1
    for (let limit = 0; limit < needed; limit++) {
      const { arena, table, allowTables } = freshTable(format, limit)
      if (table === null) {
        expect(arena.liveTables).toBe(0)
        continue
      }
      const [size = 0] = table.pageSizes
      expect(table.map(0, 0, size, rw)).toBe(-ENOMEM)
      expect(table.iovaToPhys(0)).toBe(null)
      allowTables(needed)
      expect(table.map(0, 0, size, rw)).toBe(0)
      table.destroy()
      expect(arena.liveTables).toBe(0)
    }
  })

  it('tells hardware nothing it cannot know: a table outside memory is a bus error', () => {
    const { memory } = freshTable(format)
    const table = format.levels[0]?.table
    if (table === null || table === undefined) return
    const root = tablesBase + 0x10_0000
    const link = table.word.encode(table.fields, 0x2000_0000)
    memory.write32(root, link.lo)
    if (format.wordBits === 64) memory.write32(root + 4, link.hi)
    expect(walk(format, memory, root, 0)).toMatchObject({
      kind: 'fault',
      reason: 'bus-error',
      level: 1,
      steps: [{ level: 0, at: root, kind: 'table' }],
    })
  })
}
