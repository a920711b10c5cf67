/** Conformance of what a format declares and translates: words, sizes, boundaries, permissions. */
import { expect, it } from 'vitest'
import { EINVAL, ERANGE } from '../../src/base/errno.ts'
import type { PhysicalMemory } from '../../src/base/memory.ts'
import type { FormatSpec, PageTable, Protection } from '../../src/pagetable/contract.ts'
import { mappings } from '../../src/pagetable/mappings.ts'
import type { ReferenceFormat } from '../reference/pagetable.ts'
import {
  boundaryIovas,
  freshTable,
  grainOf,
  hardwareWalk,
  referenceWalk,
  rw,
} from './pagetable-fixture.ts'

/** Protections that every format is mapped with. */
const protections: readonly Protection[] = [
  rw,
  { read: true, write: false },
  { read: false, write: true },
  { read: true, write: true, cache: true },
  { read: true, write: false, cache: true, noexec: true },
  { read: true, write: true, mmio: true },
  { read: true, write: true, privileged: true, noexec: true },
]

/** Output addresses: both ends, and each single bit. */
function outputs(format: FormatSpec, size: number): number[] {
  const end = 2 ** format.outputBits
  const single = Array.from({ length: format.outputBits }, (_, i) => 2 ** i)
  return [0, end - size, ...single.filter((a) => a % size === 0)]
}

