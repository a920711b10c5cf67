/** Allwinner, Apple, Spreadtrum. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `allwinner,`, `apple,` and `sprd,`. No IOMMU of these vendors has a hardware model
 * here, so their masters are judged only where none is in the way.
 */
export const allwinnerApple: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'sun8i-mixer',
      role: 'master',
      archetype: 'scanout',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: 'DRM_SUN8I_MIXER',
      component: 'sun4i-drm',
      note: "the card is configured with this node, so it joins the mixer's IOMMU",
      source: 'drivers/gpu/drm/sun4i/sun8i_mixer.c of v6.1',
    },
    [['allwinner,sun50i-h6-de3-mixer-0', 'v5.0']],
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
    [['allwinner,sun50i-h6-vpu-g2', 'v5.17', { earliest: 'v5.16' }]],
  ),
  ...driverRows(
    {
      driver: 'cedrus',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_SUNXI_CEDRUS',
      source: 'drivers/staging/media/sunxi/cedrus/cedrus.c of v6.1',
    },
    [['allwinner,sun50i-h6-video-engine', 'v5.2', { earliest: 'v5.1' }]],
  ),
  ...driverRows(
    {
      driver: 'sun50i-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'SUN50I_IOMMU',
      note: 'one domain and one group for all masters',
      source: 'drivers/iommu/sun50i-iommu.c of v6.1',
    },
    [['allwinner,sun50i-h6-iommu', 'v5.8']],
  ),
  ...driverRows(
    {
      driver: 'sun50i-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'SUN50I_IOMMU',
      note: 'one domain and one group for all masters',
      source: 'drivers/iommu/sun50i-iommu.c of v6.12',
    },
    [['allwinner,sun50i-h616-iommu', 'v6.12', { earliest: 'v6.10' }]],
  ),
  ...driverRows(
    {
      driver: 'sun50i-de2-bus',
      role: 'parent',
      archetype: 'bus',
      mask: null,
      iommuUse: 'none',
      kconfig: 'SUN50I_DE2_BUS',
      populates: true,
      source: 'drivers/bus/sun50i-de2.c of v6.1',
    },
    [
      ['allwinner,sun50i-h6-de3', null, { by: 'allwinner,sun50i-a64-de2', bySince: 'v4.19' }],
      ['allwinner,sun50i-a64-de2', 'v4.19'],
    ],
  ),
  ...driverRows(
    {
      driver: 'sprd-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'SPRD_IOMMU',
      source: 'drivers/iommu/sprd-iommu.c of v6.1',
    },
    [['sprd,iommu-v1', 'v5.14', { earliest: 'v5.13' }]],
  ),
  ...driverRows(
    {
      driver: 'apple-dart',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'APPLE_DART',
      source: 'drivers/iommu/apple-dart.c of v6.1',
    },
    [
      ['apple,t8103-dart', 'v5.15'],
      ['apple,t6000-dart', 'v6.1'],
    ],
  ),
  ...driverRows(
    {
      driver: 'apple-dart',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'APPLE_DART',
      source: 'drivers/iommu/apple-dart.c of v6.12',
    },
    [
      ['apple,t8103-usb4-dart', 'v6.8', { earliest: 'v6.7' }],
      ['apple,t8110-dart', 'v6.3'],
    ],
  ),
  ...driverRows(
    {
      driver: 'sun4i-drm',
      role: 'parent',
      archetype: 'scanout',
      mask: 32,
      iommuUse: 'none',
      kconfig: 'DRM_SUN4I',
      component: 'allwinner,sun50i-h6-display-engine',
      source: 'drivers/gpu/drm/sun4i/sun4i_drv.c of v6.1',
    },
    [['allwinner,sun50i-h6-display-engine', 'v5.0']],
  ),
]
