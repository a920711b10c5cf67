import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../base/memory.ts'
import type { FormatSpec, Protection } from '../contract.ts'
import { formats } from '../formats.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { explainWalk, type WalkedAccess } from './explain.ts'
import { type FaultCause, faultFamilies, faultTerm } from './fault-terms.ts'
import { parseIoAddress, printIoAddress } from './io-address.ts'

const base = 0x4000_0000
const size = 0x100_0000
const write = { read: false, write: true }

function world(id: string) {
  const format = formats.find(id) as FormatSpec
  const memory = new PhysicalMemory([{ base, size }])
  const table = createPageTable(format, { memory, pages: new TableArena(memory, base, size) })
  if (table === null) throw new Error('no root')
  const at = (iova: string, access?: WalkedAccess) =>
    explainWalk(format, memory, table.root, parseIoAddress(iova)!, access)
  const fault = (iova: string, access?: WalkedAccess) => {
    const { outcome } = at(iova, access)
    if (outcome.kind !== 'fault') throw new Error(`${iova} is ${outcome.kind}`)
    return [outcome.cause, outcome.level, outcome.term.name, outcome.term.code]
  }
  const map = (iova: number, to: number, prot: Protection = { read: true, write: true }) =>
    table.map(iova, to, 2 ** (format.levels.at(-1)?.shift ?? 12), prot)
  /** The address of the entry that decided. */
  const entry = (iova: string) => at(iova).steps.at(-1)?.at as number
  return { format, memory, table, at, fault, map, entry }
}

