/**
 * struct dma_map_ops: one implementation of the DMA API. Drivers never see it; `DmaApi` picks the
 * table of a device and calls it. include/linux/dma-mapping.h
 */
import type { Iova, Phys } from '../base/addr.ts'
import type { Errno } from '../base/errno.ts'
import type { Device } from '../driver-core/device.ts'
import type { DmaMask } from './dma-mask.ts'

/** The modelled tables. `direct` is arm64's, coherent or not. */
export type DmaOpsName = 'arm' | 'arm-coherent' | 'arm-iommu' | 'arm-iommu-coherent' | 'direct'

/** enum dma_data_direction, seen from the device: `to-device` is read by it. */
export type DmaDirection = 'to-device' | 'from-device' | 'bidirectional' | 'none'

/** struct dma_attrs, and the one allocation flag that changes the path taken. */
export interface DmaAttrs {
  /** DMA_ATTR_WRITE_COMBINE */
  writeCombine?: boolean
  /** DMA_ATTR_SKIP_CPU_SYNC: no cache maintenance in map and unmap. */
  skipCpuSync?: boolean
  /** DMA_ATTR_FORCE_CONTIGUOUS */
  forceContiguous?: boolean
  /** DMA_ATTR_NO_KERNEL_MAPPING: the CPU gets no view of the buffer. */
  noKernelMapping?: boolean
  /** Allocation that may not sleep (no __GFP_WAIT): served from the atomic pool. */
  atomic?: boolean
}

/** One entry of a scatter list. Bytes; `phys` need not be page aligned. */
export interface SgEntry {
  phys: Phys
  length: number
  /** sg_dma_address(): null is DMA_ERROR_CODE, or not mapped yet. */
  dmaAddress: Iova | null
  /** sg_dma_len(): 0 in entries that merging left unused. */
  dmaLength: number
}

/** A scatter-list entry that is not mapped yet. */
export function sgEntry(phys: Phys, length: number): SgEntry {
  return { phys, length, dmaAddress: null, dmaLength: 0 }
}

/** Memory from dma_alloc_attrs(). */
export interface DmaAllocation {
  /** What the device is told, a bus address. */
  readonly handle: Iova
  /** Bytes, whole pages. */
  readonly size: number
  /** The 4 KiB pages behind it, in order. */
  readonly pages: readonly Phys[]
  /** How the CPU reaches it; `none`: it does not. */
  readonly cpu: 'cached' | 'uncached' | 'write-combine' | 'none'
  /** Who has to take it back: a table of another kind cannot. */
  readonly backing: 'pages' | 'iommu-pages' | 'atomic-pool' | 'iommu-atomic-pool'
}

/**
 * The table. Sizes in bytes; a null handle is DMA_ERROR_CODE. What is optional is absent in some
 * tables, and then the API does nothing.
 */
export interface DmaMapOps {
  readonly name: DmaOpsName
  /** True when it leaves the CPU's caches alone. */
  readonly coherent: boolean
  /** Zeroed memory, or null. */
  alloc(device: Device, size: number, attrs: DmaAttrs): DmaAllocation | null
  free(device: Device, allocation: DmaAllocation): void
  /** `phys`: first byte of the buffer, which is physically contiguous. */
  mapPage(
    device: Device,
    phys: Phys,
    size: number,
    direction: DmaDirection,
    attrs: DmaAttrs,
  ): Iova | null
  unmapPage?(
    device: Device,
    handle: Iova,
    size: number,
    direction: DmaDirection,
    attrs: DmaAttrs,
  ): void
  /** Number of entries that the device has to work through, 0 for failure. */
  mapSg(device: Device, sg: SgEntry[], direction: DmaDirection, attrs: DmaAttrs): number
  unmapSg?(device: Device, sg: SgEntry[], direction: DmaDirection, attrs: DmaAttrs): void
  syncSingleForCpu?(device: Device, handle: Iova, size: number, direction: DmaDirection): void
  syncSingleForDevice?(device: Device, handle: Iova, size: number, direction: DmaDirection): void
  syncSgForCpu?(device: Device, sg: SgEntry[], direction: DmaDirection): void
  syncSgForDevice?(device: Device, sg: SgEntry[], direction: DmaDirection): void
  /** dma_set_mask(): 0 or -EIO. */
  setDmaMask(device: Device, mask: DmaMask): Errno
  /** dma_supported() */
  supported(device: Device, mask: DmaMask): boolean
}

/** The tables of one architecture. */
export interface DmaOpsTables {
  /** What a device with a NULL ops pointer gets. */
  readonly plain: DmaMapOps
  readonly coherent: DmaMapOps
  /** Backed by an ARM IOMMU mapping; null where the architecture has none. */
  readonly iommu: DmaMapOps | null
  readonly iommuCoherent: DmaMapOps | null
}
