/** dev->archdata.iommu: a pointer that belongs to the IOMMU driver. arch/arm/include/asm/device.h */
import { Slot } from '../driver-core/slot.ts'

/** The slot of a device; null until an IOMMU driver fills it. */
export const archdataIommu = new Slot<unknown>('archdata.iommu', () => null)
