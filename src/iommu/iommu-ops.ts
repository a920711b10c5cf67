/** struct iommu_ops of v3.18-v3.19: what an IOMMU driver offers the core. include/linux/iommu.h */
import type { Iova, Phys } from '../base/addr.ts'
import type { Errno } from '../base/errno.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { Device } from '../driver-core/device.ts'
import type { Protection } from '../pagetable/contract.ts'
import type { IommuDomain } from './domain.ts'

/** One entry of `iommus`, parsed: struct of_phandle_args. */
export interface IommuSpecifier {
  provider: DtNode
  args: readonly number[]
}

/** The callbacks of one IOMMU driver. */
export interface IommuOps {
  /** For people: the driver, e.g. `rockchip-iommu`. */
  readonly name: string
  /** Supported page sizes, ascending, bytes: the set bits of pgsize_bitmap. */
  readonly pageSizes: readonly number[]
  domainInit(domain: IommuDomain): Errno
  domainDestroy(domain: IommuDomain): void
  /** 0, a negative error, or (exynos) 1 for "again". */
  attachDevice(domain: IommuDomain, device: Device): Errno
  detachDevice(domain: IommuDomain, device: Device): void
  /** One page of a supported size. */
  map(domain: IommuDomain, iova: Iova, phys: Phys, size: number, prot: Protection): Errno
  /** Bytes unmapped; 0 ends the core's loop. */
  unmap(domain: IommuDomain, iova: Iova, size: number): number
  iovaToPhys(domain: IommuDomain, iova: Iova): Phys | null
  addDevice?(device: Device): Errno
  ofXlate?(device: Device, specifier: IommuSpecifier): Errno
}
