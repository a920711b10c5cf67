/** Samsung Exynos: SysMMU, display, video, camera. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `samsung,`. DRM drivers attach to the ARM mapping of the card; media drivers use the
 * DMA API. No driver sets a mask, so 32 bits stay.
 */
export const samsung: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'exynos-sysmmu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      maskNote: '36 bits from SysMMU version 5 on',
      iommuUse: 'none',
      kconfig: 'EXYNOS_IOMMU',
      source: 'drivers/iommu/exynos-iommu.c of v6.1',
    },
    [['samsung,exynos-sysmmu', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'exynos-drm-fimc',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_FIMC',
      component: 'exynos-drm',
      note: 'takes only some FIMC instances; the rest belong to a V4L2 driver',
      source: 'drivers/gpu/drm/exynos/exynos_drm_fimc.c of v6.1',
    },
    [
      ['samsung,exynos4212-fimc', 'v3.18'],
      ['samsung,exynos4210-fimc', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos-drm-gsc',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_GSC',
      component: 'exynos-drm',
      note: 'a V4L2 driver matches it too and wins where both are configured',
      source: 'drivers/gpu/drm/exynos/exynos_drm_gsc.c of v6.1',
    },
    [
      ['samsung,exynos5-gsc', 'v3.18'],
      ['samsung,exynos5250-gsc', 'v4.15'],
      ['samsung,exynos5420-gsc', 'v4.15'],
      ['samsung,exynos5433-gsc', 'v4.10'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos-scaler',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_SCALER',
      component: 'exynos-drm',
      source: 'drivers/gpu/drm/exynos/exynos_drm_scaler.c of v6.1',
    },
    [
      ['samsung,exynos5420-scaler', 'v4.18'],
      ['samsung,exynos5433-scaler', 'v4.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos-fimc-lite',
      role: 'master',
      archetype: 'capture',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_EXYNOS_FIMC_LITE',
      source: 'drivers/media/platform/samsung/exynos4-is/fimc-lite.c of v6.1',
    },
    [['samsung,exynos4212-fimc-lite', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 's5p-jpeg',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_SAMSUNG_S5P_JPEG',
      source: 'drivers/media/platform/samsung/s5p-jpeg/jpeg-core.c of v6.1',
    },
    [
      ['samsung,exynos5420-jpeg', 'v4.1'],
      ['samsung,exynos4212-jpeg', 'v3.18'],
      ['samsung,exynos4210-jpeg', 'v3.18'],
      ['samsung,exynos5433-jpeg', 'v4.4'],
    ],
  ),
  ...driverRows(
    {
      driver: 's5p-mfc',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_SAMSUNG_S5P_MFC',
      note: 'two SysMMUs, left and right',
      source: 'drivers/media/platform/samsung/s5p-mfc/s5p_mfc.c of v6.1',
    },
    [
      ['samsung,mfc-v5', 'v3.18'],
      ['samsung,mfc-v6', 'v3.18'],
      ['samsung,mfc-v7', 'v3.18'],
      ['samsung,mfc-v8', 'v3.18'],
      ['samsung,exynos5433-mfc', 'v4.10'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos4-fb',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_FIMD',
      component: 'exynos-drm',
      source: 'drivers/gpu/drm/exynos/exynos_drm_fimd.c of v6.1',
    },
    [
      ['samsung,exynos4210-fimd', 'v3.18'],
      ['samsung,exynos5420-fimd', 'v4.6'],
      ['samsung,exynos5250-fimd', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos-drm-g2d',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_G2D',
      component: 'exynos-drm',
      note: 'a V4L2 driver matches it too and wins where both are configured',
      source: 'drivers/gpu/drm/exynos/exynos_drm_g2d.c of v6.1',
    },
    [
      ['samsung,exynos5250-g2d', 'v3.18'],
      ['samsung,exynos4212-g2d', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos-rotator',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_ROTATOR',
      component: 'exynos-drm',
      source: 'drivers/gpu/drm/exynos/exynos_drm_rotator.c of v6.1',
    },
    [
      ['samsung,exynos5250-rotator', 'v3.18'],
      ['samsung,exynos4212-rotator', 'v3.18'],
      ['samsung,exynos4210-rotator', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'exynos4-fimc-is',
      role: 'master',
      archetype: 'raw',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_EXYNOS4_FIMC_IS',
      populates: true,
      note: 'firmware needs a buffer aligned to 128 MiB',
      source: 'drivers/media/platform/samsung/exynos4-is/fimc-is.c of v6.1',
    },
    [['samsung,exynos4212-fimc-is', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'exynos-mixer',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS_MIXER',
      kconfigOld: 'DRM_EXYNOS_HDMI',
      component: 'exynos-drm',
      source: 'drivers/gpu/drm/exynos/exynos_mixer.c of v6.1',
    },
    [
      ['samsung,exynos4212-mixer', 'v3.18'],
      ['samsung,exynos5420-mixer', 'v3.18'],
      ['samsung,exynos4210-mixer', 'v3.18'],
      ['samsung,exynos5250-mixer', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 's5p-g2d',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_SAMSUNG_S5P_G2D',
      source: 'drivers/media/platform/samsung/s5p-g2d/g2d.c of v6.1',
    },
    [['samsung,s5pv210-g2d', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'exynos5433-decon',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'arm-mapping',
      kconfig: 'DRM_EXYNOS5433_DECON',
      component: 'exynos-drm',
      source: 'drivers/gpu/drm/exynos/exynos5433_drm_decon.c of v6.1',
    },
    [
      ['samsung,exynos5433-decon', 'v4.2'],
      ['samsung,exynos5433-decon-tv', 'v4.4'],
    ],
  ),
  ...driverRows(
    {
      driver: 's5p-fimc-md',
      role: 'parent',
      archetype: 'bus',
      mask: null,
      iommuUse: 'none',
      kconfig: 'VIDEO_S5P_FIMC',
      note: 'the node also says simple-bus, so the core makes the children',
      source: 'drivers/media/platform/samsung/exynos4-is/media-dev.c of v6.1',
    },
    [['samsung,fimc', 'v3.18']],
  ),
]
