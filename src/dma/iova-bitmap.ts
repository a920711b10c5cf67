/**
 * The IOVA allocator of an ARM mapping: bitmaps of pages that are added one by one, lowest address
 * first. __alloc_iova(), __free_iova(), extend_iommu_mapping(), arch/arm/mm/dma-mapping.c v3.16-v3.19
 */
import { GIB4, type Iova, PAGE_SIZE, hex } from '../base/addr.ts'
import { EINVAL, type Errno } from '../base/errno.ts'
import { KernelBug } from '../driver-core/device.ts'
import { PageBitmap } from './page-bitmap.ts'
import { orderOf, pageCount } from './pages.ts'

/** CONFIG_ARM_DMA_IOMMU_ALIGNMENT: highest order (pages) that an IOVA is aligned to; 8 is 1 MiB. */
const ALIGNMENT_ORDER = 8
/** Bytes of one bitmap once a mapping has several: a page, so 128 MiB of I/O space each. */
const EXTENSION_BYTES = 4096

/** How the test for the last extension is written. v3.16-v3.19 allow one too many. */
export type ExtendLimit = 'one-too-many' | 'exact'

/** Layout that a size asks for. */
export interface IovaLayout {
  /** Pages of one bitmap. Rounded up to whole words, so a mapping may span more than was asked. */
  bits: number
  /** Number of bitmaps the mapping may have. */
  extensions: number
}

/**
 * The layout for `size` bytes, or -EINVAL below one page. `size` is a size_t: 4 GiB is 0. Above
 * 128 MiB the number of bitmaps is rounded down, so the tail of an odd size is lost.
 */
export function iovaLayout(size: number): IovaLayout | Errno {
  const pages = Math.floor((size % GIB4) / PAGE_SIZE)
  const bytes = Math.ceil(pages / 32) * 4
  if (bytes === 0) return -EINVAL
  if (bytes <= EXTENSION_BYTES) return { bits: bytes * 8, extensions: 1 }
  return { bits: EXTENSION_BYTES * 8, extensions: Math.floor(bytes / EXTENSION_BYTES) }
}

/**
 * The I/O addresses of one mapping from `base` up, bytes. Ranges are aligned to their order up to 1
 * MiB; freeing outside the mapping or across two bitmaps is a BUG.
 */
export class IovaBitmap {
  readonly base: Iova
  readonly layout: IovaLayout
  readonly #limit: ExtendLimit
  readonly #bitmaps: PageBitmap[]

  constructor(base: Iova, layout: IovaLayout, limit: ExtendLimit = 'one-too-many') {
    this.base = base
    this.layout = layout
    this.#limit = limit
    this.#bitmaps = [new PageBitmap(layout.bits)]
  }

  /** Bytes that one bitmap covers. */
  get bitmapSpan(): number {
    return this.layout.bits * PAGE_SIZE
  }

  /** Bytes that all bitmaps together may cover. */
  get span(): number {
    return this.bitmapSpan * this.layout.extensions
  }

  /** Bitmaps made so far. */
  get bitmaps(): number {
    return this.#bitmaps.length
  }

  /** Pages taken now. */
  get pagesInUse(): number {
    return this.#bitmaps.reduce((n, b) => n + b.taken, 0)
  }

  /** True once a bitmap was added that the array of pointers has no room for. */
  get overrun(): boolean {
    return this.#bitmaps.length > this.layout.extensions
  }

  /**
   * First fit, aligned to its own power of two (at most 1 MiB) within its bitmap. Null
   * (DMA_ERROR_CODE) when nothing fits. An allocation never straddles two bitmaps, and one that is
   * too large for any still adds a bitmap before it fails.
   */
  allocate(size: number): Iova | null {
    const count = pageCount(size)
    const align = 2 ** Math.min(orderOf(size), ALIGNMENT_ORDER)
    for (let i = 0; i < this.#bitmaps.length; i++) {
      const iova = this.#take(i, count, align)
      if (iova !== null) return iova
    }
    if (!this.#extend()) return null
    return this.#take(this.#bitmaps.length - 1, count, align)
  }

  /** Gives a range back; size 0 does nothing. BUG for a range that no bitmap holds. */
  free(iova: Iova, size: number): void {
    if (size === 0) return
    const index = Math.floor((iova - this.base) / this.bitmapSpan)
    if (iova < this.base || index > this.layout.extensions) {
      throw new KernelBug(`__free_iova: ${hex(iova)} is outside the mapping`)
    }
    const start = Math.floor((iova - this.base - index * this.bitmapSpan) / PAGE_SIZE)
    const count = Math.floor(size / PAGE_SIZE)
    if (start + count > this.layout.bits) {
      throw new KernelBug(`__free_iova: ${hex(iova)} size ${hex(size)} crosses a bitmap`)
    }
    const bitmap = this.#bitmaps[index]
    if (bitmap === undefined) throw new KernelBug('__free_iova: NULL bitmap')
    bitmap.clear(start, count)
  }

  #take(index: number, count: number, align: number): Iova | null {
    const bitmap = this.#bitmaps[index] as PageBitmap
    const start = bitmap.findFree(count, align)
    if (start === null) return null
    bitmap.take(start, count)
    // size_t arithmetic: one bitmap too many of a 4 GiB mapping begins at 0 again.
    return (this.base + ((index * this.bitmapSpan) % GIB4) + start * PAGE_SIZE) % GIB4
  }

  #extend(): boolean {
    const { length } = this.#bitmaps
    const { extensions } = this.layout
    if (this.#limit === 'exact' ? length >= extensions : length > extensions) return false
    this.#bitmaps.push(new PageBitmap(this.layout.bits))
    return true
  }
}
