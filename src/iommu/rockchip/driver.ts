/**
 * The Rockchip IOMMU driver as merged in v3.19. drivers/iommu/rockchip-iommu.c
 *
 * Init: bus_set_iommu() first, then the platform driver; when another driver has the bus, the
 * driver is never registered. Attach finds the IOMMU through the client's group; a device that is
 * in none ("virtual device"), or whose IOMMU has not probed, attaches with 0 and no effect.
 *
 * Ported (a what-if, ours): early init takes the bus, xlate notes the instance, and attach uses
 * that. The attach code is the same.
 */
import { EINVAL, ENODEV, ENOMEM, type Errno } from '../../base/errno.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import type { Device, Driver } from '../../driver-core/device.ts'
import { deviceName } from '../../driver-core/device-name.ts'
import { rockchipV1 } from '../../pagetable/formats/rockchip-v1.ts'
import { createPageTable } from '../../pagetable/table.ts'
import { archdataIommu } from '../archdata.ts'
import { BusClaim } from '../bus-claim.ts'
import type { IommuDriverModel } from '../family.ts'
import type { IommuOps } from '../iommu-ops.ts'
import { nodeIo } from '../node-io.ts'
import { perContext } from '../per-context.ts'
import type { IommuDriverContext } from '../ports.ts'
import { attachRkIommu, detachRkIommu } from './driver-attach.ts'
import { RkDomain } from './driver-domain.ts'
import { RkIommu } from './driver-instance.ts'
import { addRkMaster, rkIommuDevice } from './driver-masters.ts'

const COMPATIBLES = ['rockchip,iommu']
/** RK_IOMMU_PGSIZE_BITMAP, 0x007ff000: every power of two that fits in one table. */
const PAGE_SIZES = Array.from({ length: 11 }, (_, i) => 4096 * 2 ** i)

class RkIommuDriver {
  readonly ported: boolean
  readonly #context: IommuDriverContext
  readonly bus: BusClaim
  readonly #driver: Driver
  /** Driver data by node: of a bound device, or (ported) made by xlate before there is a device. */
  readonly #instances = new Map<DtNode, RkIommu>()

  constructor(context: IommuDriverContext) {
    this.#context = context
    this.ported = context.policy.iommu.rockchip.creationPort === 'ported'
    this.bus = new BusClaim(context, this.#makeOps())
    this.#driver = {
      name: 'rk_iommu',
      bus: 'platform',
      matches: COMPATIBLES,
      probe: (device) => (this.#instanceAt(device.node) === null ? -EINVAL : 0),
    }
  }

  /** rk_iommu_init(): -EBUSY when another driver has the bus. */
  init(): Errno {
    const result = this.bus.take()
    return result === 0 ? this.#context.core.registerDriver(this.#driver) : result
  }

  #makeOps(): IommuOps {
    const context = this.#context
    const { journal, memory, pages } = context
    const ops: IommuOps = {
      name: 'rockchip-iommu',
      pageSizes: PAGE_SIZES,
      domainInit: (domain) => {
        const table = createPageTable(rockchipV1, { memory, pages })
        if (table === null) return -ENOMEM
        domain.priv = new RkDomain(table, journal)
        return 0
      },
      domainDestroy: (domain) => {
        const rk = domain.priv as RkDomain
        if (rk.iommus.length > 0) journal.log('warn', '', 'WARNING: at rk_iommu_domain_destroy')
        rk.table.destroy()
        domain.priv = null
      },
      attachDevice: (domain, device) => {
        const iommu = this.#iommuOf(device)
        return iommu === null ? 0 : attachRkIommu(context, iommu, domain, device.name)
      },
      detachDevice: (_domain, device) => {
        const iommu = this.#iommuOf(device)
        if (iommu !== null) detachRkIommu(context, iommu, device.name)
      },
      map: ({ priv }, iova, phys, size, prot) => (priv as RkDomain).map(iova, phys, size, prot),
      unmap: ({ priv }, iova, size) => (priv as RkDomain).unmap(iova, size),
      iovaToPhys: ({ priv }, iova) => (priv as RkDomain).table.iovaToPhys(iova),
      addDevice: (device) => addRkMaster(context, device),
    }
    if (this.ported) ops.ofXlate = (device, { provider }) => this.#xlate(device, provider)
    return ops
  }

  /** Only the first `iommus` entry counts, as for the unported driver. */
  #xlate(device: Device, provider: DtNode): Errno {
    if (archdataIommu.of(device) !== null) return 0
    const iommu = this.#instanceAt(provider)
    if (iommu === null) return -ENODEV
    archdataIommu.set(device, iommu)
    return 0
  }

  /** rk_iommu_from_dev(); what xlate noted comes first. */
  #iommuOf(device: Device): RkIommu | null {
    const noted = archdataIommu.of(device) as RkIommu | null
    if (noted !== null) return noted
    const node = rkIommuDevice(device)?.node
    return node === undefined || node === null ? null : (this.#instances.get(node) ?? null)
  }

  #instanceAt(node: DtNode | null): RkIommu | null {
    if (node === null) return null
    const known = this.#instances.get(node)
    if (known !== undefined) return known
    const io = nodeIo(this.#context, node)
    const window = io.window(0)
    if (window === null) return null
    const iommu = new RkIommu(deviceName(node), window, io, this.#context.journal)
    this.#instances.set(node, iommu)
    return iommu
  }
}

const driverOf = perContext((context) => new RkIommuDriver(context))

/** The family's driver. First in v3.19. */
export const rockchipDriver: IommuDriverModel = {
  id: 'rockchip',
  name: 'rk_iommu',
  compatibles: COMPATIBLES,
  kconfig: 'ROCKCHIP_IOMMU',
  present: ({ policy }) => policy.drivers['rockchip-iommu'] === 'present',
  initcalls: (context) => [
    { level: 'subsys', order: 50, name: 'rk_iommu_init', run: () => driverOf(context).init() },
  ],
  earlyInit: (context) => {
    const driver = driverOf(context)
    return driver.ported ? (node) => driver.bus.initNode(node) : null
  },
}