describe('explainWalk', () => {
  it('decodes each entry and gives the address of the byte', () => {
    const { at, map, table } = world('arm-lpae-s1-64')
    map(0xffff_b000, 0x481d_7000)
    const { steps, outcome } = at('0xffffbabc')
    expect(steps.map((s) => [s.level, s.index, s.entry.kind])).toEqual([
      [0, 0, 'table'],
      [1, 3, 'table'],
      [2, 511, 'table'],
      [3, 507, 'leaf'],
    ])
    expect(steps[0]?.table).toBe(table.root)
    expect(steps[1]?.table).toBe(Number(steps[0]?.entry.address))
    expect(steps[3]?.entry.fields).toContainEqual(
      expect.objectContaining({ name: 'AF', value: '0x1' }),
    )
    const address = { page: 0x481d_7000, offset: 0xabc }
    expect(outcome).toEqual({ kind: 'mapped', address, bytes: 4096, read: true, write: true })
  })

  it('reports the events of an SMMUv3', () => {
    const { fault, map, memory, entry } = world('arm-lpae-s1-64')
    map(0x1000, 0x8000_0000, { read: true, write: false })
    expect(fault('0x2000')).toEqual([
      'invalid',
      3,
      'F_TRANSLATION',
      expect.stringContaining('0x10'),
    ])
    expect(fault('0x1000', write)).toEqual([
      'permission',
      3,
      'F_PERMISSION',
      'SMMUv3 event 0x13, SMMUv2 FSR.PF',
    ])
    expect(fault('0x1000000000000')).toEqual(['input', null, 'F_TRANSLATION', expect.anything()])
    const at = entry('0x1000')
    memory.write32(at, memory.read32(at) - 0x400)
    expect(fault('0x1000')).toEqual(['access-flag', 3, 'F_ACCESS', expect.stringContaining('0x12')])
  })

  it('reports addresses that are too wide where the table ends, of pages and of tables', () => {
    const { fault, map, memory, entry, at } = world('arm-lpae-s1-32')
    map(0x1000, 0x8000_0000)
    const leaf = entry('0x1000')
    memory.write32(leaf + 4, 0x100)
    expect(fault('0x1000').slice(0, 3)).toEqual(['output', 3, 'F_ADDR_SIZE'])
    const link = at('0x1000').steps[0]!.at
    memory.write32(link + 4, 0x100)
    expect(fault('0x1000').slice(0, 3)).toEqual(['output', 1, 'F_ADDR_SIZE'])
    expect(at('0x1000').steps).toHaveLength(1)
  })

  it.each([
    // [format, the root entry's half and the bits of it, the level of the root, what is asked for]
    ['arm-lpae-s1-64', 4, 0x4000_0000, 0, 0, write],
    ['intel-vtd-sl', 0, 0, 2, 4, write],
    ['amd-v1-4', 4, 0, 0x2000_0000, 4, { read: true, write: false }],
  ])('names the link of %s that takes a right away', (id, half, set, clear, level, access) => {
    const { at, map, memory, table, fault } = world(id)
    map(0x1000, 0x8000_0000)
    expect(at('0x1000', access).outcome.kind).toBe('mapped')
    const word = memory.read32(table.root + half)
    memory.write32(table.root + half, ((word & ~clear) | set) >>> 0)
    const { steps, outcome } = at('0x1000', access)
    expect(outcome).toMatchObject({ cause: 'permission', deniedBy: { level, at: table.root } })
    expect(fault('0x1000', access)[1]).toBe(steps.at(-1)?.level)
  })

  it('tells an entry that the image does not hold from a fault', () => {
    const { at, map, memory, format, table } = world('rockchip-v1')
    map(0x1000, 0x8000_0000)
    memory.write32(table.root, 0x9000_0001)
    expect(at('0x1000').outcome).toEqual({
      kind: 'not-held',
      level: 2,
      at: 0x9000_0004,
      term: { name: 'bus error', code: 'INT_RAWSTAT bit 1' },
    })
    const root = explainWalk(format, memory, 0x1000, { page: 0x40_0000, offset: 0 })
    expect(root).toMatchObject({ steps: [], outcome: { kind: 'not-held', level: 1, at: 0x1004 } })
  })

  it.each<[string, string, WalkedAccess | undefined, FaultCause, string, string]>([
    ['rockchip-v1', '0x9000', undefined, 'invalid', 'page fault', 'INT_RAWSTAT bit 0'],
    ['omap2', '0x9000', undefined, 'invalid', 'TRANSLATIONFAULT', 'IRQSTATUS bit 1'],
    ['exynos-v5', '0x9000', write, 'invalid', 'AW PAGE FAULT', 'INT_STATUS bit 17'],
    [
      'exynos-v1-prot',
      '0x1000',
      write,
      'permission',
      'AW ACCESS PROTECTION FAULT',
      'INT_STATUS bit 7',
    ],
    ['arm-v7s', '0x9000', undefined, 'invalid', 'translation fault (page)', 'SMMUv2 FSR.TF'],
    ['arm-v7s', '0x900000', undefined, 'invalid', 'translation fault (section)', 'SMMUv2 FSR.TF'],
    ['arm-mali-lpae', '0x9000', undefined, 'invalid', 'TRANSLATION_FAULT_LEVEL4', 'exception 0xc4'],
    ['ipmmu-vmsa', '0x9000', undefined, 'invalid', 'translation fault (TF)', 'IMSTR bit 0'],
    [
      'intel-vtd-sl',
      '0x9000',
      undefined,
      'invalid',
      'PTE Read access is not set',
      'fault reason 0x06',
    ],
    [
      'intel-vtd-sl',
      '0x1000',
      write,
      'permission',
      'PTE Write access is not set',
      'fault reason 0x05',
    ],
    [
      'intel-vtd-sl',
      '0x1000000000000',
      undefined,
      'input',
      'Access beyond MGAW',
      'fault reason 0x04',
    ],
    [
      'intel-vtd-fl',
      '0x800000000000',
      undefined,
      'input',
      'Non-canonical input address',
      'fault reason 0x80',
    ],
    ['amd-v1-3', '0x9000', write, 'invalid', 'IO_PAGE_FAULT', 'event 0x2, flags 0x0020'],
    ['amd-v1-3', '0x1000', write, 'permission', 'IO_PAGE_FAULT', 'event 0x2, flags 0x0070'],
    ['x86-64-4', '0x1000', write, 'permission', '#PF', 'error code 0x3'],
    ['x86-64-4', '0x800000000000', undefined, 'input', '#GP', 'error code 0'],
    ['riscv-sv39', '0x9000', write, 'invalid', 'write/AMO page fault', 'cause 15'],
    ['riscv-sv39x4', '0x9000', undefined, 'invalid', 'read guest page fault', 'cause 21'],
    ['sun50i', '0x900000', undefined, 'invalid', 'L1 page table invalid', 'INT_STA bit 16'],
    ['sun50i', '0x9000', write, 'invalid', 'L2 page table invalid', 'INT_STA bit 17'],
    ['apple-dart', '0x10000', undefined, 'invalid', 'NO PTE FOR IOVA', 'ERROR bit 2'],
    ['apple-dart', '0x2000000', undefined, 'invalid', 'NO PMD FOR IOVA', 'ERROR bit 1'],
    ['apple-dart', '0x4000', write, 'permission', 'WRITE FAULT', 'ERROR bit 3'],
    ['shmobile', '0x9000', undefined, 'invalid', 'translation fault', 'no documented status'],
    ['shmobile', '0x80000000', undefined, 'input', 'translation fault', 'no documented status'],
    ['tegra-smmu', '0x1000', write, 'permission', 'page fault', 'MC_INTSTATUS bit 10'],
  ])('speaks the language of %s at %s', (id, iova, access, cause, name, code) => {
    const { fault, map } = world(id)
    map(id === 'apple-dart' ? 0x4000 : 0x1000, 0x8000_0000, { read: true, write: false })
    const [wasCause, , wasName, wasCode] = fault(iova, access)
    expect([wasCause, wasName, wasCode]).toEqual([cause, name, code])
  })

  it('tells a reserved encoding from an entry that is not in use', () => {
    const { fault, map, memory, entry } = world('x86-64-4')
    map(0x1000, 0x8000_0000)
    const root = 0x4000_0000
    expect(memory.read32(root) & 1).toBe(1)
    memory.write32(root, memory.read32(root) + 0x80)
    expect(fault('0x1000')).toEqual(['reserved', 4, '#PF', 'error code 0x9'])
    expect(entry('0x1000')).toBe(root)
  })

  it('walks the upper half of a canonical space and of TTBR1', () => {
    const x86 = world('x86-64-4')
    x86.map(0x8880_0000_3000, 0x8000_0000)
    expect(x86.at('0xffff888000003008').outcome).toMatchObject({ kind: 'mapped' })
    const upper = world('arm-lpae-s1-64-ttbr1')
    upper.map(0x3000, 0x8000_0000)
    const { outcome } = upper.at('0xffffff8000003008')
    if (outcome.kind !== 'mapped') throw new Error('not mapped')
    expect(printIoAddress(outcome.address.page, outcome.address.offset)).toBe('0x80000008')
    expect(upper.fault('0x3000')[0]).toBe('input')
  })
})

