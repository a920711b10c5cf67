/** Physical to bus addresses on ARM: pfn_to_dma(), dma_to_pfn(). asm/dma-mapping.h */
import { GIB4, type Iova, type Phys } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import { deviceDma } from './device-dma.ts'
import type { DmaHost } from './dma-host.ts'

/** 2^44: a 32-bit page frame number times 4 KiB, all that unsigned long arithmetic can say. */
const PFN_LIMIT = GIB4 * 0x1000

/** Bus address of a physical one: minus the device's offset, wrapped to the width of dma_addr_t. */
export function physToBus(host: DmaHost, device: Device, phys: Phys): Iova {
  return wrap(host, phys - deviceDma.of(device).pfnOffset)
}

/** The reverse. */
export function busToPhys(host: DmaHost, device: Device, bus: Iova): Phys {
  return wrap(host, bus + deviceDma.of(device).pfnOffset)
}

function wrap(host: DmaHost, address: number): number {
  const limit = host.dmaAddrBits === 32 ? GIB4 : PFN_LIMIT
  return ((address % limit) + limit) % limit
}
