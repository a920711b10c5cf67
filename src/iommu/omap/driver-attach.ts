/**
 * omap_iommu_attach_dev() and omap_iommu_detach_dev(). A domain serves one client; whether an MMU
 * serves a second domain depends on the era: v3.18 refuses, v3.19 re-points it.
 */
import { EBUSY, EINVAL, ENODEV, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import type { Device } from '../../driver-core/device.ts'
import { archdataIommu } from '../archdata.ts'
import type { IommuDomain } from '../domain.ts'
import { clearTable, type OmapDomain } from './driver-domain.ts'
import type { OmapIommu } from './driver-instance.ts'

/** struct omap_iommu_arch_data */
export interface OmapArchdata {
  /** Name of the MMU's device. */
  name: string
  /** The MMU, while attached. */
  iommu: OmapIommu | null
}

/** What attach needs of the driver. */
export interface OmapAttachment {
  journal: Journal
  /** v3.18: an MMU that is in use refuses a second domain. */
  counted: boolean
  /** driver_find_device() by name: null while no such MMU is bound. */
  find(name: string): OmapIommu | null
}

/** 0, -EINVAL (no MMU known), -EBUSY or -ENODEV (the MMU has not probed). */
export function attachOmap(driver: OmapAttachment, domain: IommuDomain, device: Device): Errno {
  const { journal } = driver
  const archdata = archdataIommu.of(device) as OmapArchdata | null
  const omap = domain.priv as OmapDomain
  if (archdata === null) {
    journal.log('err', device.name, "device doesn't have an associated iommu")
    return -EINVAL
  }
  if (omap.iommu !== null) {
    journal.log('err', device.name, 'iommu domain is already attached')
    return -EBUSY
  }
  const iommu = driver.find(archdata.name)
  let problem = iommu === null ? -ENODEV : 0
  if (iommu !== null && driver.counted && iommu.references > 0) {
    journal.log('err', iommu.name, `${iommu.name}: already attached!`)
    problem = -EBUSY
  }
  if (iommu === null || problem !== 0) {
    journal.log('err', device.name, `can't get omap iommu: ${problem}`)
    return problem
  }
  iommu.references++
  iommu.enable(omap.table)
  iommu.flushAll()
  omap.iommu = iommu
  omap.device = device
  archdata.iommu = iommu
  iommu.domain = domain
  return 0
}

/** Empties the table that the MMU walks (not always the domain's own) and turns it off. */
export function detachOmap(driver: OmapAttachment, omap: OmapDomain, device: Device): void {
  const archdata = archdataIommu.of(device) as OmapArchdata | null
  const iommu = archdata?.iommu ?? null
  if (archdata === null || iommu === null || omap.iommu !== iommu) {
    driver.journal.log('err', device.name, 'invalid iommu device')
    return
  }
  clearTable(iommu)
  iommu.references = driver.counted ? iommu.references - 1 : 0
  if (iommu.references === 0) iommu.disable()
  iommu.table = null
  omap.iommu = null
  omap.device = null
  archdata.iommu = null
  iommu.domain = null
}
