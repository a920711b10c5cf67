/** struct iommu_domain: an I/O address space. include/linux/iommu.h */
import type { Iova } from '../base/addr.ts'
import type { IommuOps } from './iommu-ops.ts'

/**
 * A domain as the core sees it; the page table is the driver's, in `priv`. In v3.18-v3.19 no domain
 * has a type: attach and map decide what it is for.
 */
export class IommuDomain {
  /** Small number for people to tell domains apart; in order of allocation, from 1. */
  readonly id: number
  readonly ops: IommuOps
  /** Bytes; `forced` as in iommu_domain_geometry. Start = end = 0: the driver does not say. */
  geometry: { start: Iova; end: Iova; forced: boolean } = { start: 0, end: 0, forced: false }
  /** The IOMMU driver's own data. */
  priv: unknown = null

  constructor(id: number, ops: IommuOps) {
    this.id = id
    this.ops = ops
  }
}
