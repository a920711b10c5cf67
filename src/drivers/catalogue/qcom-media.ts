/** Qualcomm: video, camera, Wi-Fi, modem network. */
import { type CatalogueRow, driverRows } from './row.ts'

/**
 * Venus, CAMSS, IPA and ath10k/ath11k. Venus masks are no powers of two: the driver stops at
 * 0xdfffffff or below. Firmware contexts of video and Wi-Fi are nodes without a string.
 */
export const qcomMedia: readonly CatalogueRow[] = [
  ...driverRows(
    {
      driver: 'ath10k_snoc',
      role: 'master',
      archetype: 'ring',
      mask: 35,
      iommuUse: 'dma-api',
      kconfig: 'ATH10K_SNOC',
      source: 'drivers/net/wireless/ath/ath10k/snoc.c of v6.1',
    },
    [['qcom,wcn3990-wifi', 'v4.18']],
  ),
  ...driverRows(
    {
      driver: 'ipa',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      iommuUse: 'dma-api',
      kconfig: 'QCOM_IPA',
      note: 'maps some ranges one to one into its default domain, past the allocator',
      source: 'drivers/net/ipa/ipa_main.c of v6.1',
    },
    [
      ['qcom,sc7180-ipa', 'v5.7'],
      ['qcom,sdm845-ipa', 'v5.7'],
      ['qcom,sc7280-ipa', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,sm8350-ipa', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-venus',
      role: 'master',
      archetype: 'mem2mem',
      mask: 0xdfffffff,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_VENUS',
      populates: true,
      source: 'drivers/media/platform/qcom/venus/core.c of v6.1',
    },
    [
      ['qcom,sc7180-venus', 'v5.7'],
      ['qcom,sdm845-venus-v2', 'v5.7'],
      ['qcom,sc7280-venus', 'v5.17', { earliest: 'v5.16' }],
      ['qcom,sm8250-venus', 'v5.14', { earliest: 'v5.13' }],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-camss',
      role: 'master',
      archetype: 'capture',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_CAMSS',
      source: 'drivers/media/platform/qcom/camss/camss.c of v6.1',
    },
    [
      ['qcom,msm8916-camss', 'v4.14'],
      ['qcom,sdm845-camss', 'v5.14', { earliest: 'v5.13' }],
      ['qcom,msm8996-camss', 'v4.19'],
      ['qcom,sm8250-camss', 'v5.19', { earliest: 'v5.18' }],
      ['qcom,sdm660-camss', 'v5.11'],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-venus',
      role: 'master',
      archetype: 'mem2mem',
      mask: 0xddbfffff,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_VENUS',
      populates: true,
      source: 'drivers/media/platform/qcom/venus/core.c of v6.1',
    },
    [
      ['qcom,msm8916-venus', 'v4.13'],
      ['qcom,msm8996-venus', 'v4.13'],
    ],
  ),
  ...driverRows(
    {
      driver: 'ath11k',
      role: 'master',
      archetype: 'ring',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: 'ATH11K_AHB',
      source: 'drivers/net/wireless/ath/ath11k/ahb.c of v6.1',
    },
    [['qcom,wcn6750-wifi', 'v5.19', { earliest: 'v5.18' }]],
  ),
  ...driverRows(
    {
      driver: 'qcom-venus',
      role: 'master',
      archetype: 'mem2mem',
      mask: 0xd8ffffff,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_VENUS',
      populates: true,
      source: 'drivers/media/platform/qcom/venus/core.c of v6.1',
    },
    [['qcom,sdm660-venus', 'v5.17', { earliest: 'v5.16' }]],
  ),
  ...driverRows(
    {
      driver: 'qcom-venus',
      role: 'master',
      archetype: 'mem2mem',
      mask: 0xddbfffff,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_VENUS',
      populates: true,
      source: 'drivers/media/platform/qcom/venus/core.c of v6.12',
    },
    [['qcom,msm8998-venus', 'v6.12', { earliest: 'v6.10' }]],
  ),
  ...driverRows(
    {
      driver: 'ipa',
      role: 'master',
      archetype: 'ring',
      mask: 64,
      iommuUse: 'dma-api',
      kconfig: 'QCOM_IPA',
      note: 'maps some ranges one to one into its default domain, past the allocator',
      source: 'drivers/net/ipa/ipa_main.c of v6.12',
    },
    [
      ['qcom,sm8550-ipa', 'v6.8', { earliest: 'v6.7' }],
      ['qcom,sm8650-ipa', null, { by: 'qcom,sm8550-ipa', bySince: 'v6.8' }],
      ['qcom,sm6350-ipa', 'v6.2'],
    ],
  ),
  ...driverRows(
    {
      driver: 'qcom-camss',
      role: 'master',
      archetype: 'capture',
      mask: 32,
      iommuUse: 'dma-api',
      kconfig: 'VIDEO_QCOM_CAMSS',
      source: 'drivers/media/platform/qcom/camss/camss.c of v6.12',
    },
    [['qcom,sc8280xp-camss', 'v6.12', { earliest: 'v6.10' }]],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'raw',
      mask: 32,
      iommuUse: 'own-domain',
      kconfig: 'VIDEO_QCOM_VENUS',
      note: 'made by hand by the Venus driver, in a domain of its own; nothing binds it',
      source: 'drivers/media/platform/qcom/venus/firmware.c of v6.1',
    },
    [['(none):video-firmware', 'v5.0']],
  ),
  ...driverRows(
    {
      driver: null,
      role: 'master',
      archetype: 'raw',
      mask: 32,
      iommuUse: 'own-domain',
      kconfig: 'ATH10K_SNOC',
      note: 'made by hand by the Wi-Fi driver, in a domain of its own; nothing binds it',
      source: 'drivers/net/wireless/ath/ath10k/snoc.c of v6.1',
    },
    [['(none):wifi-firmware', 'v5.8']],
  ),
]
