/**
 * The OMAP IOMMU driver of v3.18 and v3.19. drivers/iommu/omap-iommu.c
 *
 * Init: bus_set_iommu(), whose result is ignored, then the platform driver: on a bus that belongs to
 * another driver the MMUs still bind, but nobody ever calls the operations. add_device notes the
 * *name* of the MMU of the first `iommus` entry; attach looks for a bound MMU of that name.
 *
 * Ported (a what-if, ours): early init takes the bus, and xlate notes the name and makes the MMU
 * known before it has probed. The attach code is the same.
 */
import { EINVAL, ENODEV, ENOMEM, type Errno } from '../../base/errno.ts'
import { phandleArgs } from '../../devicetree/phandles.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import type { Device, Driver } from '../../driver-core/device.ts'
import { deviceName } from '../../driver-core/device-name.ts'
import { omap2 } from '../../pagetable/formats/omap2.ts'
import { createPageTable } from '../../pagetable/table.ts'
import { archdataIommu } from '../archdata.ts'
import { BusClaim } from '../bus-claim.ts'
import type { IommuDriverModel } from '../family.ts'
import type { IommuOps } from '../iommu-ops.ts'
import { nodeIo } from '../node-io.ts'
import { perContext } from '../per-context.ts'
import type { IommuDriverContext } from '../ports.ts'
import { attachOmap, detachOmap, type OmapArchdata, type OmapAttachment } from './driver-attach.ts'
import { OmapDomain } from './driver-domain.ts'
import { OmapIommu } from './driver-instance.ts'
import { handleOmapFault } from './driver-irq.ts'

const COMPATIBLES = ['ti,omap2-iommu', 'ti,omap4-iommu', 'ti,dra7-iommu']
const KIB = 1024
const PAGE_SIZES = [4 * KIB, 64 * KIB, KIB * KIB, 16 * KIB * KIB]

class OmapIommuDriver implements OmapAttachment {
  readonly ported: boolean
  readonly counted: boolean
  readonly #context: IommuDriverContext
  readonly bus: BusClaim
  readonly #driver: Driver
  /** MMUs that attach can find: bound ones, and (ported) those that xlate met. */
  readonly #known = new Map<string, OmapIommu>()

  constructor(context: IommuDriverContext) {
    const { policy } = context
    this.#context = context
    this.ported = policy.iommu.omap.creationPort === 'ported'
    this.counted = policy.iommu.omap.secondDomain === '-EBUSY'
    this.bus = new BusClaim(context, this.#makeOps())
    this.#driver = {
      name: 'omap-iommu',
      bus: 'platform',
      matches: COMPATIBLES,
      probe: (device) => this.#probe(device),
      remove: (device) => void this.#known.delete(device.name),
    }
  }

  get journal() {
    return this.#context.journal
  }

  find(name: string): OmapIommu | null {
    return this.#known.get(name) ?? null
  }

  /** omap_iommu_init() */
  init(): Errno {
    this.bus.take()
    return this.#context.core.registerDriver(this.#driver)
  }

  /** omap_iommu_probe(): -EINVAL for a TLB of neither 8 nor 32 entries, or without registers. */
  #probe(device: Device): Errno {
    const iommu = device.node === null ? null : this.#know(device.node)
    if (iommu === null) return -EINVAL
    const { journal, memory } = this.#context
    iommu.io.requestIrq(() => handleOmapFault(iommu, memory, journal))
    journal.log('info', device.name, `${iommu.name} registered`)
    return 0
  }

  #know(node: DtNode): OmapIommu | null {
    const name = deviceName(node)
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const tlbEntries = node.u32('ti,#tlb-entries') ?? 32
    if (tlbEntries !== 8 && tlbEntries !== 32) return null
    const io = nodeIo(this.#context, node)
    const window = io.window(0)
    if (window === null) return null
    const traits = { tlbEntries, busErrorBack: node.has('ti,iommu-bus-err-back') }
    const iommu = new OmapIommu(name, window, io, traits, this.journal)
    this.#known.set(name, iommu)
    return iommu
  }

  #makeOps(): IommuOps {
    const { journal, memory, pages } = this.#context
    const ops: IommuOps = {
      name: 'omap-iommu',
      pageSizes: PAGE_SIZES,
      domainInit: (domain) => {
        const table = createPageTable(omap2, { memory, pages })
        if (table === null) return -ENOMEM
        domain.priv = new OmapDomain(table, journal)
        domain.geometry = { start: 0, end: 0xffff_ffff, forced: true }
        return 0
      },
      domainDestroy: (domain) => {
        const omap = domain.priv as OmapDomain
        if (omap.iommu !== null && omap.device !== null) detachOmap(this, omap, omap.device)
        omap.table.destroy()
        domain.priv = null
      },
      attachDevice: (domain, device) => attachOmap(this, domain, device),
      detachDevice: ({ priv }, device) => detachOmap(this, priv as OmapDomain, device),
      map: ({ priv }, iova, phys, size, prot) => (priv as OmapDomain).map(iova, phys, size, prot),
      unmap: ({ priv }, iova, size) => (priv as OmapDomain).unmap(iova, size),
      iovaToPhys: ({ priv }, iova) => (priv as OmapDomain).iommu?.table?.iovaToPhys(iova) ?? null,
      addDevice: (device) => this.#addDevice(device),
    }
    if (this.ported) ops.ofXlate = (device, { provider }) => this.#xlate(device, provider)
    return ops
  }

  /** 0 without `iommus`; -EINVAL with a WARN when the MMU has no device. */
  #addDevice(device: Device): Errno {
    const { node } = device
    // What xlate noted stays: the ported driver's add_device has nothing left to do.
    if (node === null || archdataIommu.of(device) !== null) return 0
    const provider = phandleArgs(this.#context.tree, node, 'iommus', '#iommu-cells')[0]?.provider
    if (provider === undefined || provider === null) return 0
    const mmu = this.#context.deviceFor(provider)
    if (mmu === null) {
      this.journal.log('warn', device.name, 'WARNING: at omap_iommu_add_device')
      return -EINVAL
    }
    const archdata: OmapArchdata = { name: mmu.name, iommu: null }
    archdataIommu.set(device, archdata)
    return 0
  }

  /** Only the first `iommus` entry counts, as for the unported driver. */
  #xlate(device: Device, provider: DtNode): Errno {
    if (archdataIommu.of(device) !== null) return 0
    const iommu = this.#know(provider)
    if (iommu === null) return -ENODEV
    const archdata: OmapArchdata = { name: iommu.name, iommu: null }
    archdataIommu.set(device, archdata)
    return 0
  }
}

const driverOf = perContext((context) => new OmapIommuDriver(context))

/** The family's driver. */
export const omapDriver: IommuDriverModel = {
  id: 'omap',
  name: 'omap-iommu',
  compatibles: COMPATIBLES,
  kconfig: 'OMAP_IOMMU',
  present: () => true,
  initcalls: (context) => [
    { level: 'subsys', order: 40, name: 'omap_iommu_init', run: () => driverOf(context).init() },
  ],
  earlyInit: (context) => {
    const driver = driverOf(context)
    return driver.ported ? (node) => driver.bus.initNode(node) : null
  },
}
