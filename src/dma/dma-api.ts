/**
 * The DMA API as drivers call it: picks the device's table and leaves an event for every call.
 * include/linux/dma-mapping.h, asm-generic/dma-mapping-common.h
 */
import { type Iova, PAGE_SIZE, type Phys, prettyHex, prettySize } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import { EIO, type Errno } from '../base/errno.ts'
import type { Cause, EventKind, Journal } from '../base/journal.ts'
import type { Device } from '../driver-core/device.ts'
import type { CpuCache } from '../interconnect/cpu-cache.ts'
import { deviceDma, setDmaOps } from './device-dma.ts'
import type { DmaMask } from './dma-mask.ts'
import type { DmaAllocation, DmaAttrs, DmaDirection, DmaMapOps, SgEntry } from './dma-ops.ts'

/** What `DmaApi` is built from. */
export interface DmaApiPorts {
  readonly journal: Journal
  readonly cache: CpuCache
  /** Table of a device whose ops pointer is NULL: `plain` of the architecture's tables. */
  readonly fallback: DmaMapOps
}

/** All sizes and addresses in bytes. A null handle is DMA_ERROR_CODE. */
export class DmaApi {
  readonly #journal: Journal
  readonly #cache: CpuCache
  readonly #fallback: DmaMapOps

  constructor(ports: DmaApiPorts) {
    this.#journal = ports.journal
    this.#cache = ports.cache
    this.#fallback = ports.fallback
  }

  /** get_dma_ops() */
  opsFor(device: Device): DmaMapOps {
    return deviceDma.of(device).ops ?? this.#fallback
  }

