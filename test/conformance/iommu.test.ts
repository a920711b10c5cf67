/** The suite that every IOMMU family passes: hardware alone, and hardware with its driver. */
import { describe, expect, it } from 'vitest'
import { PhysicalMemory } from '../../src/base/memory.ts'
import type { Translation } from '../../src/interconnect/translation.ts'
import { bootBoard, RAM } from '../../src/iommu/board.fixture.ts'
import type { IommuDomain } from '../../src/iommu/domain.ts'
import { iommuDriverModels } from '../../src/iommu/driver-models.ts'
import type { HardwareModel, StateRow } from '../../src/iommu/family.ts'
import { hardwareFor, hardwareModels } from '../../src/iommu/hardware-models.ts'
import { createPageTable } from '../../src/pagetable/table.ts'
import { TableArena } from '../../src/pagetable/table-arena.ts'
import { references } from '../reference/pagetable.ts'
import { boardSource, type FamilyRow, familyRows, MASTER, UNIT, v319 } from './iommu-rows.ts'

const rw = { read: true, write: true }
/** Where the streams and addresses of the state rows come from. */
const STREAM = [3]
const OTHER_STREAM = [4]
const ADDRESS = 0x1234_5678

function alone(model: HardwareModel) {
  const memory = new PhysicalMemory([RAM])
  const pages = new TableArena(memory, RAM.base, RAM.size / 2)
  let interrupts = 0
  const unit = model.create({ name: 'unit', memory, raiseIrq: () => void interrupts++ })
  const table = createPageTable(model.format, { memory, pages })
  if (table === null) throw new Error('no memory for a table')
  const access = (stream: readonly number[] = STREAM, address = ADDRESS, write = false) =>
    unit.translate({ address, write, stream, master: 'master' })
  return { memory, unit, table, access, interrupts: () => interrupts }
}

/** What a state row calls an answer. */
function outcome(answer: Translation): StateRow['outcome'] {
  return answer.kind === 'pass' ? 'pass' : answer.kind === 'fault' ? 'fault' : 'error'
}

describe.each([...hardwareModels])('$id hardware', (model) => {
  it('says where each of its four states is known from', () => {
    for (const row of Object.values(model.states) as StateRow[]) {
      expect(row.doc).not.toBe('')
      expect(row.source).not.toBe('')
    }
  })

  it('is found by each of its compatible strings', () => {
    for (const compatible of model.compatibles) {
      expect(hardwareFor(['vendor,unknown', compatible])).toBe(model)
    }
  })

  it('does after reset what its row says', () => {
    expect(outcome(alone(model).access())).toBe(model.states.reset.outcome)
  })

  it('does when it was turned off what its row says', () => {
    const { unit, table, access } = alone(model)
    model.scripts.enable(unit, table.root, STREAM)
    model.scripts.disable(unit)
    expect(outcome(access())).toBe(model.states.disabled.outcome)
  })

  it('does for a stream that is not selected what its row says', () => {
    const { unmatched } = model.states
    const { unit, table, access } = alone(model)
    model.scripts.enable(unit, table.root, STREAM)
    if (unmatched.outcome === 'not-applicable') expect(outcome(access(OTHER_STREAM))).toBe('fault')
    else expect(outcome(access(OTHER_STREAM))).toBe(unmatched.outcome)
  })

  it('does with an empty table what its row says, and interrupts', () => {
    const { unit, table, access, interrupts } = alone(model)
    model.scripts.enable(unit, table.root, STREAM)
    const answer = access()
    expect(outcome(answer)).toBe(model.states.emptyTable.outcome)
    expect(interrupts()).toBe(1)
    if (answer.kind !== 'fault') return
    expect(answer.fault).toMatchObject({ block: 'unit', address: ADDRESS, write: false })
    expect(answer.fault.detail).toMatch(/\[\d+\] at 0x[0-9a-f]+ = 0x/)
    expect(answer.fault.registers.length).toBeGreaterThan(2)
  })

  it('answers a table outside memory with a fault of its own', () => {
    const { unit, access } = alone(model)
    model.scripts.enable(unit, 0x10_0000, STREAM)
    expect(access()).toMatchObject({ kind: 'fault', fault: { kind: 'walk-bus-error' } })
  })

  it('translates what a table maps and passes the address on unchanged when off', () => {
    const { unit, table, access } = alone(model)
    table.map(ADDRESS - 0x678, 0x4280_0000, 4096, rw)
    model.scripts.enable(unit, table.root, STREAM)
    expect(access()).toEqual({ kind: 'translated', address: 0x4280_0678 })
    model.scripts.disable(unit)
    expect(access().kind).toBe('pass')
  })

  it('may go on using a translation until it is told to drop it', () => {
    const { unit, table, access } = alone(model)
    table.map(ADDRESS - 0x678, 0x4280_0000, 4096, rw)
    model.scripts.enable(unit, table.root, STREAM)
    access()
    table.unmap(ADDRESS - 0x678, 4096)
    expect(access()).toEqual({ kind: 'translated', address: 0x4280_0678 })
    model.scripts.enable(unit, table.root, STREAM)
    expect(access().kind).toBe('fault')
  })

  it('refuses an address that its tables cannot hold', () => {
    const { unit, table, access } = alone(model)
    model.scripts.enable(unit, table.root, STREAM)
    const answer = access(STREAM, 0x1_0000_0000)
    expect(answer).toMatchObject({ fault: { detail: 'the address has more than 32 bits' } })
  })

  it('keeps reserved offsets at 0', () => {
    const { unit } = alone(model)
    unit.write32(0x7f0, 0xffff_ffff)
    expect(unit.read32(0x7f0)).toBe(0)
  })
})

