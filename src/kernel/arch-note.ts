/** What an architecture means for the modelled changes, in words. */

/**
 * A sentence for kernels on which the IOMMU changes to the DMA API never run, else null. IOMMU-backed
 * DMA operations come to arm64 with commit 0db2e5d18f76, v4.4.
 */
export function archNote(arch: 'arm' | 'arm64'): string | null {
  return arch === 'arm64'
    ? 'on arm64 the modelled changes to the DMA API change nothing: it has no IOMMU-backed DMA operations before v4.4'
    : null
}
