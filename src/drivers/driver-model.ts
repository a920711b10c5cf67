/**
 * What a model of a device driver is: how it binds, and how it then uses its device. One file a
 * driver; an era's variant is picked by the policy.
 */
import type { Journal } from '../base/journal.ts'
import type { PageAllocator } from '../base/page-allocator.ts'
import type { PhysicalMemory } from '../base/memory.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import type { ArmMappings } from '../dma/arm-mapping.ts'
import type { DmaApi } from '../dma/dma-api.ts'
import type { Components } from '../driver-core/component.ts'
import type { Device, Driver } from '../driver-core/device.ts'
import type { DriverCore } from '../driver-core/driver-core.ts'
import type { Populator } from '../driver-core/populate.ts'
import type { CpuCache } from '../interconnect/cpu-cache.ts'
import type { IommuCore } from '../iommu/iommu-core.ts'
import type { Policy } from '../policy/fold.ts'
import type { MasterHardware } from './exercise/device-round.ts'
import type { Round } from './exercise/round.ts'

/** Everything that a driver model may use: the kernel's API and its device's registers. */
export interface DriverContext {
  readonly core: DriverCore
  readonly components: Components
  readonly populator: Populator
  readonly dma: DmaApi
  /** Null on arm64, which has no ARM mappings. */
  readonly arm: ArmMappings | null
  readonly iommu: IommuCore
  readonly policy: Policy
  readonly journal: Journal
  readonly tree: DeviceTree
  readonly memory: PhysicalMemory
  readonly cache: CpuCache
  readonly pages: PageAllocator
  /** Is a Kconfig symbol on? Without a .config every symbol is. */
  configured(symbol: string): boolean
  /** The bus-master hardware behind a device, or null where there is none. */
  hardware(device: Device): MasterHardware | null
}

/** How a bound device is put to use. */
export interface Exercise {
  /** The rounds that the driver can make its device do, in order. */
  rounds(device: Device): readonly Round[]
  /** Why a bound device is never put to use, though nothing failed; left out or null: it is used. */
  idle?(device: Device): Idle | null
}

/** A device that waits for something the board or the kernel does not have. */
export interface Idle {
  word: 'disabled' | 'no-driver'
  /** One clause. */
  reason: string
}

/** A driver as built for one machine. */
export interface DriverInstance extends Exercise {
  /** platform_driver and amba_driver structures, registered in order by its initcall. */
  readonly drivers: readonly Driver[]
  /** What else its initcall does first, e.g. create a virtual device. */
  setUp?(): void
}

/** When a driver's initcall runs. */
export interface DriverInitcall {
  level: 'subsys' | 'device'
  /** Link order within the level. */
  order: number
  name: string
}

/**
 * A driver that is modelled by name, before there is a machine. `create` builds it for one;
 * `bindable` are those of `compatibles` that the kernel at hand can match.
 */
export interface DriverModel {
  /** Linux's name of the driver or module. */
  readonly name: string
  /** Compatible strings that it may bind, whatever the release. */
  readonly compatibles: readonly string[]
  /** Kconfig symbol, null for none. */
  readonly kconfig: string | null
  readonly initcall: DriverInitcall
  create(context: DriverContext, bindable: readonly string[]): DriverInstance
}
