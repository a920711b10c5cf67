/** For tests of this floor and the next: a small machine with an IOMMU driver made of Maps. */
import type { Iova, Phys } from '../base/addr.ts'
import { EBUSY, type Errno } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { PageAllocator } from '../base/page-allocator.ts'
import { Bus } from '../driver-core/bus.ts'
import { Device } from '../driver-core/device.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { CpuCache } from '../interconnect/cpu-cache.ts'
import type { IommuDomain } from '../iommu/domain.ts'
import { IommuCore } from '../iommu/iommu-core.ts'
import type { IommuOps, IommuSpecifier } from '../iommu/iommu-ops.ts'
import type { Protection } from '../pagetable/contract.ts'
import { foldChanges, type Policy } from '../policy/fold.ts'
import type { Settings } from '../policy/switches.ts'
import { ArmMappings } from './arm-mapping.ts'
import { deviceDma } from './device-dma.ts'
import { DmaApi } from './dma-api.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'
import type { DmaHost } from './dma-host.ts'
import { bitMask } from './dma-mask.ts'
import type { DmaOpsTables } from './dma-ops.ts'
import { arm64OpsTables, armOpsTables } from './ops-tables.ts'

export const MIB = 0x10_0000
export const GIB = 0x4000_0000

/** A kernel with v3.18's behaviour except for these switches. */
export function policyWith(sets: Settings): Policy {
  return foldChanges([
    {
      id: 'test-change',
      commit: null,
      title: '',
      author: '',
      date: null,
      release: null,
      kind: 'plumbing',
      arch: 'any',
      subsystem: '',
      requires: [],
      conflicts: [],
      sets,
      effect: { before: '', after: '' },
      source: '',
      confidence: 'source',
    },
  ])
}

/** v3.19-rc5 as far as these floors are concerned. */
export const RC5: Settings = {
  'dma.archHook': 'arch-setup-dma-ops',
  'dma.armSetup': 'iommu-mapping',
  'dma.attachSetsOps': false,
  'dma.coherentFlag': 'archdata',
  'configure.always': true,
  'iommu.ofConfigure': 'silent-null',
  'iommu.xlateCallback': 'of_xlate',
  'iommu.ofEarlyInit': 'declared-table',
}

/** v3.19 */
export const V319: Settings = {
  ...RC5,
  'dma.attachSetsOps': true,
  'dma.teardownWithoutMapping': 'return-early',
}

interface Page {
  phys: Phys
  prot: Protection
}

/** An IOMMU driver that keeps 4 KiB pages in Maps. */
export class FakeIommu implements IommuOps {
  readonly name = 'fake-iommu'
  readonly pageSizes = [0x1000]
  readonly pages = new Map<IommuDomain, Map<number, Page>>()
  readonly attached = new Map<Device, IommuDomain>()
  readonly xlated: IommuSpecifier[] = []
  /** Refuses a second attach, as exynos does. */
  exclusive = false
  /** What of_xlate returns; undefined: the driver has no such callback. */
  xlateResult: Errno | undefined
  /** Pages that may still be mapped before -ENOMEM. */
  budget = Number.POSITIVE_INFINITY

  get ofXlate(): IommuOps['ofXlate'] {
    if (this.xlateResult === undefined) return undefined
    return (_device, specifier) => {
      this.xlated.push(specifier)
      return this.xlateResult as Errno
    }
  }

  domainInit(domain: IommuDomain): Errno {
    this.pages.set(domain, new Map())
    return 0
  }

  domainDestroy(domain: IommuDomain): void {
    this.pages.delete(domain)
  }

  attachDevice(domain: IommuDomain, device: Device): Errno {
    if (this.exclusive && this.attached.has(device)) return -EBUSY
    this.attached.set(device, domain)
    return 0
  }

  detachDevice(_domain: IommuDomain, device: Device): void {
    this.attached.delete(device)
  }

  map(domain: IommuDomain, iova: Iova, phys: Phys, _size: number, prot: Protection): Errno {
    const table = this.pages.get(domain) as Map<number, Page>
    if (this.budget <= 0) return -12
    if (table.has(iova)) return -17
    this.budget--
    table.set(iova, { phys, prot })
    return 0
  }

