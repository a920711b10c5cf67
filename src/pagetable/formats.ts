/** Every page-table format, in the order of the list. A new one is a file and a line here. */
import { Registry } from '../base/registry.ts'
import type { FormatSpec } from './contract.ts'
import { armLpaeS132, armLpaeS132Ns } from './formats/arm-lpae-s1-32.ts'
import { exynosV1, exynosV1Prot } from './formats/exynos-v1.ts'
import { ipmmuVmsa } from './formats/ipmmu-vmsa.ts'
import { omap2 } from './formats/omap2.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'

/** Formats by id. */
export const formats: Registry<FormatSpec> = new Registry<FormatSpec>(
  (format) => format.id,
  [rockchipV1, omap2, exynosV1, exynosV1Prot, armLpaeS132, armLpaeS132Ns, ipmmuVmsa],
)
