/** Ordinary kernel memory, mapped for one use: dma_map_page() and the sync calls around it. */
import { PAGE_SIZE } from '../../base/addr.ts'
import { ENOMEM } from '../../base/errno.ts'
import type { DmaDirection } from '../../dma/dma-ops.ts'
import type { Device } from '../../driver-core/device.ts'
import type { DriverContext } from '../driver-model.ts'
import type { MakeBuffer } from '../exercise/round.ts'

/** The buffer does not start at a page, as kmalloc() memory rarely does. Bytes; a cache line. */
const OFFSET = 0x40

/** Buffers from the page allocator's lowmem, mapped for the device. */
export function streamingBuffer(context: DriverContext, device: Device): MakeBuffer {
  const { cache, dma, pages } = context
  return (size, travel) => {
    const count = Math.ceil((OFFSET + size) / PAGE_SIZE)
    const base = pages.allocate(count, { zone: 'lowmem' })
    if (base === null) return { refused: 'kmalloc() answers NULL', errno: -ENOMEM }
    const phys = base + OFFSET
    const direction: DmaDirection = travel === 'device-reads' ? 'to-device' : 'from-device'
    const handle = dma.mapPage(device, phys, size, direction)
    if (handle === null) {
      pages.free(base, count)
      return { refused: 'dma_map_page() answers DMA_ERROR_CODE', errno: -ENOMEM }
    }
    return {
      kind: 'streaming',
      handle,
      size,
      pages: Array.from({ length: count }, (_, i) => base + i * PAGE_SIZE),
      fill(bytes) {
        dma.syncSingleForCpu(device, handle, size, direction)
        cache.write(phys, bytes)
        // What a device will overwrite is not written out: the cache keeps what the CPU put there,
        // and only correct maintenance makes the device's bytes visible.
        dma.syncSingleForDevice(device, handle, size, direction)
      },
      take() {
        dma.syncSingleForCpu(device, handle, size, direction)
        const bytes = new Uint8Array(size)
        cache.read(phys, bytes)
        dma.syncSingleForDevice(device, handle, size, direction)
        return bytes
      },
      release() {
        dma.unmapPage(device, handle, size, direction)
        pages.free(base, count)
      },
    }
  }
}