  /** set_dma_ops(), for drivers that copy another device's table; null is the default table. */
  setOps(device: Device, ops: DmaMapOps | null): void {
    setDmaOps(this.#journal, device, ops, [called(device, 'set_dma_ops')])
  }

  /** dma_supported() */
  supported(device: Device, mask: DmaMask): boolean {
    return this.opsFor(device).supported(device, mask)
  }

  /** dma_set_mask(): -EIO without a mask pointer, or when the mask does not reach far enough. */
  setMask(device: Device, mask: DmaMask): Errno {
    return this.opsFor(device).setDmaMask(device, mask)
  }

  /** dma_set_coherent_mask() */
  setCoherentMask(device: Device, mask: DmaMask): Errno {
    if (!this.supported(device, mask)) return -EIO
    const dma = deviceDma.of(device)
    dma.coherentDmaMask = mask
    if (dma.masksShared) dma.dmaMask = mask
    return 0
  }

  /** dma_set_mask_and_coherent() */
  setMaskAndCoherent(device: Device, mask: DmaMask): Errno {
    const result = this.setMask(device, mask)
    return result === 0 ? this.setCoherentMask(device, mask) : result
  }

  /** Gives the device its dma_parms, which platform devices of that era do not have. */
  allocateParms(device: Device): void {
    deviceDma.of(device).dmaParms = true
  }

  /** dma_set_max_seg_size(): -EIO without dma_parms, which many drivers do not notice. */
  setMaxSegSize(device: Device, size: number): Errno {
    const dma = deviceDma.of(device)
    if (!dma.dmaParms) return -EIO
    dma.maxSegSize = size
    return 0
  }

  /** dma_alloc_coherent() */
  allocCoherent(device: Device, size: number): DmaAllocation | null {
    return this.allocAttrs(device, size, {})
  }

  /** dma_alloc_attrs(): zeroed memory that CPU and device may use at the same time, or null. */
  allocAttrs(device: Device, size: number, attrs: DmaAttrs): DmaAllocation | null {
    const ops = this.opsFor(device)
    const buffer = ops.alloc(device, size, attrs)
    const handle = buffer?.handle ?? null
    this.#event('dma-alloc', device, 'dma_alloc_attrs', size, handle, {
      phys: buffer?.pages[0] ?? null,
      cpu: buffer?.cpu ?? null,
    })
    return buffer
  }

  /**
   * dma_free_coherent(), dma_free_attrs(): by the table that the device has now, which can only
   * take back what its own kind allocated.
   */
  freeCoherent(device: Device, buffer: DmaAllocation): void {
    this.#event('dma-unmap', device, 'dma_free_attrs', buffer.size, buffer.handle)
    this.opsFor(device).free(device, buffer)
  }

  /** dma_map_page(), dma_map_single(): `phys` is the first byte of a contiguous buffer. */
  mapPage(
    device: Device,
    phys: Phys,
    size: number,
    direction: DmaDirection,
    attrs: DmaAttrs = {},
  ): Iova | null {
    const handle = this.opsFor(device).mapPage(device, phys, size, direction, attrs)
    this.#event('dma-map', device, 'dma_map_page', size, handle, { phys, direction })
    return handle
  }

  /** dma_unmap_page() */
  unmapPage(
    device: Device,
    handle: Iova,
    size: number,
    direction: DmaDirection,
    attrs: DmaAttrs = {},
  ): void {
    this.#event('dma-unmap', device, 'dma_unmap_page', size, handle, { direction })
    this.opsFor(device).unmapPage?.(device, handle, size, direction, attrs)
  }

  /** dma_map_sg(): entries that the device has to work through, from the start; 0 for failure. */
  mapSg(device: Device, sg: SgEntry[], direction: DmaDirection, attrs: DmaAttrs = {}): number {
    const used = this.opsFor(device).mapSg(device, sg, direction, attrs)
    const size = totalLength(sg)
    const handle = used === 0 ? null : (sg[0]?.dmaAddress ?? null)
    this.#event('dma-map', device, 'dma_map_sg', size, handle, {
      direction,
      entries: sg.length,
      used,
    })
    return used
  }

  /** dma_unmap_sg(): takes the whole list, as it was given to map. */
  unmapSg(device: Device, sg: SgEntry[], direction: DmaDirection, attrs: DmaAttrs = {}): void {
    const handle = sg[0]?.dmaAddress ?? null
    this.#event('dma-unmap', device, 'dma_unmap_sg', totalLength(sg), handle, {
      direction,
      entries: sg.length,
    })
    this.opsFor(device).unmapSg?.(device, sg, direction, attrs)
  }

  /** dma_sync_single_for_cpu() */
  syncSingleForCpu(device: Device, handle: Iova, size: number, direction: DmaDirection): void {
    this.#event('dma-unmap', device, 'dma_sync_single_for_cpu', size, handle, { direction })
    this.opsFor(device).syncSingleForCpu?.(device, handle, size, direction)
  }

  /** dma_sync_single_for_device() */
  syncSingleForDevice(device: Device, handle: Iova, size: number, direction: DmaDirection): void {
    this.#event('dma-map', device, 'dma_sync_single_for_device', size, handle, { direction })
    this.opsFor(device).syncSingleForDevice?.(device, handle, size, direction)
  }

  /** dma_sync_sg_for_cpu() */
  syncSgForCpu(device: Device, sg: SgEntry[], direction: DmaDirection): void {
    const handle = sg[0]?.dmaAddress ?? null
    this.#event('dma-unmap', device, 'dma_sync_sg_for_cpu', totalLength(sg), handle, { direction })
    this.opsFor(device).syncSgForCpu?.(device, sg, direction)
  }

  /** dma_sync_sg_for_device() */
  syncSgForDevice(device: Device, sg: SgEntry[], direction: DmaDirection): void {
    const handle = sg[0]?.dmaAddress ?? null
    this.#event('dma-map', device, 'dma_sync_sg_for_device', totalLength(sg), handle, { direction })
    this.opsFor(device).syncSgForDevice?.(device, sg, direction)
  }

  /** A CPU read of an allocation, from byte `offset`, through the view that the driver has of it. */
  cpuRead(buffer: DmaAllocation, offset: number, into: Uint8Array): void {
    eachPiece(buffer, offset, into.length, (phys, from, to) => {
      if (buffer.cpu === 'cached') this.#cache.read(phys, into.subarray(from, to))
      else this.#cache.uncachedRead(phys, into.subarray(from, to))
    })
  }

  /** A CPU write into an allocation. */
  cpuWrite(buffer: DmaAllocation, offset: number, bytes: Uint8Array): void {
    eachPiece(buffer, offset, bytes.length, (phys, from, to) => {
      if (buffer.cpu === 'cached') this.#cache.write(phys, bytes.subarray(from, to))
      else this.#cache.uncachedWrite(phys, bytes.subarray(from, to))
    })
  }

  #event(
    kind: EventKind,
    device: Device,
    name: string,
    size: number,
    handle: Iova | null,
    data: Record<string, string | number | null> = {},
  ): void {
    const ops = this.opsFor(device).name
    const at = handle === null ? 'DMA_ERROR_CODE' : prettyHex(handle)
    this.#journal.add(
      kind,
      device.name,
      `${name}(${device.name}, ${prettySize(size)}): ${at} by ${ops}`,
      [called(device, name)],
      { function: name, ops, handle, size, ...data },
    )
  }
}

function called(device: Device, name: string): Cause {
  return { kind: 'call', driver: device.driver?.name ?? '', function: name }
}

function totalLength(sg: readonly SgEntry[]): number {
  return sg.reduce((n, s) => n + s.length, 0)
}

/** Visits the parts of [offset, offset + length) page by page. */
function eachPiece(
  buffer: DmaAllocation,
  offset: number,
  length: number,
  visit: (phys: Phys, from: number, to: number) => void,
): void {
  assert(buffer.cpu !== 'none', 'the CPU has no view of this buffer')
  assert(offset >= 0 && offset + length <= buffer.size, 'access beyond the buffer')
  let done = 0
  while (done < length) {
    const at = offset + done
    const inPage = at % PAGE_SIZE
    const part = Math.min(length - done, PAGE_SIZE - inPage)
    visit((buffer.pages[Math.floor(at / PAGE_SIZE)] as Phys) + inPage, done, done + part)
    done += part
  }
}
