import { describe, expect, it } from 'vitest'
import { EINVAL, ENXIO } from '../../base/errno.ts'
import { archdataIommu } from '../archdata.ts'
import { type BoardOptions, bootBoard } from '../board.fixture.ts'
import type { IommuDomain } from '../domain.ts'
import { groupOf } from '../groups.ts'
import type { IpmmuDomain } from './driver-domain.ts'
import { ipmmuDriver } from './driver.ts'
import { koelschIpmmus } from './koelsch-data.ts'
import { contextOffset, ipmmuBank, NS_ALIAS } from './regs.ts'

const VSP = 'fe928000.vsp1'
const DU = 'feb00000.display'
const MX = 'fe951000.mmu'
const GIB = 0x4000_0000
const rw = { read: true, write: true }
const dts = `/dts-v1/;
/ {
	#address-cells = <1>; #size-cells = <1>;
	compatible = "renesas,koelsch", "renesas,r8a7791";
	mx: mmu@fe951000 { compatible = "renesas,ipmmu-vmsa"; reg = <0xfe951000 0x1000>; #iommu-cells = <1>; };
	sy: mmu@e6280000 { compatible = "renesas,ipmmu-vmsa"; reg = <0xe6280000 0x1000>; #iommu-cells = <1>; };
	vsp1@fe928000 { compatible = "renesas,vsp1"; reg = <0xfe928000 0x8000>; iommus = <&mx 4>; };
	display@feb00000 { compatible = "renesas,du-r8a7791"; reg = <0xfeb00000 0x40000>; iommus = <&mx 8>; };
	sd@ee100000 { compatible = "renesas,sdhi-r8a7791"; reg = <0xee100000 0x200>; iommus = <&sy 40>; };
};`
const V319 = { 'iommu.addDeviceRequired': false } as const
const DATA = { ...V319, 'drivers.ipmmu-board-data': 'koelsch' } as const
const TREE = { ...V319, 'drivers.ipmmu-vmsa': 'device-tree' } as const
const boot = (options: Partial<BoardOptions> = {}) =>
  bootBoard(dts, { models: [ipmmuDriver], sets: DATA, ...options })

/** The domain behind the one ARM mapping of an IPMMU. */
function onlyDomain(board: ReturnType<typeof boot>): IommuDomain {
  const [domain] = board.iommu.domains
  if (domain === undefined) throw new Error('no domain')
  return domain
}

