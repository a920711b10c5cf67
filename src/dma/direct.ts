/**
 * arm64's two tables of v3.18-v3.19, both named `direct`: bus addresses are physical ones (the
 * offset of dma-ranges is ignored) and buffers beyond the mask bounce.
 * coherent_swiotlb_dma_ops, noncoherent_swiotlb_dma_ops, arch/arm64/mm/dma-mapping.c
 */
import type { Phys } from '../base/addr.ts'
import { EIO } from '../base/errno.ts'
import type { Device } from '../driver-core/device.ts'
import { contiguousPages } from './arm-direct.ts'
import type { AtomicPool } from './atomic-pool.ts'
import { cpuToDevice, deviceToCpu } from './cache-sync.ts'
import { deviceDma } from './device-dma.ts'
import { freeDirect, refuseForeign } from './direct-free.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaMask } from './dma-mask.ts'
import type { DmaMapOps } from './dma-ops.ts'
import { pageAlign } from './pages.ts'
import type { Swiotlb } from './swiotlb.ts'

/** What both tables are built from. */
export interface DirectPorts {
  readonly host: DmaHost
  readonly pool: AtomicPool
  readonly swiotlb: Swiotlb
}

/** `coherent`: the device snoops, so nothing is maintained and buffers are cached. */
export function directOps(ports: DirectPorts, coherent: boolean): DmaMapOps {
  const { host, pool, swiotlb } = ports
  const { cache } = host
  /**
   * swiotlb_dma_supported(): the mask must reach the pool, which is taken to lie at the top of the
   * DMA zone (unconfirmed).
   */
  const supported = (mask: DmaMask): boolean =>
    mask.limit >= Math.min(host.lastRam, host.dmaZoneLimit)
  const ops: DmaMapOps = {
    name: 'direct',
    coherent,
    /** Contiguous memory of the DMA zone; the mask is not looked at. */
    alloc(_device, size, attrs) {
      const atomic = attrs.atomic === true && !coherent
      const pages = atomic
        ? pool.allocate(size)
        : contiguousPages(host, size, { limit: host.dmaZoneLimit })
      if (pages === null) return null
      return {
        handle: pages[0] as Phys,
        size: pageAlign(size),
        pages,
        cpu: coherent ? 'cached' : attrs.writeCombine === true ? 'write-combine' : 'uncached',
        backing: atomic ? 'atomic-pool' : 'pages',
      }
    },
    free(device, allocation) {
      if (!refuseForeign(host, device, allocation)) freeDirect(host, pool, allocation)
    },
    mapPage(device, phys, size, direction) {
      const at = capable(device, phys, size) ? phys : swiotlb.map(device, phys, size, direction)
      if (at !== null && !coherent) cpuToDevice(cache, at, size, direction)
      return at
    },
    unmapPage(_device, handle, size, direction) {
      if (!coherent) deviceToCpu(cache, handle, size, direction)
      swiotlb.unmap(handle, direction)
    },
    /** Entry by entry; when one fails those before it are unmapped and the result is 0. */
    mapSg(device, sg, direction, attrs) {
      for (const [i, s] of sg.entries()) {
        s.dmaAddress = ops.mapPage(device, s.phys, s.length, direction, attrs)
        s.dmaLength = s.length
        if (s.dmaAddress === null) {
          ops.unmapSg?.(device, sg.slice(0, i), direction, attrs)
          return 0
        }
      }
      return sg.length
    },
    unmapSg(device, sg, direction, attrs) {
      for (const s of sg) {
        if (s.dmaAddress === null) continue
        ops.unmapPage?.(device, s.dmaAddress, s.dmaLength, direction, attrs)
      }
    },
    syncSingleForCpu(_device, handle, size, direction) {
      if (!coherent) deviceToCpu(cache, handle, size, direction)
      swiotlb.sync(handle, size, 'cpu', direction)
    },
    syncSingleForDevice(_device, handle, size, direction) {
      swiotlb.sync(handle, size, 'device', direction)
      if (!coherent) cpuToDevice(cache, handle, size, direction)
    },
    syncSgForCpu(device, sg, direction) {
      for (const s of sg) {
        if (s.dmaAddress === null) continue
        ops.syncSingleForCpu?.(device, s.dmaAddress, s.dmaLength, direction)
      }
    },
    syncSgForDevice(device, sg, direction) {
      for (const s of sg) {
        if (s.dmaAddress === null) continue
        ops.syncSingleForDevice?.(device, s.dmaAddress, s.dmaLength, direction)
      }
    },
    setDmaMask(device, mask) {
      const dma = deviceDma.of(device)
      if (dma.dmaMask === null || !supported(mask)) return -EIO
      dma.dmaMask = mask
      if (dma.masksShared) dma.coherentDmaMask = mask
      return 0
    },
    supported: (_device, mask) => supported(mask),
  }
  return ops
}

/** dma_capable() */
function capable(device: Device, phys: Phys, size: number): boolean {
  const mask = deviceDma.of(device).dmaMask
  return mask !== null && phys + size - 1 <= mask.limit
}
