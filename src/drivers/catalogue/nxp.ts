/** NXP Layerscape and i.MX. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `fsl,`: PCI and MC buses, SD and Ethernet, and the PAMU, an IOMMU of PowerPC parts.
 * Every master uses the DMA API.
 */
export const nxp: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'layerscape-pcie-gen4',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'PCIE_LAYERSCAPE_GEN4',
      pci: true,
      source: 'drivers/pci/controller/mobiveil/pcie-layerscape-gen4.c of v6.1',
    },
    [['fsl,lx2160a-pcie', 'v5.7']],
  ),
  ...driverRows(
    {
      driver: 'layerscape-pcie',
      role: 'master',
      archetype: 'bus',
      mask: null,
      maskNote:
        '32 bits are set only where the controller itself receives MSIs, which these leave to the interrupt controller',
      iommuUse: 'dma-api',
      kconfig: 'PCI_LAYERSCAPE',
      pci: true,
      note: 'the iommu-map is a placeholder for the boot loader',
      source: 'drivers/pci/controller/dwc/pci-layerscape.c of v6.1',
    },
    [
      ['fsl,ls1028a-pcie', 'v5.6', { earliest: 'v5.5' }],
      ['fsl,ls2080a-pcie', 'v4.4'],
      ['fsl,ls2088a-pcie', 'v4.14'],
      ['fsl,ls1088a-pcie', 'v4.14'],
      ['fsl,ls2085a-pcie', 'v4.6'],
    ],
  ),
  ...driverRows(
    {
      driver: 'fsl_mc_bus',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'FSL_MC_BUS',
      note: 'the iommu-map is a placeholder for the boot loader',
      source: 'drivers/bus/fsl-mc/fsl-mc-bus.c of v6.1',
    },
    [['fsl,qoriq-mc', 'v4.1']],
  ),
  ...driverRows(
    {
      driver: 'sdhci-esdhc-imx',
      role: 'master',
      archetype: 'ring',
      mask: 32,
      maskNote: '64 bits where the capabilities advertise it',
      iommuUse: 'dma-api',
      kconfig: 'MMC_SDHCI_ESDHC_IMX',
      source: 'drivers/mmc/host/sdhci-esdhc-imx.c of v6.1',
    },
    [
      ['fsl,imx8qm-usdhc', null, { by: 'fsl,imx8qxp-usdhc', bySince: 'v5.2' }],
      ['fsl,imx8qxp-usdhc', 'v5.2', { earliest: 'v5.1' }],
      ['fsl,imx7d-usdhc', 'v4.3'],
    ],
  ),
  ...driverRows(
    {
      driver: 'fec',
      role: 'master',
      archetype: 'ring',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: 'FEC',
      source: 'drivers/net/ethernet/freescale/fec_main.c of v6.1',
    },
    [
      ['fsl,imx8qm-fec', 'v5.15'],
      ['fsl,imx6sx-fec', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'fsl-of-pamu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'FSL_PAMU',
      source: 'drivers/iommu/fsl_pamu.c of v6.1',
    },
    [
      ['fsl,qoriq-device-config-1.0', 'v3.18'],
      ['fsl,qoriq-device-config-2.0', 'v3.18'],
      ['fsl,t4240-l3-cache-controller', 'v3.18'],
      ['fsl,b4860-l3-cache-controller', 'v3.18'],
      ['fsl,p4080-l3-cache-controller', 'v3.18'],
    ],
  ),
]
