/** Qualcomm: SMMUs and IOMMUs. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings that the SMMU v2 driver, qcom_iommu (and its context banks) and msm_iommu bind. An SMMU
 * reports 32 to 48 bits in ID2; 40 are assumed.
 */
export const qcomIommu: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'arm-smmu',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      maskNote: 'the output size in ID2, 32 to 48 bits',
      iommuUse: 'none',
      kconfig: 'ARM_SMMU',
      source: 'drivers/iommu/arm/arm-smmu/arm-smmu.c of v6.1',
    },
    [
      ['qcom,smmu-v2', 'v5.0'],
      ['qcom,adreno-smmu', null, { by: 'qcom,smmu-v2', bySince: 'v5.0' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'QCOM_IOMMU',
      populates: true,
      source: 'drivers/iommu/arm/arm-smmu/qcom_iommu.c of v6.1',
    },
    [
      ['qcom,msm-iommu-v1', 'v4.14'],
      ['qcom,msm8916-iommu', null, { by: 'qcom,msm-iommu-v1', bySince: 'v4.14' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'arm-smmu',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      maskNote: 'the output size in ID2, 32 to 48 bits',
      iommuUse: 'none',
      kconfig: 'ARM_SMMU_QCOM',
      source: 'drivers/iommu/arm/arm-smmu/arm-smmu-qcom.c of v6.12',
    },
    [
      ['qcom,smmu-500', 'v6.2'],
      ['qcom,msm8996-smmu-v2', 'v6.2'],
      ['qcom,sc7180-smmu-v2', 'v6.3'],
      ['qcom,sdm845-smmu-v2', 'v6.2'],
      ['qcom,x1e80100-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,sm8550-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,sm6115-smmu-500', 'v6.2'],
      ['qcom,sm8650-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,sa8775p-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,qdu1000-smmu-500', 'v6.2'],
      ['qcom,sm6350-smmu-v2', 'v6.2'],
      ['qcom,sdm670-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,sdx75-smmu-500', null, { by: 'qcom,smmu-500', bySince: 'v6.2' }],
      ['qcom,sm6375-smmu-v2', 'v6.6', { earliest: 'v6.5' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'arm-smmu',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      maskNote: 'the output size in ID2, 32 to 48 bits',
      iommuUse: 'none',
      kconfig: 'ARM_SMMU_QCOM',
      source: 'drivers/iommu/arm/arm-smmu/arm-smmu-qcom.c of v6.1',
    },
    [
      ['qcom,sc7180-smmu-500', 'v5.11'],
      ['qcom,msm8998-smmu-v2', 'v5.11'],
      ['qcom,sc7280-smmu-500', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sdm630-smmu-v2', 'v5.11'],
      ['qcom,sdm845-smmu-500', 'v5.11'],
      ['qcom,sm8250-smmu-500', 'v5.11'],
      ['qcom,sm8150-smmu-500', 'v5.11'],
      ['qcom,sm8350-smmu-500', 'v5.12'],
      ['qcom,sc8280xp-smmu-500', 'v5.19', { earliest: 'v5.18' }],
      ['qcom,sm8450-smmu-500', 'v5.17', { earliest: 'v5.16' }],
      ['qcom,sm6350-smmu-500', 'v5.17', { earliest: 'v5.16' }],
      ['qcom,sc8180x-smmu-500', 'v5.12'],
      ['qcom,qcm2290-smmu-500', 'v5.17', { earliest: 'v5.16' }],
      ['qcom,sm6125-smmu-500', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sm6375-smmu-500', 'v6.0'],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'QCOM_IOMMU',
      populates: true,
      source: 'drivers/iommu/arm/arm-smmu/qcom_iommu.c of v6.12',
    },
    [
      ['qcom,msm8953-iommu', null, { by: 'qcom,msm-iommu-v2', bySince: 'v6.6' }],
      ['qcom,msm-iommu-v2', 'v6.6', { earliest: 'v6.5' }],
      ['qcom,msm8976-iommu', null, { by: 'qcom,msm-iommu-v2', bySince: 'v6.6' }],
      ['qcom,msm-iommu-v2-ns', 'v6.6', { earliest: 'v6.5' }],
      ['qcom,msm-iommu-v2-sec', 'v6.6', { earliest: 'v6.5' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'msm_iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'MSM_IOMMU',
      source: 'drivers/iommu/msm_iommu.c of v6.1',
    },
    [['qcom,apq8064-iommu', 'v4.8']],
  ),
  ...driverRows(
    {
      driver: 'qcom-iommu-ctx',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'QCOM_IOMMU',
      source: 'drivers/iommu/arm/arm-smmu/qcom_iommu.c of v6.1',
    },
    [
      ['qcom,msm-iommu-v1-ns', 'v4.14'],
      ['qcom,msm-iommu-v1-sec', 'v4.14'],
    ],
  ),
]
