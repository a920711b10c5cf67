/**
 * What a client does around its own attach, beyond the attach itself: the thread's proposals are
 * calls at these two places, and nothing elsewhere.
 */
import type { Device } from '../driver-core/device.ts'
import type { DriverContext } from './driver-model.ts'

/**
 * First thing in the probe of a driver that manages translation itself. With the proposed
 * dma_mapping_ignore_iommu() it undoes whatever the core set up; otherwise it does nothing.
 */
export function enterOwnMappingProbe(context: DriverContext, device: Device): void {
  context.arm?.dmaMappingIgnoreIommu?.(device)
}

/**
 * Right before a driver's own attach: explicit teardown (arm_iommu_detach_device and
 * arm_iommu_release_mapping of a mapping that the core made), where clients do that.
 */
export function dropAutomaticMapping(context: DriverContext, device: Device): void {
  const { arm, policy } = context
  if (arm === null || !policy.clients.detachAutomatic) return
  const automatic = arm.mappingOf(device)
  if (automatic === null) return
  arm.detachDevice(device)
  arm.releaseMapping(automatic)
}