describe('the IPMMU driver of v3.18 and v3.19', () => {
  it('binds nothing of a tree without board data', () => {
    const board = boot({ sets: V319 })
    expect(board.device(MX)).toMatchObject({ state: 'unbound', probeResult: 0 })
    expect(board.access(VSP, 0x5000).kind).toBe('pass')
  })

  it('attaches its masters itself, all to one mapping of their IPMMU', () => {
    const board = boot()
    expect(board.device(MX).state).toBe('bound')
    expect(board.iommu.domains.size).toBe(1)
    expect(groupOf(board.device(VSP))).not.toBe(groupOf(board.device(DU)))
    const domain = onlyDomain(board)
    board.iommu.map(domain, GIB, 0x4100_0000, 4096, rw)
    expect(board.access(VSP, GIB + 4)).toEqual({ kind: 'translated', address: 0x4100_0004 })
    expect(board.access(DU, GIB + 8)).toEqual({ kind: 'translated', address: 0x4100_0008 })
  })

  it('programs context 0 and a micro-TLB in this order, in the alias where it reads the tree', () => {
    const board = boot({ sets: TREE })
    const { root } = (onlyDomain(board).priv as IpmmuDomain).table
    const first = board.writes.indexOf(`${MX}: IMTTBCR(0)@NS = 0x80003510`) - 2
    expect(board.writes.slice(first, first + 9)).toEqual(
      [
        ['IMTTLBR0(0)', root],
        ['IMTTUBR0(0)', 0],
        ['IMTTBCR(0)', 0x8000_3510],
        ['IMMAIR0(0)', 0x4_ff44],
        ['IMBUSCR(0)', 0],
        ['IMSTR(0)', 0],
        ['IMCTR(0)', 7],
        ['IMUASID(4)', 0],
        ['IMUCTR(4)', 3],
      ].map(([name, value]) => `${MX}: ${name}@NS = 0x${Number(value).toString(16)}`),
    )
  })

  it('uses the bank at 0 with board data, as v3.18 and v3.19 do', () => {
    expect(boot().writes).toContain(`${MX}: IMUCTR(4) = 0x3`)
  })

  it('writes pages marked non-secure under marked tables', () => {
    const board = boot()
    const domain = onlyDomain(board)
    board.iommu.map(domain, GIB, 0x4800_0000, 4096, rw)
    const { root } = (domain.priv as IpmmuDomain).table
    const word = (at: number) => [board.memory.read32(at + 4), board.memory.read32(at)] as const
    const [hi1, lo1] = word(root + 8)
    expect([hi1, lo1 & 0xfff]).toEqual([0x8000_0000, 3])
    const [hi2, lo2] = word(lo1 - 3)
    expect([hi2, lo2 & 0xfff]).toEqual([0x8000_0000, 3])
    expect(word(lo2 - 3)).toEqual([0, 0x4800_0f63])
  })

  it('flushes the context at every map and never at unmap', () => {
    const board = boot()
    const domain = onlyDomain(board)
    board.writes.length = 0
    board.iommu.map(domain, GIB, 0x4100_0000, 4096, rw)
    expect(board.writes).toEqual([`${MX}: IMCTR(0) = 0x7`])
    board.access(VSP, GIB)
    expect(board.iommu.unmap(domain, GIB, 4096)).toBe(4096)
    expect(board.writes).toHaveLength(1)
    // The micro-TLB still has it: v3.19's flush after unmap is unreachable.
    expect(board.access(VSP, GIB).kind).toBe('translated')
    expect(board.access(DU, GIB).kind).toBe('fault')
  })

  it('logs a fault under the name of the IPMMU and goes on', () => {
    const board = boot()
    expect(board.access(VSP, 0x5000, true)).toMatchObject({ kind: 'fault' })
    expect(board.log(MX).at(-1)).toBe('Unhandled fault: status 0x00001001 iova 0x00005000')
    const mx = board.hardware(MX)
    expect(mx.read32(contextOffset(0, 'IMSTR'))).toBe(0)
    expect(mx.read32(contextOffset(0, 'IMEAR'))).toBe(0)
  })

  it('refuses micro-TLBs that do not exist, strangers, and a domain of another IPMMU', () => {
    const board = boot({ sets: TREE })
    const sd = board.device('ee100000.sd')
    expect(groupOf(sd)).toBeNull()
    expect(board.iommu.attach(board.domain(), sd)).toBe(-ENXIO)
    expect(board.log('ee100000.sd')).toEqual(['Cannot attach to IPMMU'])
    const mmu = (archdataIommu.of(board.device(VSP)) as { mmu: object }).mmu
    archdataIommu.set(sd, { mmu: { ...mmu, name: 'other' }, utlbs: [1] })
    expect(board.iommu.attach(onlyDomain(board), sd)).toBe(-EINVAL)
  })

  it('overwrites context 0 for everybody when a fresh domain is attached', () => {
    const board = boot()
    const first = onlyDomain(board)
    board.iommu.map(first, GIB, 0x4100_0000, 4096, rw)
    const second = board.domain()
    expect(board.iommu.attach(second, board.device(VSP))).toBe(0)
    board.iommu.map(second, GIB, 0x4200_0000, 4096, rw)
    expect(board.access(DU, GIB)).toEqual({ kind: 'translated', address: 0x4200_0000 })
  })

  it('refuses a device without platform data', () => {
    const moved = dts.replaceAll('e6280000', '12340000')
    const board = bootBoard(moved, { models: [ipmmuDriver], sets: DATA })
    expect(board.device('12340000.mmu')).toMatchObject({ state: 'failed', probeResult: -EINVAL })
    expect(board.log('12340000.mmu')[0]).toBe('missing platform data')
  })
})

describe('the IPMMU as hardware', () => {
  it('refuses entries that are not marked non-secure', () => {
    const board = boot()
    const { root } = (onlyDomain(board).priv as IpmmuDomain).table
    board.memory.write32(root + 8, 0x4000_0001)
    board.memory.write32(root + 12, 0)
    const answer = board.access(VSP, GIB)
    expect(answer).toMatchObject({ kind: 'fault', fault: { kind: 'permission' } })
    if (answer.kind === 'fault') expect(answer.fault.detail).toContain('NS of L1 is 0')
  })

  it('declares banks of 0x800 bytes', () => {
    expect(ipmmuBank.rows).toHaveLength(4 * 8 + 2 * 32)
    expect(Math.max(...ipmmuBank.rows.map((r) => r.at))).toBeLessThan(NS_ALIAS)
  })
})

describe('the board data of Koelsch', () => {
  it('has seven IPMMUs and one master a micro-TLB', () => {
    expect(koelschIpmmus).toHaveLength(7)
    for (const { masters } of koelschIpmmus) {
      expect(new Set(masters.map((m) => m.utlb)).size).toBe(masters.length)
    }
  })
})

describe('the ported IPMMU driver', () => {
  it('gives each master a mapping of its own, all in context 0', () => {
    const board = boot({ sets: { ...DATA, 'iommu.ipmmu.creationPort': 'ported' }, automatic: true })
    const domains = [...board.iommu.domains]
    expect(domains).toHaveLength(2)
    expect(groupOf(board.device(VSP))).not.toBeNull()
    const [vsp, du] = domains as [IommuDomain, IommuDomain]
    board.iommu.map(vsp, 0, 0x4100_0000, 4096, rw)
    board.iommu.map(du, 0, 0x4200_0000, 4096, rw)
    // The display was attached last: its table serves the VSP too.
    expect(board.access(VSP, 0)).toEqual({ kind: 'translated', address: 0x4200_0000 })
  })
})