  unmap(domain: IommuDomain, iova: Iova, size: number): number {
    return this.pages.get(domain)?.delete(iova) === true ? size : 0
  }

  iovaToPhys(domain: IommuDomain, iova: Iova): Phys | null {
    const page = this.pages.get(domain)?.get(iova - (iova % 0x1000))
    return page === undefined ? null : page.phys + (iova % 0x1000)
  }

  /** Pages mapped in all domains. */
  get mapped(): number {
    return [...this.pages.values()].reduce((n, t) => n + t.size, 0)
  }
}

export interface Rig {
  journal: Journal
  policy: Policy
  memory: PhysicalMemory
  cache: CpuCache
  pages: PageAllocator
  host: DmaHost
  bus: Bus
  iommu: IommuCore
  fake: FakeIommu
  tables: DmaOpsTables
  mappings: ArmMappings
  dma: DmaApi
  /** A device as platform code leaves it: both masks 32 bits and shared. */
  device(name: string, node?: DtNode | null): Device
  /** Texts of the kernel log. */
  log(): string[]
}

/** 32-bit ARM unless told otherwise; RAM is 64 MiB at 1 GiB, the first MiB is the kernel's. */
export function rig(
  options: {
    sets?: Settings
    arch?: 'arm' | 'arm64'
    banks?: { base: number; size: number }[]
    host?: Partial<DmaHost>
    lowmemEnd?: number
    /** False: nobody calls bus_set_iommu(). */
    busOps?: boolean
  } = {},
): Rig {
  const banks = options.banks ?? [{ base: GIB, size: 64 * MIB }]
  const journal = new Journal()
  const policy = policyWith(options.sets ?? {})
  const memory = new PhysicalMemory(banks)
  const cache = new CpuCache(memory)
  const pages = new PageAllocator({
    banks,
    reserved: [{ base: (banks[0] as { base: number }).base, size: MIB }],
    lowmemEnd: options.lowmemEnd,
  })
  const last = memory.banks.at(-1) as { base: number; size: number }
  const host: DmaHost = {
    journal,
    cache,
    pages,
    lastRam: last.base + last.size - 1,
    dmaZoneLimit: 0xffff_ffff,
    dmaAddrBits: options.arch === 'arm64' ? 64 : 32,
    ...options.host,
  }
  const bus = new Bus('platform')
  const iommu = new IommuCore(policy, journal)
  const fake = new FakeIommu()
  const tables = options.arch === 'arm64' ? arm64OpsTables(host) : armOpsTables(host, iommu)
  if (options.busOps !== false) {
    fakeAddDevice(fake)
    iommu.setBusOps(bus, fake)
  }
  return {
    journal,
    policy,
    memory,
    cache,
    pages,
    host,
    bus,
    iommu,
    fake,
    tables,
    mappings: new ArmMappings({ iommu, policy, journal, tables }),
    dma: new DmaApi({ journal, cache, fallback: tables.plain }),
    device(name, node = null) {
      const device = new Device({ name, node, bus })
      const dma = deviceDma.of(device)
      dma.coherentDmaMask = bitMask(32)
      dma.dmaMask = dma.coherentDmaMask
      dma.masksShared = true
      bus.devices.push(device)
      return device
    },
    log: () => journal.events.filter((e) => e.kind === 'log').map((e) => e.text),
  }
}

/** Before v3.19 the core calls add_device without looking. */
function fakeAddDevice(fake: FakeIommu & { addDevice?: IommuOps['addDevice'] }): void {
  fake.addDevice = () => 0
}

/** `length` bytes that differ from their neighbours. */
export function pattern(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed * 13) % 251)
}

/** A device attached to a mapping of its own, at `base`. */
export function attached(
  r: Rig,
  base = GIB,
  size = 2 * GIB,
): { device: Device; mapping: ArmMapping } {
  const device = r.device('vop')
  const mapping = r.mappings.createMapping(r.bus, base, size) as ArmMapping
  r.mappings.attachDevice(device, mapping)
  return { device, mapping }
}

/** Reads one byte as a device would: through the domain's pages, past the cache. */
export function deviceSees(r: Rig, mapping: ArmMapping, iova: number): number {
  const into = new Uint8Array(1)
  r.memory.readBytes(r.iommu.iovaToPhys(mapping.domain, iova) as number, into)
  return into[0] as number
}
