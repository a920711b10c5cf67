/**
 * arm_dma_ops and arm_coherent_dma_ops: the bus address is the physical one minus an offset.
 * arch/arm/mm/dma-mapping.c v3.19
 */
import { PAGE_SHIFT, type Phys } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import { armAllocationLimit, armDmaSupported, armSetDmaMask } from './arm-mask.ts'
import type { AtomicPool } from './atomic-pool.ts'
import { busToPhys, physToBus } from './bus-address.ts'
import { cpuToDevice, deviceToCpu } from './cache-sync.ts'
import type { DmaHost } from './dma-host.ts'
import { freeDirect, refuseForeign } from './direct-free.ts'
import type { DmaAllocation, DmaAttrs, DmaMapOps, SgEntry } from './dma-ops.ts'
import { consecutivePages, orderOf, pageAlign, pageCount } from './pages.ts'

/** CONFIG_CMA_ALIGNMENT: highest order that a contiguous allocation is aligned to. */
const CMA_ALIGNMENT_ORDER = 8

/** Contiguous lowmem below the device's limit, zeroed and flushed; null when there is none. */
export function contiguousPages(
  host: DmaHost,
  size: number,
  limit: { limit?: Phys },
): Phys[] | null {
  const count = pageCount(size)
  const alignLg2 = PAGE_SHIFT + Math.min(orderOf(size), CMA_ALIGNMENT_ORDER)
  const first = host.pages.allocate(count, { zone: 'lowmem', alignLg2, ...limit })
  if (first === null) return null
  host.cache.zero(first, pageAlign(size))
  return consecutivePages(first, count)
}

/**
 * `coherent`: the device snoops the CPU's caches, so nothing is maintained and buffers are cached.
 * Neither table looks at the DMA mask when it maps a page: what the device cannot issue, it will
 * not reach.
 */
export function armDirectOps(host: DmaHost, pool: AtomicPool, coherent: boolean): DmaMapOps {
  const alloc = (device: Device, size: number, attrs: DmaAttrs): DmaAllocation | null => {
    const limit = armAllocationLimit(host, device)
    if (limit === null) return null
    const atomic = attrs.atomic === true && !coherent
    const pages = atomic ? pool.allocate(size) : contiguousPages(host, size, limit)
    if (pages === null) return null
    return {
      handle: physToBus(host, device, pages[0] as Phys),
      size: pageAlign(size),
      pages,
      cpu: coherent ? 'cached' : attrs.writeCombine === true ? 'write-combine' : 'uncached',
      backing: atomic ? 'atomic-pool' : 'pages',
    }
  }
  const ops: DmaMapOps = {
    name: coherent ? 'arm-coherent' : 'arm',
    coherent,
    alloc,
    free(device, allocation) {
      if (!refuseForeign(host, device, allocation)) freeDirect(host, pool, allocation)
    },
    mapPage(device, phys, size, direction, attrs) {
      if (!coherent && attrs.skipCpuSync !== true) cpuToDevice(host.cache, phys, size, direction)
      return physToBus(host, device, phys)
    },
    /** Never merges and cannot fail. */
    mapSg(device, sg, direction, attrs) {
      for (const s of sg) {
        s.dmaAddress = ops.mapPage(device, s.phys, s.length, direction, attrs)
        s.dmaLength = s.length
      }
      return sg.length
    },
    setDmaMask: (device, mask) => armSetDmaMask(host, device, mask),
    supported: (device, mask) => armDmaSupported(host, device, mask),
  }
  return coherent ? ops : { ...ops, ...maintenance(host) }
}

/** What the coherent table does not have. */
function maintenance(host: DmaHost): Partial<DmaMapOps> {
  const { cache } = host
  const each = (sg: readonly SgEntry[], visit: (handle: number, length: number) => void): void => {
    for (const s of sg) if (s.dmaAddress !== null) visit(s.dmaAddress, s.length)
  }
  const one: Required<Pick<DmaMapOps, 'unmapPage' | 'syncSingleForCpu' | 'syncSingleForDevice'>> = {
    unmapPage(device, handle, size, direction, attrs) {
      if (attrs.skipCpuSync === true) return
      deviceToCpu(cache, busToPhys(host, device, handle), size, direction)
    },
    syncSingleForCpu(device, handle, size, direction) {
      deviceToCpu(cache, busToPhys(host, device, handle), size, direction)
    },
    syncSingleForDevice(device, handle, size, direction) {
      cpuToDevice(cache, busToPhys(host, device, handle), size, direction)
    },
  }
  return {
    ...one,
    unmapSg(device, sg, direction, attrs) {
      each(sg, (handle, length) => one.unmapPage(device, handle, length, direction, attrs))
    },
    syncSgForCpu(device, sg, direction) {
      each(sg, (handle, length) => one.syncSingleForCpu(device, handle, length, direction))
    },
    syncSgForDevice(device, sg, direction) {
      each(sg, (handle, length) => one.syncSingleForDevice(device, handle, length, direction))
    },
  }
}
