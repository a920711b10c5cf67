/** Pages that a driver maps by hand into its own domain with iommu_map(). */
import { PAGE_SIZE } from '../../base/addr.ts'
import { ENOMEM, errnoName } from '../../base/errno.ts'
import type { IommuDomain } from '../../iommu/domain.ts'
import type { DriverContext } from '../driver-model.ts'
import type { MakeBuffer } from '../exercise/round.ts'

/** What a buffer of a raw user allows its device: everything. */
const PROTECTION = { read: true, write: true }

/**
 * Buffers at addresses from `base` upwards, one after the other, as a drm_mm with a single user
 * hands them out. Each call of this function starts anew at `base`.
 */
export function rawBuffer(context: DriverContext, domain: IommuDomain, base: number): MakeBuffer {
  const { cache, iommu, pages } = context
  let next = base
  return (size) => {
    const count = Math.ceil(size / PAGE_SIZE)
    const phys = pages.allocate(count, { zone: 'any' })
    if (phys === null) return { refused: 'no pages left', errno: -ENOMEM }
    const handle = next
    const result = iommu.map(domain, handle, phys, count * PAGE_SIZE, PROTECTION)
    if (result !== 0) {
      pages.free(phys, count)
      return { refused: `iommu_map() answers ${errnoName(result)}`, errno: result }
    }
    next += count * PAGE_SIZE
    return {
      kind: 'raw',
      handle,
      size,
      pages: Array.from({ length: count }, (_, i) => phys + i * PAGE_SIZE),
      fill: (bytes) => cache.uncachedWrite(phys, bytes),
      take() {
        const bytes = new Uint8Array(size)
        cache.uncachedRead(phys, bytes)
        return bytes
      },
      release() {
        iommu.unmap(domain, handle, count * PAGE_SIZE)
        pages.free(phys, count)
        if (handle + count * PAGE_SIZE === next) next = handle
      },
    }
  }
}
