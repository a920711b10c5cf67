/**
 * The Exynos IOMMU driver of v3.18 and v3.19. drivers/iommu/exynos-iommu.c
 *
 * Init: the platform driver, then bus_set_iommu(); when another driver has the bus, the platform
 * driver is unregistered again. add_device puts EVERY platform device into a group of its own.
 * archdata.iommu is read in attach and written nowhere: see driver-attach.ts and driver-glue.ts.
 *
 * Ported (a what-if, ours): early init takes the bus, and xlate makes the owner with every SysMMU
 * that the master names. The attach code is the same.
 */
import type { Phys } from '../../base/addr.ts'
import { EINVAL, ENODEV, ENOMEM, type Errno } from '../../base/errno.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import { type Device, type Driver, KernelBug } from '../../driver-core/device.ts'
import { deviceName } from '../../driver-core/device-name.ts'
import { exynosV1 } from '../../pagetable/formats/exynos-v1.ts'
import { createPageTable } from '../../pagetable/table.ts'
import { archdataIommu } from '../archdata.ts'
import { BusClaim } from '../bus-claim.ts'
import type { IommuDriverModel } from '../family.ts'
import { groupOf } from '../groups.ts'
import type { IommuOps } from '../iommu-ops.ts'
import { nodeIo } from '../node-io.ts'
import { perContext } from '../per-context.ts'
import type { IommuDriverContext } from '../ports.ts'
import {
  attachExynos,
  detachAllExynos,
  detachExynos,
  type ExynosAttachment,
} from './driver-attach.ts'
import { ExynosDomain, type ExynosOwner } from './driver-domain.ts'
import { ownerNotifier } from './driver-glue.ts'
import { Sysmmu } from './driver-instance.ts'
import { handleSysmmuInterrupt } from './driver-irq.ts'

const COMPATIBLES = ['samsung,exynos-sysmmu']
const KIB = 1024
const PAGE_SIZES = [4 * KIB, 64 * KIB, KIB * KIB]

class ExynosIommuDriver implements ExynosAttachment {
  readonly ported: boolean
  readonly #glued: boolean
  readonly #context: IommuDriverContext
  readonly bus: BusClaim
  readonly #driver: Driver
  /** Driver data by node: of bound SysMMUs, and (ported) of those that xlate met. */
  readonly #sysmmus = new Map<DtNode, Sysmmu>()
  /** zero_lv2_table: what unused first-level entries of every domain link to; null before use. */
  #emptyTable: Phys | null = null

  constructor(context: IommuDriverContext) {
    const { policy } = context
    this.#context = context
    this.ported = policy.iommu.exynos.creationPort === 'ported'
    this.#glued = policy.drivers['exynos-sysmmu-glue'] === 'notifier'
    this.bus = new BusClaim(context, this.#makeOps())
    this.#driver = {
      name: 'exynos-sysmmu',
      bus: 'platform',
      matches: COMPATIBLES,
      probe: (device) => this.#probe(device),
      remove: (device) => this.#remove(device),
    }
  }

  get journal() {
    return this.#context.journal
  }

  sysmmusOf(owner: ExynosOwner): readonly Sysmmu[] {
    return owner.sysmmus.map((node) => {
      const sysmmu = this.#sysmmus.get(node)
      if (sysmmu === undefined) {
        throw new KernelBug(`drivers/iommu/exynos-iommu.c: NULL pointer, ${node.path} is unbound`)
      }
      return sysmmu
    })
  }

