/** Renesas R-Car Gen3, RZ/G2: IPMMU and its masters; see renesas-gen2.ts for Gen2. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `renesas,` with 64-bit cores. The IPMMU puts out 40 bits; of the masters only the DMA
 * controller sets a mask (40 bits), the others keep 32.
 */
export const renesas: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'ipmmu-vmsa',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      iommuUse: 'none',
      kconfig: 'IPMMU_VMSA',
      note: 'on Gen3 and later the driver translates an allow list of devices only',
      source: 'drivers/iommu/ipmmu-vmsa.c of v6.1',
    },
    [
      ['renesas,ipmmu-r8a774a1', 'v5.0'],
      ['renesas,ipmmu-r8a774b1', 'v5.6', { earliest: 'v5.5' }],
      ['renesas,ipmmu-r8a774c0', 'v5.0'],
      ['renesas,ipmmu-r8a774e1', 'v5.9'],
      ['renesas,ipmmu-r8a7795', 'v4.15'],
      ['renesas,ipmmu-r8a7796', 'v4.19'],
      ['renesas,ipmmu-r8a77961', 'v5.9'],
      ['renesas,ipmmu-r8a77965', 'v4.19'],
      ['renesas,ipmmu-r8a77970', 'v4.19'],
      ['renesas,ipmmu-r8a77980', 'v5.17', { earliest: 'v5.16' }],
      ['renesas,ipmmu-r8a77990', 'v5.0'],
      ['renesas,ipmmu-r8a77995', 'v4.19'],
      ['renesas,ipmmu-r8a779a0', 'v5.17', { earliest: 'v5.16' }],
      ['renesas,rcar-gen4-ipmmu-vmsa', 'v5.19', { earliest: 'v5.18' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'rcar-dmac',
      role: 'master',
      archetype: 'mem2mem',
      mask: 40,
      iommuUse: 'dma-api',
      kconfig: 'RCAR_DMAC',
      source: 'drivers/dma/sh/rcar-dmac.c of v6.1',
    },
    [
      ['renesas,dmac-r8a774a1', null, { by: 'renesas,rcar-dmac', bySince: 'v4.0' }],
      ['renesas,rcar-dmac', 'v4.0'],
    ],
  ),
  ...driverRows(
    {
      driver: 'rcar-fcp',
      role: 'master',
      archetype: 'capture',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_RENESAS_FCP',
      note: 'carries `iommus` for the VSP or FDP that allocates on it',
      source: 'drivers/media/platform/renesas/rcar-fcp.c of v6.1',
    },
    [
      ['renesas,fcpv', 'v4.8'],
      ['renesas,fcpf', 'v4.9'],
    ],
  ),
  ...driverRows(
    {
      driver: 'renesas_sdhi_internal_dmac',
      role: 'master',
      archetype: 'ring',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'MMC_SDHI_INTERNAL_DMAC',
      source: 'drivers/mmc/host/renesas_sdhi_internal_dmac.c of v6.1',
    },
    [
      ['renesas,sdhi-r8a774a1', null, { by: 'renesas,rcar-gen3-sdhi', bySince: 'v4.15' }],
      ['renesas,rcar-gen3-sdhi', 'v4.15'],
    ],
  ),
  ...driverRows(
    {
      driver: 'ravb',
      role: 'master',
      archetype: 'ring',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'RAVB',
      source: 'drivers/net/ethernet/renesas/ravb_main.c of v6.1',
    },
    [
      ['renesas,etheravb-r8a774a1', null, { by: 'renesas,etheravb-rcar-gen3', bySince: 'v4.5' }],
      ['renesas,etheravb-rcar-gen3', 'v4.5'],
    ],
  ),
  ...driverRows(
    {
      driver: 'rcar-pcie',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'PCIE_RCAR_HOST',
      pci: true,
      note: 'all functions share one id',
      source: 'drivers/pci/controller/pcie-rcar-host.c of v6.1',
    },
    [
      ['renesas,pcie-r8a774a1', null, { by: 'renesas,pcie-rcar-gen3', bySince: 'v4.10' }],
      ['renesas,pcie-rcar-gen3', 'v4.10'],
    ],
  ),
  ...driverRows(
    {
      driver: 'ipmmu-vmsa',
      role: 'iommu',
      archetype: 'iommu',
      mask: 40,
      iommuUse: 'none',
      kconfig: 'IPMMU_VMSA',
      driverSince: 'v3.18',
      note: 'mapped 2 GiB from 1 GiB, one mapping an IPMMU, by the driver itself',
      source: 'drivers/iommu/ipmmu-vmsa.c of v6.1',
    },
    [['renesas,ipmmu-vmsa', 'v4.0']],
  ),
]
