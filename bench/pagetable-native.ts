/**
 * What workloads a to e (pagetable-workloads.ts) cost Linux's own C: drivers/iommu/io-pgtable-arm.c and
 * io-pgtable-arm-v7s.c of 6.1.192, gcc 12.2 -O2, coherent walks, empty TLB callbacks, called in a loop
 * on an AMD EPYC with 2 virtual CPUs. The median of the quiet passes, operations a second; `target`
 * says how many times as long ours may take.
 */
export interface NativeRate {
  perSecond: number
  target: number
}

/** arm_64_lpae_s1: 48 bits on both sides, pages of 4 KiB, 2 MiB and 1 GiB. */
export const lpae = {
  /** Pairs of an unmap and a map. */
  randomPages: { perSecond: 7_493_890, target: 1 },
  /** Pages mapped and unmapped. */
  pagesOf2MiB: { perSecond: 304_722_000, target: 1 },
  /** Pages. */
  gibibyteAsPages: { perSecond: 818_175_000, target: 1 },
  lookups: { perSecond: 107_696_000, target: 2 },
  /** Pairs of a map and an unmap. */
  blocks: { perSecond: 52_249_300, target: 3 },
} satisfies Record<string, NativeRate>

/** arm_v7s: 32 bits, 4 and 64 KiB, 1 and 16 MiB. */
export const v7s = {
  randomPages: { perSecond: 20_356_800, target: 2 },
  pagesOf2MiB: { perSecond: 66_245_000, target: 2 },
  lookups: { perSecond: 199_111_000, target: 2 },
} satisfies Record<string, NativeRate>
