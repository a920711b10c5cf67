import { describe, expect, it } from 'vitest'
import { EBUSY, EINVAL, ENODEV } from '../../base/errno.ts'
import { type BoardOptions, bootBoard } from '../board.fixture.ts'
import type { OmapDomain } from './driver-domain.ts'
import { omapDriver } from './driver.ts'

const ISP = '480bc000.isp'
const OTHER = '48000000.isp'
const MMU = '480bd400.mmu'
const MIB = 0x10_0000
const rw = { read: true, write: true }
const dts = `/dts-v1/;
/ {
	#address-cells = <1>; #size-cells = <1>;
	compatible = "ti,omap3";
	isp@480bc000 { compatible = "ti,omap3-isp"; reg = <0x480bc000 0x12fc>; iommus = <&isp_mmu>; };
	isp@48000000 { compatible = "ti,omap3-isp"; reg = <0x48000000 0x12fc>; iommus = <&isp_mmu>; };
	isp_mmu: mmu@480bd400 { compatible = "ti,omap2-iommu"; reg = <0x480bd400 0x80>; #iommu-cells = <0>; ti,#tlb-entries = <8>; };
	odd@1000 { compatible = "ti,omap2-iommu"; reg = <0x1000 0x80>; #iommu-cells = <0>; ti,#tlb-entries = <5>; };
	ipu@55020000 { compatible = "ti,omap4-ipu"; reg = <0x55020000 0x1000>; iommus = <&ipu_mmu>; };
	ipu_mmu: mmu@55082000 { compatible = "ti,omap4-iommu"; reg = <0x55082000 0x100>; #iommu-cells = <0>; ti,iommu-bus-err-back; };
};`
const V319 = { 'iommu.omap.secondDomain': 'overwrite', 'iommu.addDeviceRequired': false } as const
const boot = (options: Partial<BoardOptions> = {}) =>
  bootBoard(dts, { models: [omapDriver], sets: V319, ...options })

function attached(options: Partial<BoardOptions> = {}) {
  const board = boot(options)
  const domain = board.domain()
  expect(board.iommu.attach(domain, board.device(ISP))).toBe(0)
  const { table } = domain.priv as OmapDomain
  return { board, domain, table }
}

