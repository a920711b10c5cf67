/** What IOMMU drivers need from above and from the machine; injected, never imported. */
import type { Iova, Phys } from '../base/addr.ts'
import type { Errno } from '../base/errno.ts'
import type { Journal } from '../base/journal.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { RegisterWindow } from '../base/registers.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import type { Bus } from '../driver-core/bus.ts'
import type { Device } from '../driver-core/device.ts'
import type { DriverCore } from '../driver-core/driver-core.ts'
import type { TablePages } from '../pagetable/contract.ts'
import type { Policy } from '../policy/fold.ts'
import type { IommuCore } from './iommu-core.ts'
import type { OfIommuRegistry } from './of-registry.ts'

/** The ARM DMA mapping code, for IOMMU drivers that create mappings themselves (ipmmu-vmsa). */
export interface ArmMappingPort {
  /** arm_iommu_create_mapping(): an opaque mapping, or a negative error. Bytes. */
  createMapping(bus: Bus, base: Iova, size: number): object | Errno
  /** arm_iommu_attach_device() */
  attachDevice(device: Device, mapping: object): Errno
  /** arm_iommu_release_mapping() */
  releaseMapping(mapping: object): void
}

/** Register windows and interrupts, as platform drivers get them. */
export interface IoPort {
  /**
   * devm_ioremap_resource() of `reg[index]`: null when the node has no such entry or it does not
   * translate. Where no hardware answers, reads return all ones and writes vanish.
   */
  map(device: Device, index: number): RegisterWindow | null
  /** Number of `reg` entries. */
  regCount(device: Device): number
  /** devm_request_irq() of the device's interrupt; the handler runs after the access that raised it. */
  requestIrq(device: Device, handler: () => void): void
  freeIrq(device: Device): void
  /**
   * of_iomap(): as `map`, for a node that may have no device and no driver yet. Only drivers that
   * are ported to the set-up at device creation ask; where it is missing they make do with the
   * node's device.
   */
  mapNode?(node: DtNode, index: number): RegisterWindow | null
  /** As `requestIrq`, by node. A second request adds a handler of the same shared line. */
  requestNodeIrq?(node: DtNode, handler: () => void): void
  /** As `freeIrq`, by node. */
  freeNodeIrq?(node: DtNode): void
}

/** Everything an IOMMU driver is built with. */
export interface IommuDriverContext {
  readonly core: DriverCore
  readonly iommu: IommuCore
  readonly policy: Policy
  readonly journal: Journal
  readonly tree: DeviceTree
  readonly memory: MemoryPort
  /** Pages for tables, below 4 GiB. */
  readonly pages: TablePages
  readonly io: IoPort
  readonly arm: ArmMappingPort
  readonly of: OfIommuRegistry
  /** The platform device made for a node, or null: of_find_device_by_node(). */
  deviceFor(node: object): Device | null
  /** cpu_to_phys of nothing in particular: root compatible strings of the board. */
  readonly boardCompatible: readonly string[]
}

/** First byte of a table, for drivers that keep raw addresses. */
export type TableAddress = Phys
