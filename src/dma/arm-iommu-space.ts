/**
 * A device's I/O address space: IOVA and page-table entries together.
 * __iommu_create_mapping(), __iommu_remove_mapping(), __map_sg_chunk(), arch/arm/mm/dma-mapping.c
 */
import { type Iova, PAGE_SIZE, type Phys, offsetInPage } from '../base/addr.ts'
import { type Device, KernelBug } from '../driver-core/device.ts'
import type { IommuCore } from '../iommu/iommu-core.ts'
import type { Protection } from '../pagetable/contract.ts'
import { deviceDma } from './device-dma.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'
import type { DmaDirection } from './dma-ops.ts'
import { pageAlign } from './pages.ts'

/** A stretch to map; bytes, whole pages. */
export interface Stretch {
  phys: Phys
  length: number
}

/** __dma_direction_to_prot(): never cacheable, not even for a coherent device. */
export function protectionOf(direction: DmaDirection): Protection {
  const both = direction === 'bidirectional'
  return { read: both || direction === 'to-device', write: both || direction === 'from-device' }
}

/** Runs of physically consecutive pages: each is one iommu_map(). */
export function runsOf(pages: readonly Phys[]): Stretch[] {
  const runs: Stretch[] = []
  for (const page of pages) {
    const last = runs.at(-1)
    if (last !== undefined && last.phys + last.length === page) last.length += PAGE_SIZE
    else runs.push({ phys: page, length: PAGE_SIZE })
  }
  return runs
}

/**
 * Takes an I/O address range and maps it, or does neither: a map that fails half-way is undone and
 * its range freed. Sizes are bytes, whole pages.
 */
export class IommuSpace {
  readonly #iommu: IommuCore

  constructor(iommu: IommuCore) {
    this.#iommu = iommu
  }

  /** The device's mapping; dereferencing a NULL one is a BUG. */
  mappingOf(device: Device): ArmMapping {
    const { mapping } = deviceDma.of(device)
    if (mapping === null) throw new KernelBug(`${device.name}: IOMMU ops without a mapping`)
    return mapping
  }

  /** One IOVA range over all stretches, in order; null when nothing is left or a map fails. */
  create(device: Device, stretches: readonly Stretch[], prot: Protection): Iova | null {
    const { iova, domain } = this.mappingOf(device)
    const size = stretches.reduce((n, s) => n + s.length, 0)
    const base = iova.allocate(size)
    if (base === null) return null
    let done = 0
    for (const { phys, length } of stretches) {
      if (this.#iommu.map(domain, base + done, phys, length, prot) !== 0) {
        if (done > 0) this.#iommu.unmap(domain, base, done)
        iova.free(base, size)
        return null
      }
      done += length
    }
    return base
  }

  /** Unmaps and frees the pages that `size` bytes at `handle` touch. */
  remove(device: Device, handle: Iova, size: number): void {
    const { iova, domain } = this.mappingOf(device)
    const offset = offsetInPage(handle)
    const length = pageAlign(size + offset)
    this.#iommu.unmap(domain, handle - offset, length)
    iova.free(handle - offset, length)
  }

  /** Physical address behind a handle; null where nothing is mapped. */
  physOf(device: Device, handle: Iova): Phys | null {
    const offset = offsetInPage(handle)
    const page = this.#iommu.iovaToPhys(this.mappingOf(device).domain, handle - offset)
    return page === null ? null : page + offset
  }
}
