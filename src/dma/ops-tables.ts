/** The DMA operation tables of an architecture, built for one machine. */
import type { IommuCore } from '../iommu/iommu-core.ts'
import { armDirectOps } from './arm-direct.ts'
import { armIommuOps } from './arm-iommu.ts'
import { AtomicPool } from './atomic-pool.ts'
import { directOps } from './direct.ts'
import type { DmaHost } from './dma-host.ts'
import type { DmaOpsTables } from './dma-ops.ts'
import { Swiotlb } from './swiotlb.ts'

/** 32-bit ARM, with CONFIG_ARM_DMA_USE_IOMMU. */
export function armOpsTables(host: DmaHost, iommu: IommuCore): DmaOpsTables {
  const pool = new AtomicPool(host)
  const ports = { host, pool, iommu }
  return {
    plain: armDirectOps(host, pool, false),
    coherent: armDirectOps(host, pool, true),
    iommu: armIommuOps(ports, false),
    iommuCoherent: armIommuOps(ports, true),
  }
}

/** arm64 of v3.18-v3.19: no IOMMU behind the DMA API yet. */
export function arm64OpsTables(host: DmaHost): DmaOpsTables {
  const ports = { host, pool: new AtomicPool(host), swiotlb: new Swiotlb(host) }
  return {
    plain: directOps(ports, false),
    coherent: directOps(ports, true),
    iommu: null,
    iommuCoherent: null,
  }
}