describe('the OMAP IOMMU driver of v3.18 and v3.19', () => {
  it('enables a unit in this order', () => {
    const { board, table } = attached()
    expect(board.writes).toEqual(
      [`TTB = 0x${table.root.toString(16)}`, 'IRQENABLE = 0x1e', 'CNTL = 0x6', 'LOCK = 0x0']
        .concat(['GFLUSH = 0x1'])
        .map((w) => `${MMU}: ${w}`),
    )
    expect(board.log(MMU)).toEqual([`${MMU} registered`, `${MMU}: version 1.1`])
  })

  it('asks an IPU-type MMU to answer faults with an error', () => {
    const board = boot()
    board.iommu.attach(board.domain(), board.device('55020000.ipu'))
    expect(board.writes[1]).toBe('55082000.mmu: GP_REG = 0x1')
  })

  it('refuses to bind an MMU with an odd number of TLB entries', () => {
    expect(boot().device('1000.odd')).toMatchObject({ state: 'failed', probeResult: -EINVAL })
  })

  it('writes the measured words', () => {
    const { board, domain, table } = attached()
    const word = (at: number) => board.memory.read32(at)
    board.iommu.map(domain, 0x1000_0000, 0x8000_0000, 16 * MIB, rw)
    expect(word(table.root + 0x400)).toBe(0x8004_0002)
    expect(word(table.root + 0x43c)).toBe(0x8004_0002)
    board.iommu.map(domain, 0x12_0000, 0x9abc_0000, 0x1_0000, rw)
    const l2 = word(table.root + 4) - 1
    expect(l2 % 1024).toBe(0)
    expect(word(l2 + 0x80)).toBe(0x9abc_0001)
    expect(word(l2 + 0xbc)).toBe(0x9abc_0001)
  })

  it('refuses a misaligned section and writes nothing', () => {
    const { board, domain, table } = attached()
    expect(domain.ops.map(domain, 0x10_0000, 0x1_0000, MIB, rw)).toBe(-EINVAL)
    expect(board.memory.read32(table.root + 4)).toBe(0)
    expect(board.log(MMU).slice(-2)).toEqual([
      'iopgd_alloc_section: 00100000:00010000 should aligned on 00100000',
      'omap_iopgtable_store_entry failed: -22',
    ])
  })

  it('maps an occupied page again and unmaps it with its table', () => {
    const { board, domain, table } = attached()
    board.iommu.map(domain, 0x5000, 0x1000_0000, 4096, rw)
    expect(board.iommu.map(domain, 0x5000, 0x2000_0000, 4096, rw)).toBe(0)
    expect(board.memory.read32(board.memory.read32(table.root) - 1 + 0x14)).toBe(0x2000_0002)
    expect(domain.ops.unmap(domain, 0x6000, 4096)).toBe(4096)
    expect(domain.ops.unmap(domain, 0x5000, 4096)).toBe(4096)
    expect(board.memory.read32(table.root)).toBe(0)
    expect(domain.ops.unmap(domain, 0x5000, 4096)).toBe(0)
  })

  it('drops the TLB entry of what it unmaps or maps anew', () => {
    const { board, domain } = attached()
    board.iommu.map(domain, 0x5000, 0x4100_0000, 4096, rw)
    expect(board.access(ISP, 0x5008)).toEqual({ kind: 'translated', address: 0x4100_0008 })
    board.iommu.map(domain, 0x5000, 0x4200_0000, 4096, rw)
    expect(board.access(ISP, 0x5008)).toEqual({ kind: 'translated', address: 0x4200_0008 })
    board.iommu.unmap(domain, 0x5000, 4096)
    expect(board.access(ISP, 0x5008).kind).toBe('fault')
  })

  it('logs a fault and turns the unit off, so that later accesses pass untranslated', () => {
    const { board } = attached()
    const answer = board.access(ISP, 0x1234_5678)
    expect(answer).toMatchObject({ kind: 'fault', fault: { kind: 'translation', block: MMU } })
    expect(board.log(MMU).at(-1)).toMatch(
      /^480bd400.mmu: errs:0x00000002 da:0x12345678 pgd:0x4\w{7} \*pgd:px00000000$/,
    )
    expect(board.access(ISP, 0x1234_5678).kind).toBe('pass')
  })

  it('serves one client a domain', () => {
    const { board, domain } = attached()
    expect(board.iommu.attach(domain, board.device(ISP))).toBe(-EBUSY)
    expect(board.iommu.attach(domain, board.device(OTHER))).toBe(-EBUSY)
    expect(board.log(OTHER)).toEqual(['iommu domain is already attached'])
  })

  it('re-points a busy unit to a second domain in v3.19', () => {
    const { board, domain } = attached()
    const second = board.domain()
    expect(board.iommu.attach(second, board.device(ISP))).toBe(0)
    // From now on the first domain's calls change the second's table.
    board.iommu.map(domain, 0x5000, 0x4100_0000, 4096, rw)
    expect((second.priv as OmapDomain).table.iovaToPhys(0x5000)).toBe(0x4100_0000)
    expect(board.access(ISP, 0x5000)).toEqual({ kind: 'translated', address: 0x4100_0000 })
  })

  it('refuses a second domain in v3.18', () => {
    const { board } = attached({ sets: {} })
    expect(board.iommu.attach(board.domain(), board.device(ISP))).toBe(-EBUSY)
    expect(board.log(MMU).at(-1)).toBe(`${MMU}: already attached!`)
    expect(board.log(ISP)).toEqual([`can't get omap iommu: ${-EBUSY}`])
  })

  it('refuses a device without `iommus`', () => {
    const board = boot()
    expect(board.iommu.attach(board.domain(), board.device(MMU))).toBe(-EINVAL)
    expect(board.log(MMU).at(-1)).toBe("device doesn't have an associated iommu")
  })

  it('empties the table and turns the unit off at detach', () => {
    const { board, domain, table } = attached()
    board.iommu.map(domain, 0x5000, 0x4100_0000, 4096, rw)
    board.iommu.map(domain, 0x1000_0000, 0x8000_0000, 16 * MIB, rw)
    board.iommu.detach(domain, board.device(ISP))
    expect(table.tableCount).toBe(0)
    expect(table.iovaToPhys(0x1000_0000)).toBeNull()
    expect(board.access(ISP, 0x5000).kind).toBe('pass')
    expect(() => board.iommu.map(domain, 0x5000, 0x4100_0000, 4096, rw)).toThrow('NULL pointer')
  })
})

describe('the ported OMAP IOMMU driver', () => {
  const ported = {
    sets: { ...V319, 'iommu.omap.creationPort': 'ported' },
    automatic: true,
  } as const

  it('attaches at creation and lets a second domain take over', () => {
    const board = boot(ported)
    expect(board.access('55020000.ipu', 0x1000).kind).toBe('fault')
    const own = board.domain()
    expect(board.iommu.attach(own, board.device(ISP))).toBe(0)
    board.iommu.map(own, 0x5000, 0x4100_0000, 4096, rw)
    expect(board.access(ISP, 0x5000)).toEqual({ kind: 'translated', address: 0x4100_0000 })
  })

  it('finds no unit without it while the MMU is unbound', () => {
    const board = boot()
    board.context.core.unbind(board.device(MMU))
    expect(board.iommu.attach(board.domain(), board.device(ISP))).toBe(-ENODEV)
  })
})
