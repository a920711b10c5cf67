/**
 * What a device carries for DMA: its masks, its window, and on ARM `dev->archdata`.
 * include/linux/device.h, arch/arm/include/asm/device.h
 */
import type { Addr, Iova } from '../base/addr.ts'
import type { Cause, Journal } from '../base/journal.ts'
import type { Device } from '../driver-core/device.ts'
import { Slot } from '../driver-core/slot.ts'
import type { DmaMask } from './dma-mask.ts'
import type { DmaMapOps } from './dma-ops.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'

/** Longest segment of a device that never said, bytes. */
export const DEFAULT_MAX_SEG_SIZE = 0x1_0000

/** The DMA fields of one device, each with its C name. Limits, sizes and offsets are bytes. */
export interface DeviceDma {
  /** archdata.dma_ops; null: the architecture's default table. */
  ops: DmaMapOps | null
  /** *dev->dma_mask; null while the pointer is NULL. */
  dmaMask: DmaMask | null
  /** coherent_dma_mask; a limit of 0 is "unset". */
  coherentDmaMask: DmaMask
  /** dma_mask points at coherent_dma_mask, so setting either sets both. */
  masksShared: boolean
  /** dma_parms is there; without it the two limits below cannot be set. */
  dmaParms: boolean
  /** dma_get_max_seg_size(), bytes. */
  maxSegSize: number
  /** dma_get_seg_boundary() */
  segBoundary: Addr
  /** dma_pfn_offset in bytes: physical minus bus address. May be negative. */
  pfnOffset: number
  /** archdata.dma_coherent */
  coherent: boolean
  /** archdata.mapping, which to_dma_iommu_mapping() returns. */
  mapping: ArmMapping | null
  /** What dma-ranges said when the device was configured, as bus addresses; absent without one. */
  busWindow?: { base: Iova; size: number }
}

/** A fresh device: nothing is set, as after kzalloc(). */
export const deviceDma = new Slot<DeviceDma>('dma', () => ({
  ops: null,
  dmaMask: null,
  coherentDmaMask: { bits: 0, limit: 0 },
  masksShared: false,
  dmaParms: false,
  maxSegSize: DEFAULT_MAX_SEG_SIZE,
  segBoundary: 0xffff_ffff,
  pfnOffset: 0,
  coherent: false,
  mapping: null,
}))

/** set_dma_ops(): null goes back to the architecture's default table. */
export function setDmaOps(
  journal: Journal,
  device: Device,
  ops: DmaMapOps | null,
  causes: readonly Cause[],
): void {
  const dma = deviceDma.of(device)
  const before = dma.ops?.name ?? null
  const after = ops?.name ?? null
  dma.ops = ops
  const text = `dma ops of ${device.name}: ${after ?? 'NULL, the default'}`
  journal.add(
    'dma-ops',
    device.name,
    before === after ? text : `${text} (was ${before ?? 'NULL'})`,
    causes,
    { before, after },
  )
}
