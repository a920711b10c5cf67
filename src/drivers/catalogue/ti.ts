/** Texas Instruments OMAP, DRA7: IOMMU, remote processors, camera, buses. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Strings of `ti,`: the IOMMUs, their two users (the camera with an ARM mapping, remote processors
 * with a raw domain), and the bus nodes that decide whether those get devices.
 */
export const ti: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'omap-iommu',
      role: 'iommu',
      archetype: 'iommu',
      mask: null,
      iommuUse: 'none',
      kconfig: 'OMAP_IOMMU',
      source: 'drivers/iommu/omap-iommu.c of v6.1',
    },
    [
      ['ti,omap2-iommu', 'v3.18'],
      ['ti,dra7-dsp-iommu', 'v4.4'],
      ['ti,omap4-iommu', 'v3.18'],
      ['ti,dra7-iommu', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'omap3isp',
      role: 'master',
      archetype: 'capture',
      mask: 32,
      iommuUse: 'arm-mapping',
      kconfig: 'VIDEO_OMAP3',
      driverSince: 'v3.18',
      note: 'makes an ARM mapping of 2 GiB at 1 GiB and attaches; -ENODEV without ARM_DMA_USE_IOMMU',
      source: 'drivers/media/platform/ti/omap3isp/isp.c of v6.1',
    },
    [['ti,omap3-isp', 'v4.1']],
  ),
  ...driverRows(
    {
      driver: 'omap-rproc',
      role: 'master',
      archetype: 'raw',
      mask: null,
      iommuUse: 'own-domain',
      kconfig: 'OMAP_REMOTEPROC',
      note: 'domain and mappings are made when the remote processor boots',
      source: 'drivers/remoteproc/omap_remoteproc.c of v6.1',
    },
    [
      ['ti,dra7-ipu', 'v5.7'],
      ['ti,dra7-dsp', 'v5.7'],
      ['ti,omap4-dsp', 'v5.7'],
      ['ti,omap4-ipu', 'v5.7'],
      ['ti,omap5-dsp', 'v5.7'],
      ['ti,omap5-ipu', 'v5.7'],
    ],
  ),
  ...driverRows(
    {
      driver: 'omap_l3_smx',
      role: 'parent',
      archetype: null,
      mask: null,
      iommuUse: 'none',
      kconfig: 'OMAP_INTERCONNECT',
      source: 'drivers/bus/omap_l3_smx.c of v6.1',
    },
    [['ti,omap3-l3-smx', 'v3.19']],
  ),
  ...driverRows(
    {
      driver: 'ti-sysc',
      role: 'parent',
      archetype: 'bus',
      mask: null,
      iommuUse: 'none',
      kconfig: 'TI_SYSC',
      populates: true,
      source: 'drivers/bus/ti-sysc.c of v6.1',
    },
    [['ti,sysc', null, { by: 'ti,sysc-*', bySince: 'v4.15' }]],
  ),
]
