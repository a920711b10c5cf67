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
import { intelVtd, isIntelVtdConfig } from '../formats/intel-vtd.ts'
import type { IoPgtableFamily, RegisterValues } from '../formats/io-pgtable.ts'
import { omap2 } from '../formats/omap2.ts'
import { rockchipV1 } from '../formats/rockchip-v1.ts'
import { rockchipV2 } from '../formats/rockchip-v2.ts'
import { sun50i } from '../formats/sun50i.ts'
import { tegraSmmu, tegraSmmu34 } from '../formats/tegra-smmu.ts'
import { recordsAmd, recordsZaps, type RecorderMaker } from './recorders.ts'
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
  /** What of a configuration no hardware has, in words, or null; `prepare` then answers null. */
  unusable?(config: VectorConfig): string | null
  /** What the driver's vectors record beside results. */
  recorder?: RecorderMaker
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

function driver(
  name: string,
  format: (config: VectorConfig) => FormatSpec,
  recorder?: RecorderMaker,
): ReplayFamily {
  const family = { name, ioPgtable: false, prepare: (c: VectorConfig) => ({ format: format(c) }) }
  return recorder === undefined ? family : { ...family, recorder }
}

function intelConfig({ levels = 4, superpageLevels = 0, firstLevel, snoopControl }: VectorConfig) {
  return {
    id: 'intel-vtd',
    levels,
    superpageLevels,
    firstLevel: firstLevel === true,
    snoopControl: snoopControl === true,
  }
}

/** Intel's configurations that hardware has; see isIntelVtdConfig. */
const intelFamily: ReplayFamily = {
  name: 'intel_vtd',
  ioPgtable: false,
  prepare(config) {
    const asked = intelConfig(config)
    return isIntelVtdConfig(asked) ? { format: intelVtd(asked) } : null
  },
  unusable(config) {
    const { levels, superpageLevels } = intelConfig(config)
    if (isIntelVtdConfig({ levels, superpageLevels })) return null
    return `cfg.levels ${levels} and cfg.superpage_levels ${superpageLevels}, expected 3 to 5 and 0 to 2`
  },
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
    driver('rockchip_v1', () => rockchipV1, recordsZaps),
    driver('rockchip_v2', () => rockchipV2, recordsZaps),
    driver('omap', () => omap2),
    driver('exynos_v1', () => exynosV1Prot),
    driver('exynos_v5', () => exynosV5),
    driver('tegra_smmu', ({ oas }) => (oas > 32 ? tegraSmmu34 : tegraSmmu)),
    driver('sun50i', () => sun50i),
    driver('amd_v1', () => amdV1Growing, recordsAmd),
    intelFamily,
  ],
)

/** Registered formats that these vectors measure. Others are written from documents alone. */
export const measuredFormats: readonly string[] = [
  'rockchip-v1',
  'omap2',
  'exynos-v1-prot',
  'arm-lpae-s1-32',
  'arm-lpae-s1-32-ns',
  'arm-lpae-s1-64',
  'arm-lpae-s1-64-ttbr1',
  'arm-lpae-s1-64-16k',
  'arm-lpae-s1-64-64k',
  'arm-lpae-s2-64',
  'arm-lpae-s2-64-64k',
  'arm-lpae-s2-32',
  'arm-mali-lpae',
  'arm-v7s',
  'arm-v7s-mediatek',
  'apple-dart',
  'apple-dart2',
  'rockchip-v2',
  'exynos-v5',
  'tegra-smmu',
  'tegra-smmu-34',
  'sun50i',
  'amd-v1-3',
  'amd-v1-4',
  'amd-v1-5',
  'amd-v1-6',
  'intel-vtd-sl-3',
  'intel-vtd-sl',
  'intel-vtd-sl-5',
  'intel-vtd-fl',
]
