/**
 * Which DMA masks 32-bit ARM accepts: those that reach all memory that a DMA allocation may use.
 * __dma_supported(), arm_dma_set_mask(), get_coherent_dma_mask(), arch/arm/mm/dma-mapping.c v3.19
 */
import { GIB4, type Iova, PAGE_SIZE, type Phys, hex, pfn } from '../base/addr.ts'
import { EIO, type Errno } from '../base/errno.ts'
import type { Device } from '../driver-core/device.ts'
import { deviceDma } from './device-dma.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaMask } from './dma-mask.ts'

/** dma_to_pfn(): page frame numbers are 32 bits wide and wrap. */
function busPfn(device: Device, bus: Iova): number {
  const frame = pfn(bus) + deviceDma.of(device).pfnOffset / PAGE_SIZE
  return ((frame % GIB4) + GIB4) % GIB4
}

/** Page frame that the mask reaches, and the last that it has to. */
function reach(host: DmaHost, device: Device, mask: DmaMask): { has: number; needs: number } {
  const widest = host.dmaAddrBits === 32 ? GIB4 - 1 : Number.MAX_SAFE_INTEGER
  const has = busPfn(device, Math.min(mask.limit, widest))
  // max_pfn is one past the last page: a window that is exactly as large as RAM is refused.
  const needs = Math.min(pfn(host.lastRam) + 1, pfn(host.dmaZoneLimit))
  return { has, needs }
}

/** dma_supported() */
export function armDmaSupported(host: DmaHost, device: Device, mask: DmaMask): boolean {
  const { has, needs } = reach(host, device, mask)
  // A mask wider than dma_addr_t has to reach all of RAM, not just the DMA zone.
  const tooWide = host.dmaAddrBits === 32 && mask.limit >= GIB4
  return has >= (tooWide ? pfn(host.lastRam) + 1 : needs)
}

/** arm_dma_set_mask(): -EIO without a mask pointer or for a mask that does not reach far enough. */
export function armSetDmaMask(host: DmaHost, device: Device, mask: DmaMask): Errno {
  const dma = deviceDma.of(device)
  if (dma.dmaMask === null || !armDmaSupported(host, device, mask)) return -EIO
  dma.dmaMask = mask
  if (dma.masksShared) dma.coherentDmaMask = mask
  return 0
}

/**
 * Last physical byte that a coherent allocation may use (undefined: no limit), or null, with a line
 * in the kernel's log, when the coherent mask is unset or too small.
 */
export function armAllocationLimit(host: DmaHost, device: Device): { limit?: Phys } | null {
  const mask = deviceDma.of(device).coherentDmaMask
  if (mask.limit === 0) {
    host.journal.log('warn', device.name, 'coherent DMA mask is unset')
    return null
  }
  if (!armDmaSupported(host, device, mask)) {
    const { has, needs } = reach(host, device, mask)
    host.journal.log(
      'warn',
      device.name,
      `Coherent DMA mask ${hex(mask.limit)} (pfn ${hex(busPfn(device, 0))}-${hex(has + 1)}) covers a smaller range of system memory than the DMA zone pfn 0x0-${hex(needs + 1)}`,
    )
    return null
  }
  // A mask below 32 bits asks for GFP_DMA.
  return mask.limit < GIB4 - 1 ? { limit: host.dmaZoneLimit } : {}
}