  /** exynos_iommu_init(): -EBUSY when another driver has the bus. */
  init(): Errno {
    const { core, tree } = this.#context
    const result = core.registerDriver(this.#driver)
    if (result !== 0) return result
    const problem = this.bus.take()
    if (problem !== 0) {
      const text = 'exynos_iommu_init: Failed to register exynos-iommu driver.'
      this.journal.log('err', '', text)
      this.#unregister()
      return problem
    }
    if (this.#glued) core.platform.subscribe(ownerNotifier(tree, COMPATIBLES))
    return 0
  }

  /** platform_driver_unregister() */
  #unregister(): void {
    const { core } = this.#context
    const { drivers, devices } = core.platform
    for (const device of [...devices]) if (device.driver === this.#driver) core.unbind(device)
    drivers.splice(drivers.indexOf(this.#driver), 1)
  }

  #probe(device: Device): Errno {
    const sysmmu = device.node === null ? null : this.#sysmmuAt(device.node)
    if (sysmmu === null) return -EINVAL
    const { journal, memory } = this.#context
    sysmmu.io.requestIrq(() =>
      handleSysmmuInterrupt(sysmmu, this.#emptyTable ?? 0, memory, journal),
    )
    return 0
  }

  #remove(device: Device): void {
    if (device.node === null) return
    this.#sysmmus.get(device.node)?.io.freeIrq()
    this.#sysmmus.delete(device.node)
  }

  #sysmmuAt(node: DtNode): Sysmmu | null {
    const known = this.#sysmmus.get(node)
    if (known !== undefined) return known
    const io = nodeIo(this.#context, node)
    const window = io.window(0)
    if (window === null) return null
    const sysmmu = new Sysmmu(deviceName(node), window, io, this.journal)
    this.#sysmmus.set(node, sysmmu)
    return sysmmu
  }

  #makeOps(): IommuOps {
    const { journal, memory, pages } = this.#context
    const ops: IommuOps = {
      name: 'exynos-iommu',
      pageSizes: PAGE_SIZES,
      domainInit: (domain) => {
        this.#emptyTable ??= pages.allocate(KIB)
        const emptyTable = this.#emptyTable
        if (emptyTable === null) return -ENOMEM
        const table = createPageTable(exynosV1, { memory, pages, emptyTable })
        if (table === null) return -ENOMEM
        domain.priv = new ExynosDomain(table, journal, (owner) => this.sysmmusOf(owner))
        domain.geometry = { start: 0, end: 0xffff_ffff, forced: true }
        return 0
      },
      domainDestroy: (domain) => {
        const exynos = domain.priv as ExynosDomain
        detachAllExynos(this, exynos)
        exynos.table.destroy()
        domain.priv = null
      },
      attachDevice: (domain, device) => attachExynos(this, domain, device),
      detachDevice: (domain, device) => detachExynos(this, domain, device),
      map: ({ priv }, iova, phys, size, prot) => (priv as ExynosDomain).map(iova, phys, size, prot),
      unmap: ({ priv }, iova, size) => (priv as ExynosDomain).unmap(iova, size),
      iovaToPhys: ({ priv }, iova) => (priv as ExynosDomain).table.iovaToPhys(iova),
      addDevice: (device) => this.#addDevice(device),
    }
    if (this.ported) ops.ofXlate = (device, { provider }) => this.#xlate(device, provider)
    return ops
  }

  /** Whatever the device is. */
  #addDevice(device: Device): Errno {
    const { groups } = this.#context.iommu
    return groups.add(groupOf(device) ?? groups.allocate(), device)
  }

  #xlate(device: Device, provider: DtNode): Errno {
    if (this.#sysmmuAt(provider) === null) return -ENODEV
    const owner = archdataIommu.of(device) as ExynosOwner | null
    const sysmmus = owner?.sysmmus ?? []
    if (sysmmus.includes(provider)) return 0
    const next: ExynosOwner = { device, sysmmus: [...sysmmus, provider], domain: null }
    archdataIommu.set(device, next)
    return 0
  }
}

const driverOf = perContext((context) => new ExynosIommuDriver(context))

/** The family's driver. */
export const exynosDriver: IommuDriverModel = {
  id: 'exynos',
  name: 'exynos-sysmmu',
  compatibles: COMPATIBLES,
  kconfig: 'EXYNOS_IOMMU',
  present: () => true,
  initcalls: (context) => [
    { level: 'subsys', order: 60, name: 'exynos_iommu_init', run: () => driverOf(context).init() },
  ],
  earlyInit: (context) => {
    const driver = driverOf(context)
    return driver.ported ? (node) => driver.bus.initNode(node) : null
  },
}
