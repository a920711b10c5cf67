/**
 * The IPMMU driver of v3.18 and v3.19. drivers/iommu/ipmmu-vmsa.c
 *
 * Init: the platform driver, then the bus, if nobody has it. It attaches its masters itself, in
 * add_device. Era `platform-data`: no match table, so a device made from the tree stays unbound,
 * unless board data comes with it (as auxiliary data of of_platform_populate() would bring it).
 * Era `device-tree`: it matches, reads `iommus`, and uses the non-secure bank of registers.
 *
 * Ported (a what-if, ours): early init takes the bus, xlate notes IPMMU and micro-TLB, add_device
 * only makes the group. The attach code is the same.
 */
import { EINVAL, ENODEV, ENOMEM, type Errno } from '../../base/errno.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import type { Device, Driver } from '../../driver-core/device.ts'
import { deviceName } from '../../driver-core/device-name.ts'
import { ipmmuVmsa } from '../../pagetable/formats/ipmmu-vmsa.ts'
import { createPageTable } from '../../pagetable/table.ts'
import { archdataIommu } from '../archdata.ts'
import { BusClaim } from '../bus-claim.ts'
import type { IommuDriverModel } from '../family.ts'
import type { IommuOps, IommuSpecifier } from '../iommu-ops.ts'
import { nodeIo } from '../node-io.ts'
import { perContext } from '../per-context.ts'
import type { IommuDriverContext } from '../ports.ts'
import { type IpmmuArchdata, IpmmuDomain } from './driver-domain.ts'
import { IpmmuInstance } from './driver-instance.ts'
import { handleIpmmuInterrupt } from './driver-irq.ts'
import {
  addIpmmuMaster,
  groupIpmmuMaster,
  utlbsFromPlatformData,
  utlbsFromTree,
} from './driver-masters.ts'
import { type BoardIpmmu, type IpmmuPlatformData, KOELSCH, koelschIpmmus } from './koelsch-data.ts'
import { NS_ALIAS, UTLBS } from './regs.ts'

const COMPATIBLES = ['renesas,ipmmu-vmsa']
const KIB = 1024
const PAGE_SIZES = [4 * KIB, 64 * KIB, 2 * KIB * KIB]

class IpmmuDriver {
  readonly ported: boolean
  readonly #fromTree: boolean
  readonly #board: readonly BoardIpmmu[]
  readonly #context: IommuDriverContext
  readonly bus: BusClaim
  readonly #driver: Driver
  /** Bound IPMMUs, the last one first, as list_add() has them. */
  #bound: readonly IpmmuInstance[] = []
  /** Driver data by node: of bound IPMMUs, and (ported) of those that xlate met. */
  readonly #instances = new Map<DtNode, IpmmuInstance>()

  constructor(context: IommuDriverContext) {
    const { policy } = context
    this.#context = context
    this.ported = policy.iommu.ipmmu.creationPort === 'ported'
    this.#fromTree = policy.drivers['ipmmu-vmsa'] === 'device-tree'
    this.#board = boardData(context)
    this.bus = new BusClaim(context, this.#makeOps())
    this.#driver = {
      name: 'ipmmu-vmsa',
      bus: 'platform',
      matches: this.#fromTree || this.#board.length > 0 ? COMPATIBLES : [],
      matchesByName: true,
      probe: (device) => this.#probe(device),
    }
  }

  /** ipmmu_init(): the only one of the four that looks before it takes the bus. */
  init(): Errno {
    const { core, iommu } = this.#context
    const result = core.registerDriver(this.#driver)
    if (result !== 0) return result
    if (!iommu.present(core.platform)) this.bus.take()
    return 0
  }

  #probe(device: Device): Errno {
    const { journal } = this.#context
    const platformData = this.#platformData(device)
    if (platformData === null && !this.#fromTree) {
      journal.log('err', device.name, 'missing platform data')
      return -EINVAL
    }
    const mmu = device.node === null ? null : this.#instanceAt(device.node, platformData)
    if (mmu === null) return -EINVAL
    mmu.io.requestIrq(() => handleIpmmuInterrupt(mmu, journal))
    // What the ported driver attached before probe must survive.
    if (mmu.domain === null) mmu.reset()
    this.#bound = [mmu, ...this.#bound]
    return 0
  }

