/**
 * Renesas R-Car H1 and Gen2 of the time of v3.18: masters whose trees have no `iommus`. Their
 * drivers use the DMA API with the default mask.
 */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Display, video and JPEG masters of r8a7778 to r8a7791. None sets a mask, so 32 bits stay. Read
 * from v3.18-based trees; rows marked `memory` were not.
 */
export const renesasGen2: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'rcar-du',
      role: 'master',
      archetype: 'scanout',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'DRM_RCAR_DU',
      note: 'buffers are contiguous coherent memory, allocated on this device',
      source: 'drivers/gpu/drm/rcar-du/rcar_du_drv.c in a v3.18-based tree',
    },
    [
      ['renesas,du-r8a7779', 'v3.18'],
      ['renesas,du-r8a7790', 'v3.18'],
      ['renesas,du-r8a7791', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'vsp1',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_RENESAS_VSP1',
      source: 'drivers/media/platform/vsp1/vsp1_drv.c in two v3.18-based trees',
    },
    [['renesas,vsp1', 'v3.18']],
  ),
  ...driverRows(
    {
      driver: 'rcar_vin',
      role: 'master',
      archetype: 'capture',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_RCAR_VIN',
      note: 'a soc_camera driver then; probe fails without an endpoint in the tree',
      source: 'drivers/media/platform/soc_camera/rcar_vin.c in a v3.18-based tree',
    },
    [
      ['renesas,vin-r8a7778', 'v3.18'],
      ['renesas,vin-r8a7779', 'v3.18'],
      ['renesas,vin-r8a7790', 'v3.18'],
      ['renesas,vin-r8a7791', 'v3.18'],
    ],
  ),
  ...driverRows(
    {
      driver: 'rcar_fdp1',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_RENESAS_FDP1',
      sinceConfidence: 'memory',
      source: 'driver and release from memory',
    },
    [['renesas,fdp1', 'v4.10']],
  ),
  ...driverRows(
    {
      driver: 'rcar_jpu',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_RENESAS_JPU',
      sinceConfidence: 'memory',
      source: 'driver and release from memory',
    },
    [
      ['renesas,jpu-r8a7790', 'v4.3'],
      ['renesas,jpu-r8a7791', 'v4.3'],
    ],
  ),
]
