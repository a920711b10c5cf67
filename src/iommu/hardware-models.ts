/** The IOMMU hardware that is modelled. */
import { Registry } from '../base/registry.ts'
import { exynosHardware } from './exynos/hardware.ts'
import type { HardwareModel } from './family.ts'
import { ipmmuHardware } from './ipmmu/hardware.ts'
import { omapHardware } from './omap/hardware.ts'
import { rockchipHardware } from './rockchip/hardware.ts'

/** By family id. */
export const hardwareModels = new Registry<HardwareModel>(
  (model) => model.id,
  [rockchipHardware, omapHardware, ipmmuHardware, exynosHardware],
)

/** The model for a node's compatible strings, the first string that one knows; null for none. */
export function hardwareFor(compatibles: readonly string[]): HardwareModel | null {
  for (const compatible of compatibles) {
    for (const model of hardwareModels) if (model.compatibles.includes(compatible)) return model
  }
  return null
}
