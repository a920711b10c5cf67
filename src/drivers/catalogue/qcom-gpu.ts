/** Qualcomm: Adreno GPUs and their management units. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `qcom,adreno`. The GPU attaches a domain of its own; the rows of management units have
 * no driver, as drm/msm drives them from the GPU by phandle.
 */
export const qcomGpu: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'adreno',
      role: 'master',
      archetype: 'raw',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM',
      component: 'msm',
      note: 'buffers are mapped into a domain of its own; the DMA API plays no part',
      source: 'drivers/gpu/drm/msm/adreno/adreno_device.c of v6.1',
    },
    [
      ['qcom,adreno', 'v4.11'],
      ['qcom,adreno-618.0', 'v5.6', { earliest: 'v5.5', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-306.0', 'v4.2', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-630.2', 'v4.19', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-635.0', 'v5.15', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-540.1', 'v5.3', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-530.2', 'v4.10', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-650.2', 'v5.8', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-640.1', 'v5.8', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-506.0', 'v5.17', { earliest: 'v5.16', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-508.0', 'v5.12', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-405.0', 'v5.8', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-43050c01', 'v6.12', { earliest: 'v6.10', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-43050a01', 'v6.8', { earliest: 'v6.7', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-660.1', 'v5.14', { earliest: 'v5.13', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-512.0', 'v5.12', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-610.0', 'v6.6', { earliest: 'v6.5', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-690.0', 'v6.6', { earliest: 'v6.5', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-730.1', 'v6.8', { earliest: 'v6.7', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-43051401', 'v6.9', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-509.0', 'v5.12', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-510.0', 'v5.6', { earliest: 'v5.5', by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-680.1', 'v5.15', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-619.0', 'v6.0', { by: 'qcom,adreno', bySince: 'v4.11' }],
      ['qcom,adreno-07000200', 'v6.9', { by: 'qcom,adreno', bySince: 'v4.11' }],
    ],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'raw',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM',
      note: 'never bound: the GPU driver finds it by phandle, configures its DMA and attaches a domain',
      source: 'drivers/gpu/drm/msm/adreno/a6xx_gmu.c of v6.1',
    },
    [
      ['qcom,adreno-gmu', 'v4.19'],
      ['qcom,adreno-gmu-618.0', 'v5.6', { earliest: 'v5.5' }],
      ['qcom,adreno-gmu-630.2', 'v4.19'],
      ['qcom,adreno-gmu-635.0', 'v5.15'],
      ['qcom,adreno-gmu-650.2', 'v5.8'],
      ['qcom,adreno-gmu-640.1', 'v5.8'],
      ['qcom,adreno-gmu-x185.1', 'v6.12', { earliest: 'v6.10' }],
      ['qcom,adreno-gmu-740.1', 'v6.8', { earliest: 'v6.7' }],
      ['qcom,adreno-gmu-660.1', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,adreno-gmu-690.0', 'v6.6', { earliest: 'v6.5' }],
      ['qcom,adreno-gmu-730.1', 'v6.8', { earliest: 'v6.7' }],
      ['qcom,adreno-gmu-750.1', 'v6.9'],
      ['qcom,adreno-gmu-680.1', 'v5.15'],
      ['qcom,adreno-gmu-619.0', 'v6.0'],
    ],
  ),
]
