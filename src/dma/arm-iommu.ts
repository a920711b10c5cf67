/**
 * iommu_ops and iommu_coherent_ops: the bus address is an IOVA of the device's ARM mapping.
 * arch/arm/mm/dma-mapping.c v3.19
 */
import { PAGE_SIZE, type Phys, offsetInPage } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuCore } from '../iommu/iommu-core.ts'
import { bufferPages, freePages } from './arm-iommu-pages.ts'
import { mapSgChunks, unmapSgChunks } from './arm-iommu-sg.ts'
import { IommuSpace, protectionOf, runsOf } from './arm-iommu-space.ts'
import { armDmaSupported, armSetDmaMask } from './arm-mask.ts'
import type { AtomicPool } from './atomic-pool.ts'
import { cpuToDevice, deviceToCpu } from './cache-sync.ts'
import { warnInvalidArea } from './direct-free.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaAllocation, DmaAttrs, DmaMapOps } from './dma-ops.ts'
import { pageAlign } from './pages.ts'

/** What both tables are built from. */
export interface ArmIommuPorts {
  readonly host: DmaHost
  readonly pool: AtomicPool
  readonly iommu: IommuCore
}

/**
 * `coherent`: streaming buffers need no cache maintenance; allocations are uncached all the same.
 *
 * A handle in I/O page 0 counts as "not mapped" in unmap and sync of single buffers: what was
 * mapped there is never unmapped, freed or synced.
 */
export function armIommuOps(ports: ArmIommuPorts, coherent: boolean): DmaMapOps {
  const { host, pool } = ports
  const space = new IommuSpace(ports.iommu)
  const ops: DmaMapOps = {
    name: coherent ? 'arm-iommu-coherent' : 'arm-iommu',
    coherent,
    alloc(device, size, attrs) {
      if (attrs.atomic === true) return allocAtomic(space, pool, device, size)
      return allocBuffer(host, space, device, size, attrs)
    },
    free(device, allocation) {
      const { handle, size, pages, backing } = allocation
      if (backing !== 'iommu-pages' && backing !== 'iommu-atomic-pool') {
        warnInvalidArea(host, device, allocation)
        return
      }
      space.remove(device, handle, size)
      if (backing === 'iommu-pages') freePages(host, pages)
      else pool.free(pages[0] as Phys, size)
    },
    mapPage(device, phys, size, direction, attrs) {
      if (!coherent && attrs.skipCpuSync !== true) cpuToDevice(host.cache, phys, size, direction)
      const offset = offsetInPage(phys)
      const stretch = { phys: phys - offset, length: pageAlign(size + offset) }
      const iova = space.create(device, [stretch], protectionOf(direction))
      return iova === null ? null : iova + offset
    },
    unmapPage(device, handle, size, direction, attrs) {
      if (handle < PAGE_SIZE) return
      if (!coherent && attrs.skipCpuSync !== true) {
        const phys = space.physOf(device, handle)
        if (phys !== null) deviceToCpu(host.cache, phys, size, direction)
      }
      space.remove(device, handle, size)
    },
    mapSg(device, sg, direction, attrs) {
      const maintain = !coherent && attrs.skipCpuSync !== true
      return mapSgChunks(space, device, sg, direction, (s) => {
        if (maintain) cpuToDevice(host.cache, s.phys, s.length, direction)
      })
    },
    unmapSg(device, sg, direction, attrs) {
      unmapSgChunks(space, device, sg)
      if (coherent || attrs.skipCpuSync === true) return
      for (const s of sg) deviceToCpu(host.cache, s.phys, s.length, direction)
    },
    setDmaMask: (device, mask) => armSetDmaMask(host, device, mask),
    supported: (device, mask) => armDmaSupported(host, device, mask),
  }
  return coherent ? ops : { ...ops, ...syncs(host, space) }
}

function allocAtomic(
  space: IommuSpace,
  pool: AtomicPool,
  device: Device,
  size: number,
): DmaAllocation | null {
  const pages = pool.allocate(size)
  if (pages === null) return null
  const handle = space.create(device, runsOf(pages), { read: true, write: true })
  if (handle === null) {
    pool.free(pages[0] as Phys, size)
    return null
  }
  return { handle, size: pageAlign(size), pages, cpu: 'uncached', backing: 'iommu-atomic-pool' }
}

/** arm_iommu_alloc_attrs(): always mapped for reading and writing, whatever the device does. */
function allocBuffer(
  host: DmaHost,
  space: IommuSpace,
  device: Device,
  size: number,
  attrs: DmaAttrs,
): DmaAllocation | null {
  const pages = bufferPages(host, size, attrs)
  if (pages === null) return null
  const handle = space.create(device, runsOf(pages), { read: true, write: true })
  if (handle === null) {
    freePages(host, pages)
    return null
  }
  const view = attrs.writeCombine === true ? 'write-combine' : 'uncached'
  const cpu = attrs.noKernelMapping === true ? 'none' : view
  return { handle, size: pageAlign(size), pages, cpu, backing: 'iommu-pages' }
}

/** Syncs, which the coherent table does not have. Single buffers go by what the IOMMU translates. */
function syncs(host: DmaHost, space: IommuSpace): Partial<DmaMapOps> {
  const { cache } = host
  return {
    syncSingleForCpu(device, handle, size, direction) {
      const phys = handle < PAGE_SIZE ? null : space.physOf(device, handle)
      if (phys !== null) deviceToCpu(cache, phys, size, direction)
    },
    syncSingleForDevice(device, handle, size, direction) {
      const phys = handle < PAGE_SIZE ? null : space.physOf(device, handle)
      if (phys !== null) cpuToDevice(cache, phys, size, direction)
    },
    syncSgForCpu(_device, sg, direction) {
      for (const s of sg) deviceToCpu(cache, s.phys, s.length, direction)
    },
    syncSgForDevice(_device, sg, direction) {
      for (const s of sg) cpuToDevice(cache, s.phys, s.length, direction)
    },
  }
}
