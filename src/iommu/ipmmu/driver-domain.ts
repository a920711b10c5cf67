/**
 * An IPMMU domain: a table of long descriptors, bound to the IPMMU of its first master. map, unmap,
 * attach and detach of drivers/iommu/ipmmu-vmsa.c, v3.19.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import { EINVAL, ENXIO, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import { type Device, KernelBug } from '../../driver-core/device.ts'
import type { EnginePageTable, Protection } from '../../pagetable/contract.ts'
import { archdataIommu } from '../archdata.ts'
import type { IommuDomain } from '../domain.ts'
import type { IpmmuInstance } from './driver-instance.ts'

/** struct ipmmu_vmsa_archdata */
export interface IpmmuArchdata {
  readonly mmu: IpmmuInstance
  /** One in v3.18 and v3.19; the device tree may name several. */
  readonly utlbs: readonly number[]
}

/**
 * The private data behind an `IommuDomain` of this family. Its first attach picks the IPMMU and it
 * never moves to another one.
 */
export class IpmmuDomain {
  readonly table: EnginePageTable
  readonly #journal: Journal
  mmu: IpmmuInstance | null = null

  constructor(table: EnginePageTable, journal: Journal) {
    this.table = table
    this.#journal = journal
  }

  /**
   * 0, -ENXIO for a device that is no known master, -EINVAL when the domain is on another IPMMU.
   * A fresh domain takes context 0 over, for every master of the IPMMU.
   */
  attach(domain: IommuDomain, device: Device): Errno {
    const archdata = archdataIommu.of(device) as IpmmuArchdata | null
    if (archdata === null) {
      this.#journal.log('err', device.name, 'Cannot attach to IPMMU')
      return -ENXIO
    }
    const { mmu, utlbs } = archdata
    if (this.mmu === null) {
      this.mmu = mmu
      mmu.domain = domain
      mmu.programContext(this.table.root)
    } else if (this.mmu !== mmu) {
      const text = `Can't attach IPMMU ${mmu.name} to domain on IPMMU ${this.mmu.name}`
      this.#journal.log('err', device.name, text)
      return -EINVAL
    }
    for (const utlb of utlbs) mmu.enableUtlb(utlb)
    return 0
  }

  /** Turns the master's micro-TLBs off; the context stays as it is. */
  detach(device: Device): void {
    const archdata = archdataIommu.of(device) as IpmmuArchdata | null
    for (const utlb of archdata?.utlbs ?? []) this.mmu?.disableUtlb(utlb)
  }

  /** One page of a supported size, bytes. Every map flushes the whole context. */
  map(iova: Iova, phys: Phys, size: number, prot: Protection): Errno {
    const { mmu } = this
    if (mmu === null) {
      throw new KernelBug('drivers/iommu/ipmmu-vmsa.c: NULL pointer, the domain has no IPMMU')
    }
    const result = this.table.map(iova, phys, size, prot)
    if (result === 0) mmu.flush()
    return result
  }

  /**
   * Always the whole size, holes included. v3.19 flushes only if its clear function failed, which
   * it never does: a translation that the hardware holds stays usable until the next map.
   */
  unmap(iova: Iova, size: number): number {
    this.table.unmap(iova, size)
    return size
  }

  /** Gives everything back. v3.19 would crash on a domain that was never attached; this does not. */
  destroy(): void {
    this.mmu?.stopContext()
    this.table.destroy()
  }
}
