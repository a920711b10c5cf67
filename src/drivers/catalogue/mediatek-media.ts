/** MediaTek: video codecs, JPEG, scalers. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Memory-to-memory engines of MediaTek. All use the DMA API; masks are 34 bits for codecs of
 * MT8186, MT8192 and MT8195, elsewhere the drivers set none and 32 bits stay.
 */
export const mediatekMedia: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP3',
      note: 'listed by id only: its driver looks the node up, none binds it',
      source: 'drivers/media/platform/mediatek/mdp3/mtk-mdp3-comp.c of v6.1',
    },
    [
      ['mediatek,mt8183-mdp3-wrot', 'v6.1'],
      ['mediatek,mt8183-mdp3-wdma', 'v6.1'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-jpeg',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_JPEG',
      source: 'drivers/media/platform/mediatek/jpeg/mtk_jpeg_core.c of v6.1',
    },
    [
      ['mediatek,mtk-jpgenc', 'v5.10'],
      ['mediatek,mt8183-jpgenc', null, { by: 'mediatek,mtk-jpgenc', bySince: 'v5.10' }],
      ['mediatek,mt8173-jpgdec', 'v4.12'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-mdp3',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP3',
      note: 'bound on the first RDMA; the rest are looked up by node',
      source: 'drivers/media/platform/mediatek/mdp3/mtk-mdp3-core.c of v6.12',
    },
    [
      ['mediatek,mt8195-mdp3-rdma', 'v6.9'],
      ['mediatek,mt8195-mdp3-wrot', 'v6.9'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-mdp3',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP3',
      note: 'bound on the first RDMA; the rest are looked up by node',
      source: 'drivers/media/platform/mediatek/mdp3/mtk-mdp3-core.c of v6.1',
    },
    [['mediatek,mt8183-mdp3-rdma', 'v6.1']],
  ),
  ...driverRows(
    {
      driver: 'mtk-vcodec-dec',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_VCODEC',
      source: 'drivers/media/platform/mediatek/vcodec/mtk_vcodec_dec_drv.c of v6.1',
    },
    [
      ['mediatek,mt8183-vcodec-dec', 'v5.17', { earliest: 'v5.16' }],
      ['mediatek,mt8173-vcodec-dec', 'v4.10'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-vdec-comp',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_VCODEC',
      note: 'buffers are allocated on the parent; the ports here do the accesses',
      source: 'drivers/media/platform/mediatek/vcodec/mtk_vcodec_dec_hw.c of v6.1',
    },
    [
      ['mediatek,mtk-vcodec-core', 'v5.19', { earliest: 'v5.18' }],
      ['mediatek,mtk-vcodec-lat', 'v5.19', { earliest: 'v5.18' }],
      ['mediatek,mtk-vcodec-lat-soc', 'v6.0'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-jpegdec-hw',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_JPEG',
      source: 'drivers/media/platform/mediatek/jpeg/mtk_jpeg_dec_hw.c of v6.12',
    },
    [['mediatek,mt8195-jpgdec-hw', 'v6.2']],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP3',
      note: 'listed by id only: its driver looks the node up, none binds it',
      source: 'drivers/media/platform/mediatek/mdp3/mtk-mdp3-comp.c of v6.12',
    },
    [['mediatek,mt8195-mdp3-ovl', 'v6.9']],
  ),
  ...driverRows(
    {
      driver: 'mtk-jpegenc-hw',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_JPEG',
      source: 'drivers/media/platform/mediatek/jpeg/mtk_jpeg_enc_hw.c of v6.12',
    },
    [['mediatek,mt8195-jpgenc-hw', 'v6.2']],
  ),
  ...driverRows(
    {
      driver: 'mtk-vcodec-dec',
      role: 'master',
      archetype: 'mem2mem',
      mask: 34,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_VCODEC',
      populates: true,
      source: 'drivers/media/platform/mediatek/vcodec/mtk_vcodec_dec_drv.c of v6.1',
    },
    [
      ['mediatek,mt8186-vcodec-dec', 'v5.19', { earliest: 'v5.18' }],
      ['mediatek,mt8195-vcodec-dec', 'v6.0'],
      ['mediatek,mt8192-vcodec-dec', 'v5.19', { earliest: 'v5.18' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-vcodec-enc',
      role: 'master',
      archetype: 'mem2mem',
      mask: 34,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_VCODEC',
      source: 'drivers/media/platform/mediatek/vcodec/mtk_vcodec_enc_drv.c of v6.1',
    },
    [
      ['mediatek,mt8186-vcodec-enc', null, { by: 'mediatek,mt8183-vcodec-enc', bySince: 'v5.10' }],
      ['mediatek,mt8195-vcodec-enc', 'v5.17', { earliest: 'v5.16' }],
      ['mediatek,mt8192-vcodec-enc', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-vcodec-enc',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_VCODEC',
      source: 'drivers/media/platform/mediatek/vcodec/mtk_vcodec_enc_drv.c of v6.1',
    },
    [
      ['mediatek,mt8183-vcodec-enc', 'v5.10'],
      ['mediatek,mt8173-vcodec-enc', 'v4.8'],
      ['mediatek,mt8173-vcodec-enc-vp8', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-jpeg',
      role: 'master',
      archetype: 'mem2mem',
      mask: 34,
      maskNote: '34 bits where the node has dma-ranges of its own',
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_JPEG',
      source: 'drivers/media/platform/mediatek/jpeg/mtk_jpeg_core.c of v6.1',
    },
    [['mediatek,mt8186-jpgenc', null, { by: 'mediatek,mtk-jpgenc', bySince: 'v5.10' }]],
  ),
  ...driverRows(
    {
      driver: 'mtk-jpeg',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_JPEG',
      populates: true,
      populatesSince: 'v6.12',
      source: 'drivers/media/platform/mediatek/jpeg/mtk_jpeg_core.c of v6.12',
    },
    [
      ['mediatek,mt8195-jpgdec', 'v6.2'],
      ['mediatek,mt8195-jpgenc', 'v6.2'],
    ],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP',
      note: 'looked up by node; the first one binds by its older string',
      source: 'drivers/media/platform/mediatek/mdp/mtk_mdp_core.c of v6.1',
    },
    [['mediatek,mt8173-mdp-rdma', 'v4.10']],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP',
      note: 'listed by id only: its driver looks the node up, none binds it',
      source: 'drivers/media/platform/mediatek/mdp/mtk_mdp_core.c of v6.1',
    },
    [
      ['mediatek,mt8173-mdp-wrot', 'v4.10'],
      ['mediatek,mt8173-mdp-wdma', 'v4.10'],
    ],
  ),
  ...driverRows(
    {
      driver: 'mtk-mdp',
      role: 'master',
      archetype: 'mem2mem',
      mask: null,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_MEDIATEK_MDP',
      source: 'drivers/media/platform/mediatek/mdp/mtk_mdp_core.c of v6.1',
    },
    [['mediatek,mt8173-mdp', 'v4.10']],
  ),
]