/** The declaration itself, and its examples. */
export function declared(format: FormatSpec): void {
  it('covers its whole address space and nothing more', () => {
    const root = format.levels[0]
    expect(Math.min(64, (root?.shift ?? 0) + (root?.entriesLg2 ?? 0))).toBe(format.iovaBits)
    expect(format.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('takes a zero word for empty at every level', () => {
    for (const level of format.levels.keys()) expect(format.classify(0, 0, level)).toBe('empty')
  })

  for (const example of format.examples) {
    it(`reads ${example.word} at level ${example.level}: ${example.source}`, () => {
      const raw = BigInt(example.word)
      const lo = Number(raw & 0xffff_ffffn)
      const hi = Number(raw >> 32n)
      expect(format.classify(lo, hi, example.level)).toBe(example.kind)
      if (example.kind === 'empty') return
      const word =
        example.kind === 'table'
          ? format.levels[example.level]?.table?.word
          : format.leafOf(lo, hi, example.level).word
      expect(word?.address(lo, hi)).toBe(example.address)
      const fields = Object.fromEntries(
        (word?.decode(lo, hi) ?? [])
          .filter((f) => f.name !== 'address' && f.value !== 0)
          .map((f) => [f.name, f.value]),
      )
      if (example.fields !== undefined) expect(fields).toEqual(example.fields)
      expect(word?.encode(fields, example.address)).toEqual({ lo, hi })
    })
  }
}

/** Map, then walk, then compare with the reference. */
export function translates(format: FormatSpec, reference: ReferenceFormat): void {
  it('translates every page size at every boundary, as the reference does', () => {
    const { memory, table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const grain = grainOf(format)
    for (const size of table.pageSizes) {
      for (const iova of boundaryIovas(format, size)) {
        expect(table.map(iova, size, size, rw)).toBe(0)
        for (const offset of [0, grain, size / 2, size - grain]) {
          const expected = { address: size + offset, read: true, write: true }
          expect(hardwareWalk(format, memory, table.root, iova + offset)).toEqual(expected)
          expect(referenceWalk(reference, memory, table.root, iova + offset)).toEqual(expected)
          expect(table.iovaToPhys(iova + offset)).toBe(size + offset)
        }
        expectNothingAround(format, memory, table, iova, size)
        expect(table.unmap(iova, size)).toBe(size)
        expect(hardwareWalk(format, memory, table.root, iova)).toBe(null)
        expect(referenceWalk(reference, memory, table.root, iova)).toBe(null)
        expect(table.iovaToPhys(iova)).toBe(null)
      }
    }
  })

  it('carries every bit of the output address', () => {
    const { memory, table } = freshTable(format)
    if (table === null) throw new Error('no root')
    for (const size of table.pageSizes) {
      for (const address of outputs(format, size)) {
        expect(table.map(0, address, size, rw)).toBe(0)
        expect(hardwareWalk(format, memory, table.root, size - 1)?.address).toBe(address + size - 1)
        expect(referenceWalk(reference, memory, table.root, size - 1)?.address).toBe(
          address + size - 1,
        )
        expect(table.unmap(0, size)).toBe(size)
      }
    }
  })

  it('allows what was asked for, and no more where the hardware can tell', () => {
    const { memory, table } = freshTable(format)
    if (table === null) throw new Error('no root')
    for (const size of table.pageSizes) {
      for (const prot of protections) {
        expect(table.map(0, 0, size, prot)).toBe(0)
        const found = hardwareWalk(format, memory, table.root, 0)
        expect(found).toEqual(referenceWalk(reference, memory, table.root, 0))
        expect(found).toMatchObject({
          read: prot.read || reference.permissions !== 'full',
          write: prot.write || reference.permissions === 'none',
        })
        expect(table.unmap(0, size)).toBe(size)
      }
    }
  })

  it('lists what it maps, neighbours merged', () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const size = table.pageSizes[0] ?? 0
    const [a, b] = [2 ** 22 - size, 2 ** 23]
    expect(table.mapPages(a, a, size, 1, rw)).toBe(0)
    expect(table.mapPages(a + size, a + size, size, 2, rw)).toBe(0)
    expect(table.mapPages(b, 0, size, 3, rw)).toBe(0)
    expect([...mappings(table)]).toEqual([
      { iova: a, address: a, size: 3 * size, ...rw },
      { iova: b, address: 0, size: 3 * size, ...rw },
    ])
  })
}

function expectNothingAround(
  format: FormatSpec,
  memory: PhysicalMemory,
  table: PageTable,
  iova: number,
  size: number,
): void {
  for (const beside of [iova - grainOf(format), iova + size]) {
    if (beside < 0 || beside >= 2 ** format.iovaBits) continue
    expect(hardwareWalk(format, memory, table.root, beside)).toBe(null)
    expect(table.iovaToPhys(beside)).toBe(null)
  }
}

/** What map refuses. */
export function refuses(format: FormatSpec): void {
  const { behaviour, iovaBits, outputBits } = format

  it('refuses sizes it has not, and addresses that are not aligned', () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [smallest = 0] = table.pageSizes
    const odd = [0, smallest / 2, smallest + 1, 3 * smallest, 2 ** 40].filter(
      (size) => !table.pageSizes.includes(size),
    )
    for (const size of odd) expect(table.map(0, 0, size, rw)).toBe(-EINVAL)
    if (behaviour.unaligned === 'encode') return
    expect(table.map(smallest / 2, 0, smallest, rw)).toBe(-EINVAL)
    expect(table.map(0, smallest / 2, smallest, rw)).toBe(-EINVAL)
    expect([...mappings(table)]).toEqual([])
  })

  it(`wideIova ${behaviour.wideIova ?? -ERANGE}: an address above ${iovaBits} bits`, () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    const truncates = behaviour.wideIova === 'truncate'
    const wide = 2 ** iovaBits + size
    expect(table.map(wide, 0, size, rw)).toBe(truncates ? 0 : (behaviour.wideIova ?? -ERANGE))
    expect(table.iovaToPhys(size)).toBe(truncates ? 0 : null)
    expect(table.iovaToPhys(wide)).toBe(truncates ? 0 : null)
    expect(table.unmap(wide, size)).toBe(truncates ? size : 0)
  })

  it(`wideOutput ${behaviour.wideOutput ?? -ERANGE}: an output above ${outputBits} bits`, () => {
    const { table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    const truncates = behaviour.wideOutput === 'truncate'
    const result = table.map(0, 2 ** outputBits + size, size, rw)
    expect(result).toBe(truncates ? 0 : (behaviour.wideOutput ?? -ERANGE))
    expect(table.iovaToPhys(0)).toBe(truncates ? size : null)
  })

  it(`mapNoAccess ${behaviour.mapNoAccess ?? 'encode'}: neither read nor write`, () => {
    const { memory, table } = freshTable(format)
    if (table === null) throw new Error('no root')
    const [size = 0] = table.pageSizes
    const result = table.map(0, 0, size, { read: false, write: false })
    expect(result).toBe(behaviour.mapNoAccess === 'encode' ? 0 : (behaviour.mapNoAccess ?? 0))
    const found = hardwareWalk(format, memory, table.root, 0)
    if (result !== 0) expect(found).toBe(null)
  })
}
