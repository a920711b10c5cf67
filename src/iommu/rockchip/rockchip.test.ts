import { describe, expect, it } from 'vitest'
import { EADDRINUSE } from '../../base/errno.ts'
import { archdataIommu } from '../archdata.ts'
import { type BoardOptions, bootBoard } from '../board.fixture.ts'
import { groupOf } from '../groups.ts'
import { rockchipDriver } from './driver.ts'
import { RockchipIommu } from './hardware.ts'
import { command, rockchipRegisters } from './regs.ts'

const { at } = rockchipRegisters
const VOP = 'ff930000.vop'
const MMU = 'ff930300.iommu'
const rw = { read: true, write: true }
const dts = `/dts-v1/;
/ {
	#address-cells = <1>; #size-cells = <1>;
	compatible = "rockchip,rk3288";
	vop: vop@ff930000 { compatible = "rockchip,rk3288-vop"; reg = <0xff930000 0x19c>; iommus = <&vop_mmu>; };
	vop_mmu: iommu@ff930300 { compatible = "rockchip,iommu"; reg = <0xff930300 0x100>; #iommu-cells = <0>; };
	vpu@ff9a0000 { compatible = "rockchip,rk3288-vpu"; reg = <0xff9a0000 0x800>; iommus = <&odd_mmu 1>; };
	odd_mmu: iommu@ff9a0800 { compatible = "rockchip,iommu"; reg = <0xff9a0800 0x100>; #iommu-cells = <1>; };
	display-subsystem { compatible = "rockchip,display-subsystem"; };
};`
const boot = (options: Partial<BoardOptions> = {}) =>
  bootBoard(dts, {
    models: [rockchipDriver],
    sets: { 'drivers.rockchip-iommu': 'present', 'iommu.addDeviceRequired': false },
    ...options,
  })

function attached() {
  const board = boot()
  const domain = board.domain()
  expect(board.iommu.attach(domain, board.device(VOP))).toBe(0)
  return { board, domain }
}

describe('the Rockchip IOMMU as hardware', () => {
  const alone = () => {
    const raised: string[] = []
    const { memory } = boot()
    return {
      raised,
      unit: new RockchipIommu({ name: 'mmu', memory, raiseIrq: () => raised.push('irq') }),
    }
  }

  it('keeps bits 31:12 of DTE_ADDR', () => {
    const { unit } = alone()
    unit.write32(at.DTE_ADDR, 0xcafe_babe)
    expect(unit.read32(at.DTE_ADDR)).toBe(0xcafe_b000)
  })

  it('has STATUS 0x18 after reset, and takes a stall only while paging is on', () => {
    const { unit } = alone()
    expect(unit.read32(at.STATUS)).toBe(0x18)
    unit.write32(at.COMMAND, command.enableStall)
    expect(unit.read32(at.STATUS)).toBe(0x18)
    unit.write32(at.COMMAND, command.enablePaging)
    unit.write32(at.COMMAND, command.enableStall)
    expect(unit.read32(at.STATUS)).toBe(0x1d)
  })

  it('stops at a fault: later accesses get the same answer and are not recorded', () => {
    const { unit, raised } = alone()
    unit.write32(at.DTE_ADDR, 0x4000_0000)
    unit.write32(at.INT_MASK, 3)
    unit.write32(at.COMMAND, command.enablePaging)
    const access = { address: 0x1234_5678, write: true, stream: [], master: 'vop' }
    const first = unit.translate(access)
    expect(first).toMatchObject({ kind: 'fault', fault: { kind: 'translation' } })
    if (first.kind !== 'fault') return
    expect(first.fault.detail).toBe('DTE[72] at 0x40000120 = 0x00000000 is not valid')
    expect(first.fault.registers[1]).toEqual({ name: 'STATUS', value: 0x2b })
    unit.translate({ ...access, address: 0 })
    expect(unit.read32(at.PAGE_FAULT_ADDR)).toBe(0x1234_5678)
    expect(raised).toHaveLength(1)
    unit.write32(at.COMMAND, command.pageFaultDone)
    unit.translate({ ...access, address: 0x1000 })
    expect(unit.read32(at.PAGE_FAULT_ADDR)).toBe(0x1000)
  })

  it('reports a table outside memory as a bus error', () => {
    const { unit } = alone()
    unit.write32(at.DTE_ADDR, 0x1000)
    unit.write32(at.COMMAND, command.enablePaging)
    const answer = unit.translate({ address: 0, write: false, stream: [], master: 'vop' })
    expect(answer).toMatchObject({ kind: 'fault', fault: { kind: 'walk-bus-error' } })
    expect(unit.read32(at.INT_RAWSTAT)).toBe(2)
  })
})

