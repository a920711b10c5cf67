/** Memory from dma_alloc_attrs(): CPU and device use it at the same time. */
import { ENOMEM } from '../../base/errno.ts'
import type { Device } from '../../driver-core/device.ts'
import type { DriverContext } from '../driver-model.ts'
import type { BufferKind, MakeBuffer } from '../exercise/round.ts'

/**
 * Buffers allocated against the device that `owner` names when the buffer is made: the device
 * itself, or the card of a DRM driver.
 */
export function coherentBuffer(
  context: DriverContext,
  owner: () => Device,
  kind: BufferKind,
): MakeBuffer {
  const { dma } = context
  return (size) => {
    const device = owner()
    const allocation = dma.allocAttrs(device, size, {})
    if (allocation === null) {
      return { refused: 'dma_alloc_attrs() answers NULL', errno: -ENOMEM }
    }
    return {
      kind,
      handle: allocation.handle,
      size,
      pages: allocation.pages,
      fill: (bytes) => dma.cpuWrite(allocation, 0, bytes),
      take() {
        const bytes = new Uint8Array(size)
        dma.cpuRead(allocation, 0, bytes)
        return bytes
      },
      release: () => dma.freeCoherent(device, allocation),
    }
  }
}
