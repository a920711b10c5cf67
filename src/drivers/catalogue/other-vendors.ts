/** Xilinx, Marvell, HiSilicon, Cavium, AMD. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `xlnx,`, `arasan,`, `marvell,`, `hisilicon,`, `cavium,` and `amd,`, too few for a file
 * each. Masks that are set have 40 to 64 bits; all but the GPU use the DMA API.
 */
export const otherVendors: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'xilinx-zynqmp-dma',
      role: 'master',
      archetype: 'mem2mem',
      mask: 44,
      coherentMask: 32,
      iommuUse: 'dma-api',
      kconfig: 'XILINX_ZYNQMP_DMA',
      source: 'drivers/dma/xilinx/zynqmp_dma.c of v6.1',
    },
    [['xlnx,zynqmp-dma-1.0', 'v4.8']],
  ),
  ...driverRows(
    {
      driver: 'xhci-hcd',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      maskNote: '32 bits where AC64 is clear',
      iommuUse: 'dma-api',
      kconfig: 'USB_XHCI_PLATFORM',
      source: 'drivers/usb/host/xhci-plat.c of v6.1',
    },
    [['marvell,armada-8k-xhci', null, { by: 'generic-xhci', bySince: 'v3.18' }]],
  ),
  ...driverRows(
    {
      driver: 'sdhci-arasan',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      maskNote: '32 bits where the capabilities do not advertise 64',
      iommuUse: 'dma-api',
      kconfig: 'MMC_SDHCI_OF_ARASAN',
      source: 'drivers/mmc/host/sdhci-of-arasan.c of v6.1',
    },
    [
      ['xlnx,zynqmp-8.9a', 'v5.6', { earliest: 'v5.5' }],
      ['arasan,sdhci-8.9a', 'v3.18'],
    ],
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
    [
      ['marvell,ap806-smmu-500', null, { by: 'arm,mmu-500', bySince: 'v3.18' }],
      ['cavium,smmu-v2', 'v4.7', { earliest: 'v4.6' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'ahci',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      maskNote: '32 bits where CAP.S64A is clear',
      iommuUse: 'dma-api',
      kconfig: 'SATA_AHCI_PLATFORM',
      source: 'drivers/ata/ahci_platform.c of v6.1',
    },
    [['marvell,armada-8k-ahci', null, { by: 'generic-ahci', bySince: 'v3.19' }]],
  ),
  ...driverRows(
    {
      driver: 'arasan-nand-controller',
      role: 'master',
      archetype: 'raw',
      mask: 64,
      coherentMask: 32,
      iommuUse: 'dma-api',
      kconfig: 'MTD_NAND_ARASAN',
      source: 'drivers/mtd/nand/raw/arasan-nand-controller.c of v6.1',
    },
    [
      ['xlnx,zynqmp-nand-controller', 'v5.8'],
      ['arasan,nfc-v3p10', 'v5.8'],
    ],
  ),
  ...driverRows(
    {
      driver: 'nwl-pcie',
      role: 'master',
      archetype: 'bus',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'PCIE_XILINX_NWL',
      pci: true,
      note: '`iommus` on the host says nothing about its functions',
      source: 'drivers/pci/controller/pcie-xilinx-nwl.c of v6.1',
    },
    [['xlnx,nwl-pcie-2.11', 'v4.6']],
  ),
  ...driverRows(
    {
      driver: 'zynqmp-qspi',
      role: 'master',
      archetype: 'raw',
      mask: 44,
      coherentMask: 32,
      iommuUse: 'dma-api',
      kconfig: 'SPI_ZYNQMP_GQSPI',
      source: 'drivers/spi/spi-zynqmp-gqspi.c of v6.1',
    },
    [['xlnx,zynqmp-qspi-1.0', 'v4.2']],
  ),
  ...driverRows(
    {
      driver: 'armada8k-pcie',
      role: 'master',
      archetype: 'bus',
      mask: null,
      maskNote:
        '32 bits are set only where the controller itself receives MSIs, which these leave to the interrupt controller',
      iommuUse: 'dma-api',
      kconfig: 'PCIE_ARMADA_8K',
      pci: true,
      source: 'drivers/pci/controller/dwc/pcie-armada8k.c of v6.1',
    },
    [['marvell,armada8k-pcie', 'v4.7', { earliest: 'v4.6' }]],
  ),
  ...driverRows(
    {
      driver: 'xenon-sdhci',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      maskNote: '32 bits where the capabilities do not advertise 64',
      iommuUse: 'dma-api',
      kconfig: 'MMC_SDHCI_XENON',
      source: 'drivers/mmc/host/sdhci-xenon.c of v6.1',
    },
    [['marvell,armada-cp110-sdhci', 'v4.12']],
  ),
  ...driverRows(
    {
      driver: 'hisi_sec_platform_driver',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      iommuUse: 'dma-api',
      kconfig: 'CRYPTO_DEV_HISI_SEC',
      source: 'drivers/crypto/hisilicon/sec/sec_drv.c of v6.1',
    },
    [['hisilicon,hip07-sec', 'v4.19']],
  ),
  ...driverRows(
    {
      driver: 'amd-xgbe',
      role: 'master',
      archetype: 'ring',
      mask: 40,
      maskNote: 'MAC_HWF1R: 32, 40 or 48 bits',
      iommuUse: 'dma-api',
      kconfig: 'AMD_XGBE',
      source: 'drivers/net/ethernet/amd/xgbe/xgbe-platform.c of v6.1',
    },
    [['amd,xgbe-seattle-v1a', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'adreno',
      role: 'master',
      archetype: 'raw',
      mask: null,
      iommuUse: 'none',
      kconfig: 'DRM_MSM',
      component: 'msm',
      note: 'this GPU has an MMU of its own',
      source: 'drivers/gpu/drm/msm/adreno/adreno_device.c of v6.1',
    },
    [['amd,imageon', 'v5.0']],
  ),
  ...driverRows(
    {
      driver: 'ccp',
      role: 'master',
      archetype: 'mem2mem',
      mask: 48,
      iommuUse: 'dma-api',
      kconfig: 'CRYPTO_DEV_CCP_DD',
      source: 'drivers/crypto/ccp/sp-platform.c of v6.1',
    },
    [['amd,ccp-seattle-v1a', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'dwc3-xilinx',
      role: 'parent',
      archetype: 'bus',
      mask: null,
      iommuUse: 'none',
      kconfig: 'USB_DWC3_XILINX',
      populates: true,
      source: 'drivers/usb/dwc3/dwc3-xilinx.c of v6.1',
    },
    [['xlnx,zynqmp-dwc3', 'v4.5']],
  ),
]
