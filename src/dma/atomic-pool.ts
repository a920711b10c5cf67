/**
 * The pool of uncached memory for allocations that may not sleep: 256 KiB, made at first use.
 * arch/arm/mm/dma-mapping.c, __alloc_from_pool()
 */
import { PAGE_SIZE, type Phys } from '../base/addr.ts'
import type { DmaHost } from './dma-host.ts'
import { PageBitmap } from './page-bitmap.ts'
import { consecutivePages, orderOf, pageAlign, pageCount } from './pages.ts'

/** Default size in bytes (coherent_pool= changes it in Linux). */
const POOL_SIZE = 0x4_0000
const POOL_PAGES = POOL_SIZE / PAGE_SIZE

/**
 * 64 pages of contiguous lowmem below the DMA zone's limit, and a bitmap of those in use. Null from
 * `allocate` also while that memory cannot be had.
 */
export class AtomicPool {
  readonly #host: DmaHost
  readonly #bitmap = new PageBitmap(POOL_PAGES)
  /** undefined: not made yet; null: there was no memory for it. */
  #base: Phys | null | undefined

  constructor(host: DmaHost) {
    this.#host = host
  }

  /** Zeroed pages in a row, aligned to their order within the pool; null when the pool is full. */
  allocate(size: number): Phys[] | null {
    const base = this.#made()
    const count = pageCount(size)
    const start = base === null ? null : this.#bitmap.findFree(count, 2 ** orderOf(size))
    if (base === null || start === null) return null
    this.#bitmap.take(start, count)
    const first = base + start * PAGE_SIZE
    this.#host.cache.zero(first, pageAlign(size))
    return consecutivePages(first, count)
  }

  free(first: Phys, size: number): void {
    this.#bitmap.clear((first - (this.#base as Phys)) / PAGE_SIZE, pageCount(size))
  }

  #made(): Phys | null {
    this.#base ??= this.#host.pages.allocate(POOL_PAGES, {
      zone: 'lowmem',
      limit: this.#host.dmaZoneLimit,
    })
    return this.#base
  }
}
