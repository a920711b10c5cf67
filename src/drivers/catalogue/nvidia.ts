/** NVIDIA Tegra: memory controller and SMMU, host1x and its clients, GPU. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `nvidia,`. host1x and its clients attach to domains of the driver; their 34-bit mask
 * is that of host1x and shrinks to 32 where it has no domain.
 */
export const nvidia: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'tegra-dc',
      role: 'master',
      archetype: 'scanout',
      mask: 34,
      maskNote: "host1x's own: 32 bits where that has no domain",
      iommuUse: 'own-domain',
      iommuUseFrom: [
        ['v3.18', 'dma-api'],
        ['v3.19', 'own-domain'],
      ],
      kconfig: 'DRM_TEGRA',
      component: 'drm',
      note: 'attaches the one domain that all display clients share',
      source: 'drivers/gpu/drm/tegra/dc.c of v6.1',
    },
    [
      ['nvidia,tegra210-dc', 'v4.3'],
      ['nvidia,tegra124-dc', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'tegra-host1x',
      role: 'master',
      archetype: 'ring',
      mask: 34,
      maskNote: '32 bits without an IOMMU domain',
      iommuUse: 'own-domain',
      iommuUseFrom: [
        ['v3.18', 'dma-api'],
        ['v4.12', 'own-domain'],
      ],
      kconfig: 'TEGRA_HOST1X',
      populates: true,
      populatesSince: 'v4.18',
      note: 'a domain of its own, unless it has one already',
      source: 'drivers/gpu/host1x/dev.c of v6.1',
    },
    [
      ['nvidia,tegra210-host1x', 'v4.5'],
      ['nvidia,tegra124-host1x', 'v3.18'],
      ['nvidia,tegra132-host1x', null, { by: 'nvidia,tegra124-host1x', bySince: 'v3.18' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'tegra-vic',
      role: 'master',
      archetype: 'mem2mem',
      mask: 34,
      maskNote: "host1x's own: 32 bits where that has no domain",
      iommuUse: 'own-domain',
      kconfig: 'DRM_TEGRA',
      component: 'drm',
      source: 'drivers/gpu/drm/tegra/vic.c of v6.1',
    },
    [
      ['nvidia,tegra210-vic', 'v4.12'],
      ['nvidia,tegra124-vic', 'v4.12'],
    ],
  ),
  ...driverRows(
    {
      driver: 'nouveau',
      role: 'master',
      archetype: 'raw',
      mask: 34,
      coherentMask: 32,
      iommuUse: 'own-domain',
      iommuUseFrom: [
        ['v3.18', 'dma-api'],
        ['v4.3', 'own-domain'],
      ],
      kconfig: 'NOUVEAU_PLATFORM_DRIVER',
      note: 'one path of large pages goes around the IOMMU',
      source: 'drivers/gpu/drm/nouveau/nouveau_platform.c of v6.1',
    },
    [
      ['nvidia,gm20b', 'v4.3'],
      ['nvidia,gk20a', 'v3.19'],
    ],
  ),
  ...driverRows(
    {
      driver: 'tegra-mc',
      role: 'iommu',
      archetype: 'iommu',
      mask: 34,
      iommuUse: 'none',
      kconfig: 'TEGRA_MC',
      note: 'registers the SMMU on Tegra30 to 210, the GART on Tegra20',
      source: 'drivers/memory/tegra/mc.c of v6.1',
    },
    [
      ['nvidia,tegra210-mc', 'v4.3'],
      ['nvidia,tegra124-mc', 'v3.19'],
      ['nvidia,tegra132-mc', 'v4.2'],
    ],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'parent',
      archetype: null,
      mask: null,
      iommuUse: 'none',
      kconfig: 'TEGRA_AHB',
      note: 'not read',
      source: 'drivers/amba/tegra-ahb.c of v6.1',
    },
    [['nvidia,tegra30-ahb', 'v3.18']],
  ),
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
    [['nvidia,smmu-500', 'v5.9']],
  ),
  ...driverRows(
    {
      driver: 'tegra-mc',
      role: 'iommu',
      archetype: 'iommu',
      mask: 32,
      maskNote: 'by SoC: 32 bits to Tegra114, 34 to 210, 40 after',
      iommuUse: 'none',
      kconfig: 'TEGRA_MC',
      note: 'registers the SMMU on Tegra30 to 210, the GART on Tegra20',
      source: 'drivers/memory/tegra/mc.c of v6.1',
    },
    [['nvidia,tegra20-mc-gart', 'v5.2', { earliest: 'v5.1' }]],
  ),
  ...driverRows(
    {
      driver: 'tegra-mc',
      role: 'iommu',
      archetype: 'iommu',
      mask: 32,
      iommuUse: 'none',
      kconfig: 'TEGRA_MC',
      note: 'registers the SMMU on Tegra30 to 210, the GART on Tegra20',
      source: 'drivers/memory/tegra/mc.c of v6.1',
    },
    [
      ['nvidia,tegra30-mc', 'v3.18'],
      ['nvidia,tegra114-mc', 'v3.19'],
    ],
  ),
  ...driverRows(
    {
      driver: 'tegra-mc',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      iommuUse: 'none',
      kconfig: 'TEGRA_MC',
      note: 'registers the SMMU on Tegra30 to 210, the GART on Tegra20',
      source: 'drivers/memory/tegra/mc.c of v6.1',
    },
    [
      ['nvidia,tegra186-mc', 'v4.16'],
      ['nvidia,tegra194-mc', 'v5.6', { earliest: 'v5.5' }],
      ['nvidia,tegra234-mc', 'v5.19', { earliest: 'v5.18' }],
    ],
  ),
]
