/** Rockchip: IOMMU, display, video, camera. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `rockchip,`. Display controllers map through a domain of the DRM card (before v4.11 an
 * ARM mapping), codecs and camera use the DMA API; the IOMMU puts out 32 bits, from RK3568 on 40.
 */
export const rockchip: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'rk_iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: 32,
      iommuUse: 'none',
      kconfig: 'ROCKCHIP_IOMMU',
      note: 'page tables come from the DMA API of the first instance that probed',
      source: 'drivers/iommu/rockchip-iommu.c of v6.1',
    },
    [['rockchip,iommu', 'v3.19']],
  ),
  ...driverRows(
    {
      driver: 'rk_iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      iommuUse: 'none',
      kconfig: 'ROCKCHIP_IOMMU',
      note: 'page tables come from the DMA API of the first instance that probed',
      source: 'drivers/iommu/rockchip-iommu.c of v6.1',
    },
    [
      ['rockchip,rk3568-iommu', 'v5.14', { earliest: 'v5.13' }],
      ['rockchip,rk3588-iommu', null, { by: 'rockchip,rk3568-iommu', bySince: 'v5.14' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'rkisp1',
      role: 'master',
      archetype: 'capture',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_ROCKCHIP_ISP1',
      source: 'drivers/media/platform/rockchip/rkisp1/rkisp1-dev.c of v6.1',
    },
    [
      ['rockchip,rk3399-cif-isp', 'v5.6', { earliest: 'v5.5' }],
      ['rockchip,px30-cif-isp', 'v5.17', { earliest: 'v5.16' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'hantro-vpu',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_HANTRO',
      source: 'drivers/media/platform/verisilicon/hantro_drv.c of v6.12',
    },
    [['rockchip,rk3588-vepu121', 'v6.12', { earliest: 'v6.10' }]],
  ),
  ...driverRows(
    {
      driver: 'rkvdec',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_ROCKCHIP_VDEC',
      source: 'drivers/staging/media/rkvdec/rkvdec.c of v6.1',
    },
    [
      ['rockchip,rk3399-vdec', 'v5.8'],
      ['rockchip,rk3328-vdec', null, { by: 'rockchip,rk3399-vdec', bySince: 'v5.8' }],
      ['rockchip,rk3228-vdec', null, { by: 'rockchip,rk3399-vdec', bySince: 'v5.8' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'hantro-vpu',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_HANTRO',
      source: 'drivers/media/platform/verisilicon/hantro_drv.c of v6.1',
    },
    [
      ['rockchip,rk3568-vpu', 'v5.19', { earliest: 'v5.18' }],
      ['rockchip,rk3399-vpu', 'v5.0'],
      ['rockchip,rk3568-vepu', 'v6.0'],
      ['rockchip,rk3588-vpu121', null, { by: 'rockchip,rk3568-vpu', bySince: 'v5.19' }],
      ['rockchip,rk3288-vpu', 'v5.0'],
      ['rockchip,rk3328-vpu', 'v5.4'],
      ['rockchip,px30-vpu', 'v5.15'],
      ['rockchip,rk3228-vpu', null, { by: 'rockchip,rk3399-vpu', bySince: 'v5.0' }],
      ['rockchip,rk3036-vpu', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'rockchip-vop',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'own-domain',
      iommuUseFrom: [
        ['v3.19', 'arm-mapping'],
        ['v4.11', 'own-domain'],
      ],
      kconfig: 'ROCKCHIP_VOP',
      kconfigOld: 'DRM_ROCKCHIP',
      component: 'rockchip,display-subsystem',
      note: 'attached when its CRTC is enabled; buffers belong to the display-subsystem device',
      source: 'drivers/gpu/drm/rockchip/rockchip_vop_reg.c of v6.1',
    },
    [
      ['rockchip,rk3399-vop-lit', 'v4.9'],
      ['rockchip,rk3399-vop-big', 'v4.9'],
      ['rockchip,rk3288-vop', 'v3.19'],
      ['rockchip,rk3328-vop', 'v4.14'],
      ['rockchip,px30-vop-big', 'v4.20'],
      ['rockchip,px30-vop-lit', 'v4.20'],
      ['rockchip,rk3228-vop', 'v4.14'],
      ['rockchip,rk3036-vop', 'v4.5'],
    ],
  ),
  ...driverRows(
    {
      driver: 'rockchip-vop2',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'ROCKCHIP_VOP2',
      component: 'rockchip,display-subsystem',
      note: 'attached when its CRTC is enabled; buffers belong to the display-subsystem device',
      source: 'drivers/gpu/drm/rockchip/rockchip_vop2_reg.c of v6.1',
    },
    [
      ['rockchip,rk3566-vop', 'v5.17', { earliest: 'v5.16' }],
      ['rockchip,rk3568-vop', 'v5.17', { earliest: 'v5.16' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'rockchip-vop2',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'ROCKCHIP_VOP2',
      component: 'rockchip,display-subsystem',
      note: 'attached when its CRTC is enabled; buffers belong to the display-subsystem device',
      source: 'drivers/gpu/drm/rockchip/rockchip_vop2_reg.c of v6.12',
    },
    [['rockchip,rk3588-vop', 'v6.8', { earliest: 'v6.7' }]],
  ),
  ...driverRows(
    {
      driver: 'rockchip-drm',
      role: 'parent',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'none',
      kconfig: 'DRM_ROCKCHIP',
      component: 'rockchip,display-subsystem',
      note: 'virtual device that collects the VOPs; buffers are allocated on it',
      source: 'drivers/gpu/drm/rockchip/rockchip_drm_drv.c of v6.1',
    },
    [['rockchip,display-subsystem', 'v3.19']],
  ),
]
