/** Page arithmetic of the DMA code: PAGE_ALIGN(), get_order(), lists of pages. */
import { type Phys, PAGE_SHIFT, PAGE_SIZE, alignUp } from '../base/addr.ts'

/** PAGE_ALIGN(): bytes rounded up to whole pages. */
export function pageAlign(size: number): number {
  return alignUp(size, PAGE_SHIFT)
}

/** Pages that `size` bytes take. */
export function pageCount(size: number): number {
  return pageAlign(size) / PAGE_SIZE
}

/** get_order(): log2 of the smallest power-of-two number of pages that holds `size` bytes. */
export function orderOf(size: number): number {
  let order = 0
  while (PAGE_SIZE * 2 ** order < size) order++
  return order
}

/** Addresses of `count` pages in a row. */
export function consecutivePages(first: Phys, count: number): Phys[] {
  return Array.from({ length: count }, (_, i) => first + i * PAGE_SIZE)
}
