/** Every page-table format, in the order of the list. A new one is a file and a line here. */
import { Registry } from '../base/registry.ts'
import type { FormatSpec } from './contract.ts'
import { appleDart, appleDartSecond } from './formats/apple-dart.ts'
import {
  armLpaeS164,
  armLpaeS164Dirty,
  armLpaeS164Upper,
  armLpaeS164With16k,
  armLpaeS164With64k,
} from './formats/arm-lpae-s1.ts'
import {
  armLpaeS232,
  armLpaeS264,
  armLpaeS264Dirty,
  armLpaeS264With64k,
} from './formats/arm-lpae-s2.ts'
import { armMali } from './formats/arm-mali-lpae.ts'
import { armV7sMediatek, armV7sPlain } from './formats/arm-v7s-registered.ts'
import { armLpaeS132, armLpaeS132Ns } from './formats/arm-lpae-s1-32.ts'
import { exynosV1, exynosV1Prot } from './formats/exynos-v1.ts'
import { ipmmuVmsa } from './formats/ipmmu-vmsa.ts'
import { omap2 } from './formats/omap2.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'
import { amdV1 } from './formats/amd-v1.ts'
import { exynosV5 } from './formats/exynos-v5.ts'
import {
  intelVtdFirst,
  intelVtdSecond,
  intelVtdSecond3,
  intelVtdSecond5,
} from './formats/intel-vtd.ts'
import { mediatekV1 } from './formats/mediatek-v1.ts'
import { msm } from './formats/msm.ts'
import {
  riscvSv39,
  riscvSv39x4,
  riscvSv48,
  riscvSv48x4,
  riscvSv57,
  riscvSv57x4,
} from './formats/riscv.ts'
import { rockchipV2 } from './formats/rockchip-v2.ts'
import { shmobile } from './formats/shmobile.ts'
import { sun50i } from './formats/sun50i.ts'
import { tegraSmmu, tegraSmmu34 } from './formats/tegra-smmu.ts'
import { x8664, x8664FiveLevel } from './formats/x86-64.ts'

/** Formats by id. */
export const formats: Registry<FormatSpec> = new Registry<FormatSpec>(
  (format) => format.id,
  [
    rockchipV1,
    omap2,
    exynosV1,
    exynosV1Prot,
    armLpaeS132,
    armLpaeS132Ns,
    ipmmuVmsa,
    armLpaeS164,
    armLpaeS164Upper,
    armLpaeS164With16k,
    armLpaeS164With64k,
    armLpaeS164Dirty,
    armLpaeS264,
    armLpaeS264With64k,
    armLpaeS264Dirty,
    armLpaeS232,
    armMali,
    armV7sPlain,
    armV7sMediatek,
    appleDart,
    appleDartSecond,
    rockchipV2,
    exynosV5,
    tegraSmmu,
    tegraSmmu34,
    sun50i,
    mediatekV1,
    msm,
    shmobile,
    amdV1(3),
    amdV1(4),
    amdV1(5),
    amdV1(6),
    intelVtdSecond3,
    intelVtdSecond,
    intelVtdSecond5,
    intelVtdFirst,
    x8664,
    x8664FiveLevel,
    riscvSv39,
    riscvSv48,
    riscvSv57,
    riscvSv39x4,
    riscvSv48x4,
    riscvSv57x4,
  ],
)
