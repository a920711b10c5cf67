/** dev->archdata.iommu: a pointer that belongs to the IOMMU driver. arch/arm/include/asm/device.h */
import { Slot } from '../driver-core/slot.ts'

export const archdataIommu = new Slot<unknown>('archdata.iommu', () => null)
