import { describe, expect, it } from 'vitest'
import { EADDRINUSE, EBUSY } from '../../base/errno.ts'
import { type BoardOptions, bootBoard } from '../board.fixture.ts'
import { groupOf } from '../groups.ts'
import type { ExynosDomain } from './driver-domain.ts'
import { exynosDriver } from './driver.ts'
import { Sysmmu } from './driver-instance.ts'
import { config, exynosRegisters } from './regs.ts'

const { at } = exynosRegisters
const MIXER = '14450000.mixer'
const G2D = '10850000.g2d'
const MMU = '14650000.sysmmu'
const MIB = 0x10_0000
const rw = { read: true, write: true }
const dts = `/dts-v1/;
/ {
	#address-cells = <1>; #size-cells = <1>;
	compatible = "hardkernel,odroid-xu3";
	sysmmu_tv: sysmmu@14650000 { compatible = "samsung,exynos-sysmmu"; reg = <0x14650000 0x1000>; #iommu-cells = <0>; };
	sysmmu_g2dr: sysmmu@10a60000 { compatible = "samsung,exynos-sysmmu"; reg = <0x10a60000 0x1000>; #iommu-cells = <0>; };
	sysmmu_g2dw: sysmmu@10a70000 { compatible = "samsung,exynos-sysmmu"; reg = <0x10a70000 0x1000>; #iommu-cells = <0>; };
	sysmmu@13e80000 { compatible = "samsung,exynos-sysmmu"; reg = <0x13e80000 0x1000>; mmu-masters = <&gsc>; };
	mixer@14450000 { compatible = "samsung,exynos5420-mixer"; reg = <0x14450000 0x10000>; iommus = <&sysmmu_tv>; };
	g2d@10850000 { compatible = "samsung,exynos5250-g2d"; reg = <0x10850000 0x1000>; iommus = <&sysmmu_g2dr>, <&sysmmu_g2dw>; };
	gsc: gsc@13e00000 { compatible = "samsung,exynos5-gsc"; reg = <0x13e00000 0x1000>; };
	lone { compatible = "something,else"; };
};`
const V319 = { 'iommu.addDeviceRequired': false } as const
const GLUE = { ...V319, 'drivers.exynos-sysmmu-glue': 'notifier' } as const

/** Boots, then binds a client driver to every master, which is when the glue acts. */
function boot(options: Partial<BoardOptions> = {}) {
  const board = bootBoard(dts, { models: [exynosDriver], sets: GLUE, ...options })
  board.context.core.registerDriver({
    name: 'client',
    bus: 'platform',
    matches: ['samsung,exynos5420-mixer', 'samsung,exynos5250-g2d', 'samsung,exynos5-gsc'],
    probe: () => 0,
  })
  return board
}

function attached() {
  const board = boot()
  const domain = board.domain()
  expect(board.iommu.attach(domain, board.device(MIXER))).toBe(0)
  const { table } = domain.priv as ExynosDomain
  return { board, domain, table }
}

