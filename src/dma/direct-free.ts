/** Giving back memory of the tables that do not translate. */
import { type Phys, hex } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import type { AtomicPool } from './atomic-pool.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaAllocation } from './dma-ops.ts'
import { pageCount } from './pages.ts'

/** Frees contiguous pages or a piece of the atomic pool. */
export function freeDirect(host: DmaHost, pool: AtomicPool, allocation: DmaAllocation): void {
  const first = allocation.pages[0] as Phys
  if (allocation.backing === 'atomic-pool') pool.free(first, allocation.size)
  else host.pages.free(first, pageCount(allocation.size))
}

/**
 * True when the buffer came from another kind of table, which happens when the device's operations
 * changed while it was in use: Linux warns and the memory is lost.
 */
export function refuseForeign(host: DmaHost, device: Device, allocation: DmaAllocation): boolean {
  if (allocation.backing === 'pages' || allocation.backing === 'atomic-pool') return false
  warnInvalidArea(host, device, allocation)
  return true
}

/** WARN of __dma_free_remap() and arm_iommu_free_attrs(). */
export function warnInvalidArea(host: DmaHost, device: Device, allocation: DmaAllocation): void {
  host.journal.log(
    'warn',
    device.name,
    `trying to free invalid coherent area: ${hex(allocation.handle)}`,
  )
}
