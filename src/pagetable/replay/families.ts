/** The formats that vectors name, and how a vector's configuration becomes a page-table format. */
import type { Phys } from '../../base/addr.ts'
import { Registry } from '../../base/registry.ts'
import type { FormatSpec } from '../contract.ts'
import { amdV1Growing } from '../formats/amd-v1.ts'
import { appleDartFamilies } from '../formats/apple-dart.ts'
import { armLpaeS1Families } from '../formats/arm-lpae-s1.ts'
import { armLpaeS2Families } from '../formats/arm-lpae-s2.ts'
import { armMaliLpaeFamilies } from '../formats/arm-mali-lpae.ts'
import { armV7sFamilies } from '../formats/arm-v7s.ts'
import { exynosV1Prot } from '../formats/exynos-v1.ts'
import { exynosV5 } from '../formats/exynos-v5.ts'
import { intelVtd } from '../formats/intel-vtd.ts'
import type { IoPgtableFamily, RegisterValues } from '../formats/io-pgtable.ts'
import { omap2 } from '../formats/omap2.ts'
import { rockchipV1 } from '../formats/rockchip-v1.ts'
import { rockchipV2 } from '../formats/rockchip-v2.ts'
import { sun50i } from '../formats/sun50i.ts'
import { tegraSmmu, tegraSmmu34 } from '../formats/tegra-smmu.ts'
import type { VectorConfig } from './vector.ts'
import { hexOf } from './wide.ts'

/** What a vector is run on. */
export interface Prepared {
  format: FormatSpec
  /** The `result` of formats that adjust a configuration. */
  result?: RegisterValues
}

/** A format as vectors name it. */
export interface ReplayFamily {
  name: string
  /** What is recorded beside results: Linux WARNs, invalidations, tables hashed. */
  ioPgtable: boolean
  /** Null where Linux refuses the configuration. `root`: where the root table would lie. */
  prepare(config: VectorConfig, root: Phys, asLinux: boolean): Prepared | null
}

function ioPgtable(name: string, family: IoPgtableFamily): ReplayFamily {
  return {
    name,
    ioPgtable: true,
    prepare(config, root, asLinux) {
      const made = family(config)
      if (made === null || root >= 2 ** (made.tableBits ?? 64)) return null
      const bitmap = made.sizes.reduce((sum, lg2) => sum + 2 ** lg2, 0)
      return {
        format: made.format,
        result: {
          pgsize_bitmap: hexOf(bitmap),
          ias: made.ias,
          oas: made.oas,
          ...made.registers(root, asLinux),
        },
      }
    },
  }
}

function driver(name: string, format: (config: VectorConfig) => FormatSpec): ReplayFamily {
  return { name, ioPgtable: false, prepare: (config) => ({ format: format(config) }) }
}

/** By name. To replay a further format: a line here. */
export const replayFamilies: Registry<ReplayFamily> = new Registry<ReplayFamily>(
  (family) => family.name,
  [
    ...Object.entries({
      ...armLpaeS1Families,
      ...armLpaeS2Families,
      ...armMaliLpaeFamilies,
      ...armV7sFamilies,
      ...appleDartFamilies,
    }).map(([name, family]) => ioPgtable(name, family)),
    driver('rockchip_v1', () => rockchipV1),
    driver('rockchip_v2', () => rockchipV2),
    driver('omap', () => omap2),
    driver('exynos_v1', () => exynosV1Prot),
    driver('exynos_v5', () => exynosV5),
    driver('tegra_smmu', ({ oas }) => (oas > 32 ? tegraSmmu34 : tegraSmmu)),
    driver('sun50i', () => sun50i),
    driver('amd_v1', () => amdV1Growing),
    driver('intel_vtd', (config) =>
      intelVtd({
        id: 'intel-vtd',
        levels: config.levels === 3 || config.levels === 5 ? config.levels : 4,
        superpageLevels:
          config.superpageLevels === 1 || config.superpageLevels === 2 ? config.superpageLevels : 0,
        firstLevel: config.firstLevel === true,
        snoopControl: config.snoopControl === true,
      }),
    ),
  ],
)

/**
 * Registered formats that these vectors measure: their ids, or what their ids begin with before a
 * hyphen. Others are written from documents alone.
 */
export const measuredFormats: readonly string[] = [
  'arm-lpae-s1',
  'arm-lpae-s2',
  'arm-mali-lpae',
  'arm-v7s',
  'apple-dart',
  'apple-dart2',
  'rockchip-v1',
  'rockchip-v2',
  'omap2',
  'exynos-v1-prot',
  'exynos-v5',
  'tegra-smmu',
  'sun50i',
  'amd-v1',
  'intel-vtd',
]
