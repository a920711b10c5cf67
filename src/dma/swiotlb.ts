/**
 * Bounce buffers: copies of streaming buffers that lie where the device can reach. lib/swiotlb.c
 *
 * Linux takes them from a pool that is set aside at boot; here each is allocated when needed, below
 * the device's mask and inside the DMA zone. Only the limit per buffer is the pool's.
 */
import { type Phys, PAGE_SIZE } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import { deviceDma } from './device-dma.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaDirection } from './dma-ops.ts'
import { pageCount } from './pages.ts'

/** IO_TLB_SEGSIZE: 128 slots of 2 KiB, the largest buffer that bounces, bytes. */
export const LARGEST_BOUNCE = 128 * 2048

interface Bounce {
  original: Phys
  size: number
}

/**
 * The bounce buffers in use on one machine, by where they lie. The two copies of a buffer agree
 * only after map, sync or unmap.
 */
export class Swiotlb {
  readonly #host: DmaHost
  /** By first byte of the bounce buffer. */
  readonly #live = new Map<Phys, Bounce>()

  constructor(host: DmaHost) {
    this.#host = host
  }

  /** Bounce buffers in use. */
  get inUse(): number {
    return this.#live.size
  }

  /**
   * swiotlb_tbl_map_single(): first byte of a bounce buffer, filled if the device reads it; null,
   * with Linux's two log lines, when there is none.
   */
  map(device: Device, original: Phys, size: number, direction: DmaDirection): Phys | null {
    const mask = deviceDma.of(device).dmaMask
    const limit = Math.min(mask?.limit ?? 0, this.#host.dmaZoneLimit)
    const bounce =
      size > LARGEST_BOUNCE
        ? null
        : this.#host.pages.allocate(pageCount(size), { zone: 'any', limit })
    if (bounce === null) {
      const { journal } = this.#host
      journal.log('warn', device.name, `swiotlb buffer is full (sz: ${size} bytes)`)
      journal.log(
        'err',
        device.name,
        `DMA: Out of SW-IOMMU space for ${size} bytes at device ${device.name}`,
      )
      return null
    }
    this.#live.set(bounce, { original, size })
    if (direction === 'to-device' || direction === 'bidirectional') {
      this.#copy(original, bounce, size)
    }
    return bounce
  }

  /** swiotlb_tbl_unmap_single(): copies back what the device wrote. False for no bounce buffer. */
  unmap(at: Phys, direction: DmaDirection): boolean {
    const bounce = this.#live.get(at)
    if (bounce === undefined) return false
    if (direction === 'from-device' || direction === 'bidirectional') {
      this.#copy(at, bounce.original, bounce.size)
    }
    this.#live.delete(at)
    this.#host.pages.free(at, pageCount(bounce.size))
    return true
  }

  /** swiotlb_tbl_sync_single(): copies a part, which may begin inside a bounce buffer. */
  sync(at: Phys, size: number, target: 'cpu' | 'device', direction: DmaDirection): void {
    const found = this.#containing(at)
    if (found === null) return
    const original = found.bounce.original + (at - found.base)
    if (target === 'cpu') {
      if (direction !== 'to-device') this.#copy(at, original, size)
    } else if (direction !== 'from-device') this.#copy(original, at, size)
  }

  #containing(at: Phys): { base: Phys; bounce: Bounce } | null {
    for (const [base, bounce] of this.#live) {
      if (at >= base && at < base + bounce.size) return { base, bounce }
    }
    return null
  }

  /** memcpy() by the CPU, so through its cache. */
  #copy(from: Phys, to: Phys, size: number): void {
    const { cache } = this.#host
    const piece = new Uint8Array(Math.min(size, PAGE_SIZE))
    for (let done = 0; done < size; done += PAGE_SIZE) {
      const part = piece.subarray(0, Math.min(PAGE_SIZE, size - done))
      cache.read(from + done, part)
      cache.write(to + done, part)
    }
  }
}
