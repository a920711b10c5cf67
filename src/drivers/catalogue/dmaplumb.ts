/** Masters of the teaching board: ours, there in every kernel. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * One driver that uses the DMA API only and one that manages a domain by itself, both with a 32-bit
 * mask. No tree but the teaching board has these strings.
 */
export const dmaplumbRows: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'generic-master',
      role: 'master',
      archetype: 'ring',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: null,
      note: 'a driver that never heard of an IOMMU',
      source: 'made up, for the teaching board',
    },
    [['dmaplumb,generic-master', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'raw-iommu-user',
      role: 'master',
      archetype: 'raw',
      mask: 32,
      iommuUse: 'own-domain',
      kconfig: null,
      note: 'a raw IOMMU API user of the tegra-drm kind',
      source: 'made up, for the teaching board',
    },
    [['dmaplumb,raw-iommu-user', 'v3.18']],
  ),
]
