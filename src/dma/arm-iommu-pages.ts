/**
 * Pages for a buffer behind an IOMMU: they need not be contiguous, so highmem and small blocks do.
 * __iommu_alloc_buffer(), arch/arm/mm/dma-mapping.c v3.19
 */
import { PAGE_SHIFT, PAGE_SIZE, type Phys } from '../base/addr.ts'
import { contiguousPages } from './arm-direct.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaAttrs } from './dma-ops.ts'
import { consecutivePages, pageCount } from './pages.ts'

/** MAX_ORDER - 1: the largest block that the buddy allocator has is 4 MiB. */
const LARGEST_ORDER = 10

/**
 * Pages for `size` bytes, zeroed and flushed; null when memory is short. Takes the largest power of
 * two that is left to take and steps down until there is a block that large.
 */
export function bufferPages(host: DmaHost, size: number, attrs: DmaAttrs): Phys[] | null {
  if (attrs.forceContiguous === true) return contiguousPages(host, size, {})
  const pages: Phys[] = []
  let left = pageCount(size)
  while (left > 0) {
    const block = largestBlock(host, Math.min(31 - Math.clz32(left), LARGEST_ORDER))
    if (block === null) {
      freePages(host, pages)
      return null
    }
    host.cache.zero(block.first, block.count * PAGE_SIZE)
    pages.push(...consecutivePages(block.first, block.count))
    left -= block.count
  }
  return pages
}

/** Gives the pages back one by one. */
export function freePages(host: DmaHost, pages: readonly Phys[]): void {
  for (const page of pages) host.pages.free(page, 1)
}

function largestBlock(host: DmaHost, highest: number): { first: Phys; count: number } | null {
  for (let order = highest; order >= 0; order--) {
    const count = 2 ** order
    const first = host.pages.allocate(count, { zone: 'any', alignLg2: PAGE_SHIFT + order })
    if (first !== null) return { first, count }
  }
  return null
}