describe('fault terms', () => {
  const causes = ['input', 'invalid', 'reserved', 'output', 'access-flag', 'permission', 'fetch']

  it('exist for every cause of every format, and name their source', () => {
    for (const format of formats) {
      for (const cause of causes as FaultCause[]) {
        for (let index = 0; index < format.levels.length; index++) {
          const place = {
            index,
            level: index,
            last: false,
            write: false,
            present: false,
            skips: false,
          }
          const term = faultTerm(format, cause, place)
          expect(term.name).not.toBe('')
          expect(term.code).not.toMatch(/NaN|undefined/)
        }
      }
    }
    expect(faultFamilies.every((family) => family.source.length > 10)).toBe(true)
  })

  it('tell what the IOMMUs of SoCs do where nothing answers, and where more is to be read', () => {
    const term = (id: string, cause: FaultCause, index: number, write = false) => {
      const place = {
        index,
        level: index + 1,
        last: index === 1,
        write,
        present: false,
        skips: false,
      }
      return faultTerm(formats.find(id) as FormatSpec, cause, place)
    }
    expect(term('apple-dart2', 'fetch', 1)).toMatchObject({ code: 'ERROR bit 6' })
    expect(term('apple-dart', 'permission', 1)).toMatchObject({
      name: 'READ FAULT',
      code: 'ERROR bit 4',
      note: 'T8110: bit 5',
    })
    expect(term('sun50i', 'fetch', 1)).toMatchObject({ code: 'no interrupt bit' })
    expect(term('sun50i', 'invalid', 0).note).toContain('0x130')
    expect(term('sun50i', 'permission', 1, true).note).toContain('domain 2 only')
    expect(term('shmobile', 'fetch', 0)).toMatchObject({ name: 'table walk abort' })
  })

  it('are looked up in one row a format, and each row is of use', () => {
    const used = new Set([...formats].map((format) => rowOf(format.id)))
    expect(used.size).toBe(faultFamilies.length)
  })

  function rowOf(id: string) {
    return faultFamilies.findIndex((f) => f.formats.some((start) => id.startsWith(start)))
  }
})