describe('the Exynos IOMMU driver of v3.18 and v3.19', () => {
  it('dies at the first attach, since nobody fills archdata.iommu', () => {
    const board = boot({ sets: V319 })
    expect(() => board.iommu.attach(board.domain(), board.device(MIXER))).toThrow(
      'kernel BUG at drivers/iommu/exynos-iommu.c:481!',
    )
  })

  it('puts every platform device into a group of its own', () => {
    const board = boot({ sets: V319 })
    const groups = board.context.core.devices.map((d) => groupOf(d)?.id)
    expect(new Set(groups).size).toBe(board.context.core.devices.length)
    expect(groupOf(board.device('lone'))).not.toBeNull()
  })

  it('enables version 3.3 in this order, without permission checks', () => {
    const { board, table } = attached()
    expect(board.writes).toEqual(
      ['CTRL = 0x7', 'CFG = 0x1100780', `PT_BASE_ADDR = 0x${table.root.toString(16)}`]
        .concat(['FLUSH = 0x1', 'CTRL = 0x5'])
        .map((w) => `${MMU}: ${w}`),
    )
  })

  it('writes words without permission bits and links unused entries to one empty table', () => {
    const { board, domain, table } = attached()
    const word = (at: number) => board.memory.read32(at)
    const link = word(table.root)
    expect(link % 1024).toBe(1)
    expect(word(table.root + 4 * 4095)).toBe(link)
    expect(word(link - 1)).toBe(0)
    board.iommu.map(domain, 0x2000_0000, 0x8000_1000, 4096, rw)
    board.iommu.map(domain, 0x2010_0000, 0x8010_0000, MIB, rw)
    expect(word(word(table.root + 0x800) - 1)).toBe(0x8000_1002)
    expect(word(table.root + 0x804)).toBe(0x8010_0002)
    board.iommu.unmap(domain, 0x2010_0000, MIB)
    expect(word(table.root + 0x804)).toBe(link)
  })

  it('flushes the first level for a new table, and blocks for the page that it unmaps', () => {
    const { board, domain } = attached()
    board.writes.length = 0
    board.iommu.map(domain, 0x2000_1000, 0x4100_0000, 4096, rw)
    expect(board.writes).toEqual([`${MMU}: FLUSH_ENTRY = 0x20001001`])
    expect(board.access(MIXER, 0x2000_1010)).toEqual({ kind: 'translated', address: 0x4100_0010 })
    board.writes.length = 0
    expect(board.iommu.unmap(domain, 0x2000_1000, 4096)).toBe(4096)
    expect(board.writes).toEqual(
      ['CTRL = 0x7', 'FLUSH_ENTRY = 0x20001001', 'CTRL = 0x5'].map((w) => `${MMU}: ${w}`),
    )
    expect(board.access(MIXER, 0x2000_1010).kind).toBe('fault')
  })

  it('refuses an occupied page, and a part of a section', () => {
    const { board, domain } = attached()
    board.iommu.map(domain, 0x2000_0000, 0x8000_0000, MIB, rw)
    expect(board.iommu.map(domain, 0x2000_0000, 0x8000_0000, 4096, rw)).toBe(-EADDRINUSE)
    expect(domain.ops.unmap(domain, 0x2000_0000, 4096)).toBe(0)
    expect(board.log('')).toEqual([
      'exynos_iommu_map: Failed(-98) to map 0x1000 bytes @ 0x20000000',
      'exynos_iommu_unmap: Failed: size(0x1000) @ 0x20000000 is smaller than page size 0x100000',
    ])
  })

  it('dies in the interrupt of a fault and leaves the unit blocked', () => {
    const { board, table } = attached()
    const first = board.access(MIXER, 0x2000_0abc, true)
    expect(first).toMatchObject({ kind: 'fault', fault: { kind: 'translation' } })
    const root = `0x${table.root.toString(16)}`
    const log = board.log(MMU)
    expect(log[0]).toBe(`PAGE FAULT occurred at 0x20000abc by ${MMU}(Page table base: ${root})`)
    expect(log[1]).toMatch(/^\tLv1 entry: 0x4\w{7}$/)
    expect(log[2]).toContain('BUG_ON(ret != 0)')
    const second = board.access(MIXER, 0x3000_0000)
    expect(second).toMatchObject({ kind: 'fault' })
    if (second.kind === 'fault') expect(second.fault.detail).toContain('blocked since')
  })

  it('counts attachments of one table and refuses another', () => {
    const { board, domain } = attached()
    expect(board.iommu.attach(domain, board.device(MIXER))).toBe(1)
    const second = board.domain()
    expect(board.iommu.attach(second, board.device(MIXER))).toBe(-EBUSY)
    expect(board.log(MMU).at(-1)).toContain('WARNING')
    expect(board.log(MIXER).at(-1)).toContain('Failed to attach IOMMU with pgtable 0x4')
    board.iommu.detach(domain, board.device(MIXER))
    expect(board.access(MIXER, 0).kind).toBe('fault')
    board.iommu.detach(domain, board.device(MIXER))
    expect(board.access(MIXER, 0).kind).toBe('pass')
  })

  it('knows one System MMU of a master that has two', () => {
    const board = boot()
    board.iommu.attach(board.domain(), board.device(G2D))
    const enabled = board.writes.filter((w) => w.endsWith('CTRL = 0x5'))
    expect(enabled).toEqual(['10a60000.sysmmu: CTRL = 0x5'])
    expect(board.hardware('10a70000.sysmmu').read32(at.CTRL)).toBe(0)
  })

  it('finds the System MMU of an older tree by `mmu-masters`', () => {
    const board = boot()
    expect(board.iommu.attach(board.domain(), board.device('13e00000.gsc'))).toBe(0)
    expect(board.writes[0]).toBe('13e80000.sysmmu: CTRL = 0x7')
  })
})

