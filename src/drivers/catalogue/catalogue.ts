/**
 * The driver catalogue: 572 compatible strings of real boards, read from 1,474 blobs of v6.1, 1,023
 * of v6.12, the drivers of both, and 46 kernel trees in between and before; some rows are added by
 * hand and say from what. What a driver does (mask, IOMMU use, Kconfig symbol) is as of the tree
 * that its `source` names; only `since` and `iommuUseFrom` speak of other releases.
 */
import { Registry } from '../../base/registry.ts'
import { allwinnerApple } from './allwinner-apple.ts'
import { armGeneric } from './arm-generic.ts'
import { dmaplumbRows } from './dmaplumb.ts'
import { mediatekMedia } from './mediatek-media.ts'
import { mediatek } from './mediatek.ts'
import { nvidia } from './nvidia.ts'
import { nxp } from './nxp.ts'
import { otherVendors } from './other-vendors.ts'
import { qcomBuses } from './qcom-buses.ts'
import { qcomDisplay } from './qcom-display.ts'
import { qcomDsp } from './qcom-dsp.ts'
import { qcomGpu } from './qcom-gpu.ts'
import { qcomIommu } from './qcom-iommu.ts'
import { qcomMedia } from './qcom-media.ts'
import { qcomOther } from './qcom-other.ts'
import { renesasGen2 } from './renesas-gen2.ts'
import { renesas } from './renesas.ts'
import { rockchip } from './rockchip.ts'
import type { CatalogueRow } from './row.ts'
import { samsung } from './samsung.ts'
import { ti } from './ti.ts'

/** Every row; a compatible string has one. */
export const catalogue: readonly CatalogueRow[] = [
  ...rockchip,
  ...samsung,
  ...renesas,
  ...renesasGen2,
  ...ti,
  ...nvidia,
  ...mediatek,
  ...mediatekMedia,
  ...allwinnerApple,
  ...qcomIommu,
  ...qcomDisplay,
  ...qcomGpu,
  ...qcomMedia,
  ...qcomDsp,
  ...qcomBuses,
  ...qcomOther,
  ...nxp,
  ...armGeneric,
  ...otherVendors,
  ...dmaplumbRows,
]

const byCompatible = new Registry<CatalogueRow>((row) => row.compatible, catalogue)

/** The row of a compatible string, whether or not a driver binds it. */
export function catalogueRow(compatible: string): CatalogueRow | undefined {
  return byCompatible.find(compatible)
}
