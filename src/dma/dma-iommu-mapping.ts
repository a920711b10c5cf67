/** struct dma_iommu_mapping: an I/O address space with its own IOVA allocator. asm/dma-iommu.h */
import { type Iova, prettyHex, prettySize } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuDomain } from '../iommu/domain.ts'
import type { IovaBitmap } from './iova-bitmap.ts'

/**
 * One mapping, made by arm_iommu_create_mapping() and shared by whoever attaches. It is freed when
 * `refs` falls to 0; lost references keep it for ever.
 */
export class ArmMapping {
  /** For people to tell mappings apart; in order of creation, from 1. */
  readonly id: number
  readonly domain: IommuDomain
  readonly iova: IovaBitmap
  /** Bytes, as asked for. */
  readonly size: number
  /** kref: one for the creator, one for each attach. 0: freed. */
  refs = 1
  /** Devices whose archdata.mapping is this one, in order of attach. */
  readonly devices: Device[] = []

  constructor(id: number, domain: IommuDomain, iova: IovaBitmap, size: number) {
    this.id = id
    this.domain = domain
    this.iova = iova
    this.size = size
  }

  /** First address that it can hand out. */
  get base(): Iova {
    return this.iova.base
  }

  /** `mapping 1 (0x40000000 + 2 GiB)` */
  toString(): string {
    return `mapping ${this.id} (${prettyHex(this.base)} + ${prettySize(this.size)})`
  }
}