  #platformData(device: Device): IpmmuPlatformData | null {
    const given = device.platformData as IpmmuPlatformData | undefined
    if (given !== undefined) return given
    return this.#board.find((b) => b.unitAddress === device.node?.unitAddress) ?? null
  }

  #instanceAt(node: DtNode, platformData: IpmmuPlatformData | null): IpmmuInstance | null {
    const known = this.#instances.get(node)
    if (known !== undefined) return known
    const io = nodeIo(this.#context, node)
    const window = io.window(0)
    if (window === null) return null
    const bank = this.#fromTree ? NS_ALIAS : 0
    const { journal } = this.#context
    const name = deviceName(node)
    const mmu = new IpmmuInstance({ name, node, io, platformData, window, bank, journal })
    this.#instances.set(node, mmu)
    return mmu
  }

  #makeOps(): IommuOps {
    const context = this.#context
    const { journal, memory, pages } = context
    const find = this.#fromTree ? utlbsFromTree(context) : utlbsFromPlatformData
    const ops: IommuOps = {
      name: 'ipmmu-vmsa',
      pageSizes: PAGE_SIZES,
      domainInit: (domain) => {
        const table = createPageTable(ipmmuVmsa, { memory, pages })
        if (table === null) return -ENOMEM
        domain.priv = new IpmmuDomain(table, journal)
        return 0
      },
      domainDestroy: (domain) => {
        ;(domain.priv as IpmmuDomain).destroy()
        domain.priv = null
      },
      attachDevice: (domain, device) => (domain.priv as IpmmuDomain).attach(domain, device),
      detachDevice: ({ priv }, device) => (priv as IpmmuDomain).detach(device),
      map: ({ priv }, iova, phys, size, prot) => (priv as IpmmuDomain).map(iova, phys, size, prot),
      unmap: ({ priv }, iova, size) => (priv as IpmmuDomain).unmap(iova, size),
      iovaToPhys: ({ priv }, iova) => (priv as IpmmuDomain).table.iovaToPhys(iova),
      addDevice: (device) => addIpmmuMaster(context, this.#bound, find, device),
    }
    if (this.ported) {
      ops.ofXlate = (device, specifier) => this.#xlate(device, specifier)
      ops.addDevice = (device) =>
        archdataIommu.of(device) === null ? -ENODEV : groupIpmmuMaster(context, device)
    }
    return ops
  }

  /** -EINVAL for a micro-TLB out of range or on a second IPMMU, -ENODEV without registers. */
  #xlate(device: Device, { provider, args }: IommuSpecifier): Errno {
    const utlb = args[0]
    if (utlb === undefined || utlb >= UTLBS) return -EINVAL
    const mmu = this.#instanceAt(provider, null)
    if (mmu === null) return -ENODEV
    const noted = archdataIommu.of(device) as IpmmuArchdata | null
    if (noted !== null && noted.mmu !== mmu) return -EINVAL
    const archdata: IpmmuArchdata = { mmu, utlbs: [...(noted?.utlbs ?? []), utlb] }
    archdataIommu.set(device, archdata)
    return 0
  }
}

/** Board data that this kernel has for this board. */
function boardData({ policy, boardCompatible }: IommuDriverContext): readonly BoardIpmmu[] {
  const present = policy.drivers['ipmmu-board-data'] === 'koelsch'
  return present && boardCompatible.includes(KOELSCH) ? koelschIpmmus : []
}

const driverOf = perContext((context) => new IpmmuDriver(context))

/** The family's driver. Needs an LPAE kernel. */
export const ipmmuDriver: IommuDriverModel = {
  id: 'ipmmu',
  name: 'ipmmu-vmsa',
  compatibles: COMPATIBLES,
  kconfig: 'IPMMU_VMSA',
  present: () => true,
  initcalls: (context) => [
    { level: 'subsys', order: 30, name: 'ipmmu_init', run: () => driverOf(context).init() },
  ],
  earlyInit: (context) => {
    const driver = driverOf(context)
    return driver.ported ? (node) => driver.bus.initNode(node) : null
  },
}