describe('the Rockchip IOMMU driver of v3.19', () => {
  it('programs an idle unit in this order', () => {
    const { board, domain } = attached()
    const { root } = (domain.priv as { table: { root: number } }).table
    expect(board.writes).toEqual(
      ['DTE_ADDR = 0xcafebabe', 'COMMAND = 0x6', `DTE_ADDR = 0x${root.toString(16)}`]
        .concat(['COMMAND = 0x4', 'INT_MASK = 0x3', 'COMMAND = 0x0'])
        .map((w) => `${MMU}: ${w}`),
    )
    expect(board.log(VOP)).toContain('Attached to iommu domain')
  })

  it('puts each client in a group of its own that knows its IOMMU', () => {
    const board = boot()
    expect(groupOf(board.device(VOP))?.iommuData).toBe(board.device(MMU))
    expect(groupOf(board.device('ff9a0000.vpu'))).toBeNull()
    expect(board.log('ff9a0000.vpu')[0]).toContain('(found 1, expected 0)')
  })

  it('lets a device without a group attach and does nothing', () => {
    const board = boot()
    expect(board.iommu.attach(board.domain(), board.device('display-subsystem'))).toBe(0)
    expect(board.writes).toEqual([])
  })

  it('writes the measured words and zaps one page for a new table only', () => {
    const { board, domain } = attached()
    board.writes.length = 0
    expect(board.iommu.map(domain, 0x100_0000, 0x6789_a000, 4096, rw)).toBe(0)
    expect(board.writes).toEqual([`${MMU}: ZAP_ONE_LINE = 0x1000000`])
    const { root } = (domain.priv as { table: { root: number } }).table
    const dte = board.memory.read32(root + 0x10)
    expect(dte % 4096).toBe(1)
    expect(board.memory.read32(dte - 1)).toBe(0x6789_a007)
    board.iommu.map(domain, 0x101_0000, 0x4000_0000, 0x1_0000, rw)
    expect(board.writes).toHaveLength(1)
    expect(board.access(VOP, 0x100_0123)).toEqual({ kind: 'translated', address: 0x6789_a123 })
    expect(board.access(VOP, 0x101_f004, true)).toEqual({
      kind: 'translated',
      address: 0x4000_f004,
    })
  })

  it('refuses an occupied page, undoes its own part and zaps nothing', () => {
    const { board, domain } = attached()
    board.iommu.map(domain, 0x5000, 0x5000_0000, 4096, rw)
    board.writes.length = 0
    expect(board.iommu.map(domain, 0x4000, 0x3000_0000, 0x4000, rw)).toBe(-EADDRINUSE)
    expect(board.writes).toEqual([])
    expect(board.access(VOP, 0x5000)).toEqual({ kind: 'translated', address: 0x5000_0000 })
    expect(board.log('')).toContain(
      'iova: 0x00005000 already mapped to 0x50000000 cannot remap to phys: 0x30001000 prot: 0x3',
    )
    const { root } = (domain.priv as { table: { root: number } }).table
    expect(board.memory.read32(board.memory.read32(root) - 1 + 0x10)).toBe(0x3000_0006)
  })

  it('zaps every page that it unmaps, so that a stale translation is never used', () => {
    const { board, domain } = attached()
    board.iommu.map(domain, 0x10_0000, 0x4010_0000, 0x3000, rw)
    board.access(VOP, 0x10_2000)
    board.writes.length = 0
    expect(board.iommu.unmap(domain, 0x10_0000, 0x3000)).toBe(0x3000)
    expect(board.writes).toEqual([
      `${MMU}: ZAP_ONE_LINE = 0x100000`,
      `${MMU}: ZAP_ONE_LINE = 0x101000`,
      `${MMU}: ZAP_ONE_LINE = 0x102000`,
    ])
    expect(board.access(VOP, 0x10_2000).kind).toBe('fault')
  })

  it('logs a fault, zaps and acknowledges it', () => {
    const { board } = attached()
    board.writes.length = 0
    expect(board.access(VOP, 0x1234_5678, true).kind).toBe('fault')
    const log = board.log(MMU)
    expect(log[0]).toBe('Page fault at 0x12345678 of type write')
    expect(log[1]).toBe('iova = 0x12345678: dte_index: 0x48 pte_index: 0x345 page_offset: 0x678')
    expect(log[2]).toMatch(
      /^mmu_dte_addr: 0x4\w{7} dte@0x4\w{7}: 00000000 valid: 0 pte@0x00000000: 00000000 valid: 0 page@0x00000000 flags: 000$/,
    )
    expect(board.writes).toEqual([
      `${MMU}: COMMAND = 0x4`,
      `${MMU}: COMMAND = 0x5`,
      `${MMU}: INT_CLEAR = 0x1`,
    ])
  })

  it('re-programs a unit that is attached already', () => {
    const { board, domain } = attached()
    const second = board.domain()
    board.writes.length = 0
    expect(board.iommu.attach(second, board.device(VOP))).toBe(0)
    expect(board.writes[0]).toBe(`${MMU}: COMMAND = 0x2`)
    board.iommu.map(second, 0x1000, 0x4123_4000, 4096, rw)
    expect(board.access(VOP, 0x1000)).toEqual({ kind: 'translated', address: 0x4123_4000 })
    // The unit's list node still hangs on the first domain's list.
    expect(() => board.iommu.map(domain, 0x1000, 0x4000_0000, 4096, rw)).toThrow('corrupt list')
  })

  it('turns a unit off at detach', () => {
    const { board, domain } = attached()
    board.writes.length = 0
    board.iommu.detach(domain, board.device(VOP))
    expect(board.writes.map((w) => w.replace(`${MMU}: `, ''))).toEqual([
      'COMMAND = 0x2',
      'COMMAND = 0x1',
      'INT_MASK = 0x0',
      'DTE_ADDR = 0x0',
      'COMMAND = 0x3',
    ])
    expect(board.access(VOP, 0x1234).kind).toBe('pass')
  })
})

describe('the ported Rockchip IOMMU driver', () => {
  const ported = {
    sets: {
      'drivers.rockchip-iommu': 'present',
      'iommu.addDeviceRequired': false,
      'iommu.rockchip.creationPort': 'ported',
    },
    automatic: true,
  } as const

  it('reaches the hardware at creation, before its own probe', () => {
    const board = boot(ported)
    expect(archdataIommu.of(board.device(VOP))).not.toBeNull()
    expect(board.access(VOP, 0x1000)).toMatchObject({ kind: 'fault' })
    expect(board.log(MMU)[0]).toBe('Page fault at 0x00001000 of type read')
    expect(groupOf(board.device(VOP))).not.toBeNull()
    expect(board.device(MMU).state).toBe('bound')
  })

  it("lets the client's own domain take over", () => {
    const board = boot(ported)
    const own = board.domain()
    expect(board.iommu.attach(own, board.device(VOP))).toBe(0)
    board.iommu.map(own, 0, 0x4100_0000, 4096, rw)
    expect(board.access(VOP, 0x10)).toEqual({ kind: 'translated', address: 0x4100_0010 })
  })
})
