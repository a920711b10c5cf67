/**
 * The IOMMU core's share of mapping: cutting a range into calls with one page size each, as
 * iommu_map() and iommu_unmap() of drivers/iommu/iommu.c, 6.1 do over any driver or io-pgtable.
 */
import { EINVAL, type Errno } from '../base/errno.ts'
import type { EnginePageTable, Protection } from './contract.ts'
import { offsetWithin } from './layout.ts'

/** One call: pages of `size` bytes, `count` of them. */
export interface PageChoice {
  size: number
  count: number
}

/**
 * iommu_pgsize(): the largest page that fits the addresses and the size, and how many of them come
 * before a larger one fits. `sizes` in bytes, ascending. Null where none fits.
 */
export function pageChoice(
  sizes: readonly number[],
  iova: number,
  address: number,
  size: number,
): PageChoice | null {
  let at = -1
  for (const [i, s] of sizes.entries()) {
    if (s <= size && offsetWithin(iova, s) === 0 && offsetWithin(address, s) === 0) at = i
  }
  const page = sizes[at]
  if (page === undefined) return null
  const larger = sizes[at + 1]
  let bytes = size
  if (larger !== undefined && offsetWithin(iova, larger) === offsetWithin(address, larger)) {
    const upTo = larger - offsetWithin(iova, larger)
    if (upTo + larger <= size) bytes = upTo
  }
  return { size: page, count: Math.floor(bytes / page) }
}

/** What the core calls, for whoever watches. */
export interface CoreListener {
  mapped?(
    iova: number,
    address: number,
    size: number,
    count: number,
    ret: Errno,
    bytes: number,
  ): void
  unmapped?(iova: number, size: number, count: number, bytes: number): void
}

/** iommu_map(): all of it, or an error and nothing. */
export function mapRange(
  table: EnginePageTable,
  iova: number,
  address: number,
  size: number,
  prot: Protection,
  listener: CoreListener = {},
): Errno {
  const sizes = table.pageSizes
  const granule = sizes[0] ?? 0
  if (granule === 0 || !(size >= 0)) return -EINVAL
  for (const n of [iova, address, size]) if (offsetWithin(n, granule) !== 0) return -EINVAL
  let done = 0
  while (done < size) {
    const page = pageChoice(sizes, iova + done, address + done, size - done)
    if (page === null) return -EINVAL
    const ret = table.mapPages(iova + done, address + done, page.size, page.count, prot)
    listener.mapped?.(iova + done, address + done, page.size, page.count, ret, table.mapped)
    done += table.mapped
    if (ret === 0 && table.mapped > 0) continue
    unmapRange(table, iova, done, listener)
    return ret === 0 ? -EINVAL : ret
  }
  return 0
}

/** iommu_unmap(): the bytes that were unmapped; stops at a hole where the format does. */
export function unmapRange(
  table: EnginePageTable,
  iova: number,
  size: number,
  listener: CoreListener = {},
): number {
  const sizes = table.pageSizes
  const granule = sizes[0] ?? 0
  if (granule === 0 || offsetWithin(iova, granule) !== 0) return 0
  if (offsetWithin(size, granule) !== 0) return 0
  let done = 0
  while (done < size) {
    const page = pageChoice(sizes, iova + done, iova + done, size - done)
    if (page === null) break
    const bytes = table.unmapPages(iova + done, page.size, page.count)
    listener.unmapped?.(iova + done, page.size, page.count, bytes)
    if (bytes === 0) break
    done += bytes
  }
  return done
}
