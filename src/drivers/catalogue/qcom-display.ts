/** Qualcomm: display. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * MDP5, DPU and the MDSS wrappers around them. The drm/msm driver attaches a domain of its own;
 * which node of the pair has the `iommus` differs by generation.
 */
export const qcomDisplay: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'msm_mdp',
      role: 'master',
      archetype: 'scanout',
      mask: 64,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_MDP5',
      component: 'msm',
      source: 'drivers/gpu/drm/msm/disp/mdp5/mdp5_kms.c of v6.1',
    },
    [
      ['qcom,mdp5', 'v4.5'],
      ['qcom,msm8916-mdp5', null, { by: 'qcom,mdp5', bySince: 'v4.5' }],
      ['qcom,msm8996-mdp5', null, { by: 'qcom,mdp5', bySince: 'v4.5' }],
      ['qcom,msm8953-mdp5', null, { by: 'qcom,mdp5', bySince: 'v4.5' }],
      ['qcom,msm8976-mdp5', null, { by: 'qcom,mdp5', bySince: 'v4.5' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'msm-mdss',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_MDSS',
      populates: true,
      note: 'attaches to a domain of the display driver',
      source: 'drivers/gpu/drm/msm/msm_mdss.c of v6.1',
    },
    [
      ['qcom,sc7180-mdss', 'v5.6', { earliest: 'v5.5' }],
      ['qcom,sdm845-mdss', 'v4.19'],
      ['qcom,sc7280-mdss', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sm8250-mdss', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,msm8998-mdss', 'v5.19', { earliest: 'v5.18' }],
      ['qcom,sm8150-mdss', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sc8180x-mdss', 'v5.19', { earliest: 'v5.18' }],
      ['qcom,qcm2290-mdss', 'v5.19', { earliest: 'v5.18' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'msm-mdss',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_MDSS',
      populates: true,
      note: 'attaches to a domain of the display driver',
      source: 'drivers/gpu/drm/msm/msm_mdss.c of v6.12',
    },
    [
      ['qcom,sc8280xp-mdss', 'v6.3'],
      ['qcom,x1e80100-mdss', 'v6.9'],
      ['qcom,sm8550-mdss', 'v6.3'],
      ['qcom,sm8350-mdss', 'v6.3'],
      ['qcom,sm6115-mdss', 'v6.2'],
      ['qcom,sm8450-mdss', 'v6.3'],
      ['qcom,sm8650-mdss', 'v6.8', { earliest: 'v6.7' }],
      ['qcom,sm6125-mdss', 'v6.6', { earliest: 'v6.5' }],
      ['qcom,sm6350-mdss', 'v6.6', { earliest: 'v6.5' }],
      ['qcom,sdm670-mdss', 'v6.8', { earliest: 'v6.7' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'msm_dpu',
      role: 'master',
      archetype: 'scanout',
      mask: 64,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_DPU',
      component: 'msm',
      note: 'the `iommus` are on the parent, except in old trees',
      source: 'drivers/gpu/drm/msm/disp/dpu1/dpu_kms.c of v6.12',
    },
    [
      ['qcom,sdm630-mdp5', 'v6.9'],
      ['qcom,sdm660-mdp5', 'v6.9'],
    ],
  ),
  ...driverRows(
    {
      driver: 'msm-mdss',
      role: 'parent',
      archetype: 'bus',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_MDSS',
      populates: true,
      note: 'attaches to a domain of the display driver',
      source: 'drivers/gpu/drm/msm/msm_mdss.c of v6.1',
    },
    [['qcom,mdss', 'v4.8']],
  ),
  ...driverRows(
    {
      driver: 'msm_dpu',
      role: 'parent',
      archetype: 'scanout',
      mask: 64,
      iommuUse: 'own-domain',
      kconfig: 'DRM_MSM_DPU',
      component: 'msm',
      note: 'the `iommus` are on the parent, except in old trees',
      source: 'drivers/gpu/drm/msm/disp/dpu1/dpu_kms.c of v6.1',
    },
    [
      ['qcom,sdm845-dpu', 'v4.19'],
      ['qcom,sc7180-dpu', 'v5.6', { earliest: 'v5.5' }],
      ['qcom,sc7280-dpu', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sm8250-dpu', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
]