describe('the invalidation of a page', () => {
  /** A unit of some version that blocks at once. */
  const unitOf = (version: number) => {
    const flushes: number[] = []
    const window = {
      read32: (offset: number) => (offset === at.VERSION ? version : offset === at.STATUS ? 1 : 0),
      write32: (offset: number, value: number) => {
        if (offset === at.FLUSH_ENTRY) flushes.push(value)
      },
    }
    const io = { window: () => window, requestIrq: () => {}, freeIrq: () => {} }
    const { board, domain } = attached()
    const unit = new Sysmmu('unit', window, io, board.context.journal)
    unit.enable(0x4000_0000, domain)
    return { unit, flushes }
  }

  it('takes one entry flush on version 3, and one a 4 KiB up to 64 on version 2', () => {
    const three = unitOf(0x3060_0000)
    three.unit.invalidate(0x2000_0000, MIB)
    expect(three.flushes).toEqual([0x2000_0001])
    const two = unitOf(0x2000_0000)
    two.unit.invalidate(0x2000_0000, MIB)
    expect(two.flushes).toHaveLength(64)
    expect(two.flushes[1]).toBe(0x2000_1001)
    two.flushes.length = 0
    two.unit.invalidate(0x2000_0000, 0x1_0000)
    expect(two.flushes).toHaveLength(16)
  })
})

describe('the Exynos System MMU as hardware', () => {
  it('checks permission bits only where CFG asks for it', () => {
    const { board, domain } = attached()
    board.iommu.map(domain, 0x2000_0000, 0x4100_0000, 4096, rw)
    const unit = board.hardware(MMU)
    expect(board.access(MIXER, 0x2000_0000, true).kind).toBe('translated')
    unit.write32(at.FLUSH, 1)
    unit.write32(at.CFG, config.checkPermissions)
    const denied = board.access(MIXER, 0x2000_0000, true)
    expect(denied).toMatchObject({ kind: 'fault', fault: { kind: 'permission' } })
    expect(unit.read32(at.INT_STATUS)).toBe(0x80)
    expect(unit.read32(at.AW_FAULT_ADDR)).toBe(0x2000_0000)
  })

  it('goes on after the fault is cleared and CTRL enables it', () => {
    const { board, domain } = attached()
    const unit = board.hardware(MMU)
    board.access(MIXER, 0x2000_0000)
    board.iommu.map(domain, 0x2000_0000, 0x4100_0000, 4096, rw)
    unit.write32(at.INT_CLEAR, 1)
    expect(unit.read32(at.STATUS)).toBe(1)
    unit.write32(at.CTRL, 5)
    expect(board.access(MIXER, 0x2000_0000).kind).toBe('translated')
  })
})

describe('the ported Exynos IOMMU driver', () => {
  it("attaches every unit at creation, and then refuses the client's own domain", () => {
    const board = boot({
      sets: { ...V319, 'iommu.exynos.creationPort': 'ported' },
      automatic: true,
    })
    expect(board.hardware('10a60000.sysmmu').read32(at.CTRL)).toBe(5)
    expect(board.hardware('10a70000.sysmmu').read32(at.CTRL)).toBe(5)
    expect(board.iommu.attach(board.domain(), board.device(MIXER))).toBe(-EBUSY)
    expect(board.access(MIXER, 0x4100_0000).kind).toBe('fault')
  })
})
