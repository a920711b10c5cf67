/** The IOMMU drivers that are modelled, in link order: drivers/iommu/Makefile. */
import { exynosDriver } from './exynos/driver.ts'
import type { IommuDriverModel } from './family.ts'
import { ipmmuDriver } from './ipmmu/driver.ts'
import { omapDriver } from './omap/driver.ts'
import { rockchipDriver } from './rockchip/driver.ts'

/**
 * Where several are built in, the first to run takes the platform bus. The numbers of their
 * initcalls leave room for msm (10), arm-smmu (20) and shmobile (70), which are not modelled.
 */
export const iommuDriverModels: readonly IommuDriverModel[] = [
  ipmmuDriver,
  omapDriver,
  rockchipDriver,
  exynosDriver,
]
