/**
 * The contract of the architecture's part of setting a device up for DMA, and its oldest form.
 * include/linux/dma-mapping.h, v3.18-v3.19
 */
import type { Iova } from '../base/addr.ts'
import type { Cause, Journal } from '../base/journal.ts'
import type { ArmMappings } from '../dma/arm-mapping.ts'
import { setDmaOps } from '../dma/device-dma.ts'
import type { DmaOpsTables } from '../dma/dma-ops.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuOps } from '../iommu/iommu-ops.ts'
import type { Policy } from '../policy/fold.ts'

/** What the core found out about a device. Bytes. */
export interface DmaSetup {
  /** First bus address of the device's window. */
  base: Iova
  size: number
  /** Operations of the IOMMU driver in front of it, or null. */
  iommu: IommuOps | null
  coherent: boolean
  causes: readonly Cause[]
}

/** What the device tree core calls. */
export interface ArchHook {
  /** Picks the device's operations. */
  setup(device: Device, setup: DmaSetup): void
  /** arch_teardown_dma_ops() */
  teardown(device: Device): void
}

/** What a hook is built from. */
export interface ArchHookPorts {
  readonly policy: Policy
  readonly journal: Journal
  readonly tables: DmaOpsTables
  /** Null on arm64, and on ARM without CONFIG_ARM_DMA_USE_IOMMU. */
  readonly mappings: ArmMappings | null
}

/** set_arch_dma_coherent_ops(): coherent devices get the coherent table, others stay as they are. */
export function coherentOnly(ports: ArchHookPorts, why: Cause): ArchHook {
  return {
    setup(device, { coherent, causes }) {
      if (coherent) setDmaOps(ports.journal, device, ports.tables.coherent, [...causes, why])
    },
    teardown() {},
  }
}
