/** What the DMA floor needs of the machine. */
import type { Phys } from '../base/addr.ts'
import type { Journal } from '../base/journal.ts'
import type { PageAllocator } from '../base/page-allocator.ts'
import type { CpuCache } from '../interconnect/cpu-cache.ts'

/** Memory, cache and page allocator, and how far they go. */
export interface DmaHost {
  readonly journal: Journal
  readonly cache: CpuCache
  readonly pages: PageAllocator
  /** Last byte of RAM: max_pfn - 1. */
  readonly lastRam: Phys
  /**
   * Last byte of the DMA zone. 32-bit ARM without a machine limit: 0xffffffff (arm_dma_limit);
   * arm64: the first 4 GiB, counted from the 4 GiB boundary below the start of RAM.
   */
  readonly dmaZoneLimit: Phys
  /** Width of dma_addr_t: 32, or 64 with LPAE and on arm64. */
  readonly dmaAddrBits: 32 | 64
}
