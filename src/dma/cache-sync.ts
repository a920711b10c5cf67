/**
 * Cache maintenance by direction, for devices that do not snoop: __dma_page_cpu_to_dev() and
 * __dma_page_dev_to_cpu(). arch/arm/mm/dma-mapping.c; the same rules in arch/arm64/mm/cache.S
 */
import type { Phys } from '../base/addr.ts'
import type { CpuCache } from '../interconnect/cpu-cache.ts'
import type { DmaDirection } from './dma-ops.ts'

/** Before the device owns the buffer: what it reads is cleaned, what it overwrites is dropped. */
export function cpuToDevice(
  cache: CpuCache,
  phys: Phys,
  size: number,
  direction: DmaDirection,
): void {
  if (direction === 'from-device') cache.invalidate(phys, size)
  else cache.clean(phys, size)
}

/** Before the CPU owns the buffer again: lines that it may have fetched meanwhile are dropped. */
export function deviceToCpu(
  cache: CpuCache,
  phys: Phys,
  size: number,
  direction: DmaDirection,
): void {
  if (direction !== 'to-device') cache.invalidate(phys, size)
}
