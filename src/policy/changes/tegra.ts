/** v3.19: the Tegra SMMU moves into the memory controller, and tegra-drm uses it. */
import type { ChangeRow } from '../change.ts'

/**
 * Both are in v3.19-rc1. The second maps through the IOMMU API, so the founding series leaves its
 * clients alone.
 */
export const tegraChanges: readonly ChangeRow[] = [
  {
    id: 'tegra-mc-smmu',
    commit: '891846516317',
    title: 'memory: Add NVIDIA Tegra memory controller support',
    author: 'Thierry Reding',
    date: '2014-04-16',
    release: 'v3.19',
    candidate: 'v3.19-rc1',
    kind: 'availability',
    arch: 'arm',
    subsystem: 'iommu/tegra',
    requires: [],
    conflicts: [],
    sets: { 'drivers.tegra-smmu': 'memory-controller' },
    effect: {
      before: 'The SMMU driver binds to a node of its own, nvidia,tegra30-smmu.',
      after:
        'The memory controller driver (Tegra30, 114, 124) registers the SMMU from its probe; one `iommus` cell, the swgroup. A master with entries for two SMMUs makes attach loop for ever.',
    },
    source: 'v3.19.8 tree, drivers/memory/tegra/mc.c and drivers/iommu/tegra-smmu.c',
    confidence: 'source',
  },
  {
    id: 'tegra-drm-iommu',
    commit: 'df06b759f2cf',
    title: 'drm/tegra: Add IOMMU support',
    author: 'Thierry Reding',
    date: '2014-06-26',
    release: 'v3.19',
    candidate: 'v3.19-rc1',
    kind: 'driver',
    arch: 'arm',
    subsystem: 'drm/tegra',
    requires: ['tegra-mc-smmu'],
    conflicts: [],
    sets: { 'clients.tegraDrm': 'raw-shared-domain' },
    effect: {
      before: 'Buffers have to be physically contiguous.',
      after:
        'All display controllers share one domain that the driver maps itself, below 2 GiB. The DMA API is not involved, so what broke the others leaves it alone.',
    },
    source: 'v3.18-based and v3.19.8 trees, drivers/gpu/drm/tegra/drm.c and dc.c',
    confidence: 'source',
  },
]