function boot(row: FamilyRow) {
  const board = bootBoard(boardSource(row), { models: [row.driver], sets: v319 })
  // Some glue acts when a driver binds the master.
  board.context.core.registerDriver({
    name: 'client',
    bus: 'platform',
    matches: ['dmaplumb,master'],
    probe: () => 0,
  })
  const unit = board.hardware(UNIT)
  const attach = (domain: IommuDomain) => board.iommu.attach(domain, board.device(MASTER))
  /** No interrupt handler runs: the suite looks at the hardware, not at what the driver makes of it. */
  const access = (address: number, write = false) => {
    const answer = unit.translate({ address, write, stream: row.stream, master: MASTER })
    if (answer.kind === 'fault') row.acknowledge(unit)
    return answer
  }
  return { board, attach, access }
}

/** The root of a family's own table: every domain keeps it in `priv.table`. */
function rootOf(domain: IommuDomain): number {
  return (domain.priv as { table: { root: number } }).table.root
}

/** A small generator, so that every run is the same. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe.each([...hardwareModels])('$id driver and hardware', (model) => {
  const row = familyRows[model.id]
  if (row === undefined) throw new Error(`test/conformance/iommu-rows.ts has no row ${model.id}`)
  const reference = references[model.format.id]!

  it('belong together', () => {
    expect(model.compatibles).toEqual(expect.arrayContaining([...row.driver.compatibles]))
    expect(iommuDriverModels).toContain(row.driver)
  })

  it('translate what the driver maps exactly as a reference walker does', () => {
    const { board, attach, access } = boot(row)
    const domain = board.domain()
    attach(domain)
    const next = random(0x5eed)
    const read = (at: bigint) => BigInt(board.memory.read32(Number(at)))
    const expected = (iova: number) => reference.walk(read, BigInt(rootOf(domain)), BigInt(iova))
    const check = (iova: number) => {
      const want = expected(iova)
      const got = access(iova)
      if (want === null || !want.read) expect(got.kind).toBe('fault')
      else expect(got).toEqual({ kind: 'translated', address: Number(want.address) })
    }
    const mapped: { iova: number; size: number }[] = []
    for (let i = 0; i < 120; i++) {
      const sizes = domain.ops.pageSizes
      const size = sizes[next(sizes.length)]!
      const iova = next(0x1_0000_0000 / size) * size
      const phys = next(0x1_0000_0000 / size) * size
      if (mapped.some((m) => iova < m.iova + m.size && m.iova < iova + size)) continue
      const prot = { read: next(4) > 0, write: true }
      if (domain.ops.map(domain, iova, phys, size, prot) !== 0) continue
      mapped.push({ iova, size })
      for (const at of [iova, iova + size - 4, iova + next(size / 4) * 4]) check(at)
      check(next(0x1_0000_0000 / 4) * 4)
    }
    expect(mapped.length).toBeGreaterThan(40)
    if (row.staleAfterUnmap !== null) return
    for (const { iova, size } of mapped) {
      board.iommu.unmap(domain, iova, size)
      expect(access(iova).kind).toBe('fault')
    }
    for (const { iova, size } of mapped) check(iova + next(size / 4) * 4)
  })

  it('meet a second domain as they do', () => {
    const { board, attach, access } = boot(row)
    const [first, second] = [board.domain(), board.domain()]
    expect(attach(first)).toBe(0)
    expect(board.iommu.map(first, 0x40_0000, 0x4210_0000, 4096, rw)).toBe(0)
    expect(attach(second)).toBe(row.secondAttach.result)
    if (row.secondAttach.result === 0) {
      expect(board.iommu.map(second, 0x40_0000, 0x4220_0000, 4096, rw)).toBe(0)
    }
    const served = row.secondAttach.served === 'first' ? 0x4210_0000 : 0x4220_0000
    expect(access(0x40_0000)).toEqual({ kind: 'translated', address: served })
  })

  it('meet the same domain again as they do', () => {
    const { board, attach } = boot(row)
    const domain = board.domain()
    attach(domain)
    expect(attach(domain)).toBe(row.sameDomain)
  })

  it('let addresses pass after detach', () => {
    const { board, attach, access } = boot(row)
    const domain = board.domain()
    attach(domain)
    expect(access(0x40_0000).kind).toBe('fault')
    board.iommu.detach(domain, board.device(MASTER))
    expect(access(0x40_0000).kind).toBe('pass')
  })

  it('give every table back when a domain goes', () => {
    const { board, attach } = boot(row)
    const pages = board.context.pages as TableArena
    // What a driver keeps for all its domains is there after the first one.
    board.iommu.freeDomain(board.domain())
    const live = pages.liveTables
    const domain = board.domain()
    attach(domain)
    board.iommu.map(domain, 0x40_0000, 0x4210_0000, 0x1_0000, rw)
    board.iommu.map(domain, 0x1000_0000, 0x4300_0000, 4096, rw)
    board.iommu.detach(domain, board.device(MASTER))
    board.iommu.freeDomain(domain)
    expect(pages.liveTables).toBe(live)
  })
})
