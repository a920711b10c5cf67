/**
 * What the workloads of bench/iova.ts cost Linux's own C: drivers/iommu/iova.c of 6.1.192, gcc 12.2
 * -O2, uncontended locks, called in a loop on the machine type of the other native figures (AMD
 * EPYC, 2 virtual CPUs). The median of the quiet passes, operations a second, and checksums of the
 * state that the same work leaves behind.
 */

/** A state: the sum of the first frames held, and of frame * (index + 1) all xored together. */
export interface Checksum {
  sum: number
  xor: string
}

export interface NativeCycle {
  live: number
  /** Sizes are 1 + (random & mask) frames. */
  mask: number
  tree: { runs: number; perSecond: number; state: Checksum }
  cached: { runs: number; perSecond: number; state: Checksum }
}

/** Workload f. */
export const cycles: readonly NativeCycle[] = [
  {
    live: 10_000,
    mask: 15,
    tree: {
      runs: 20_000,
      perSecond: 112_101,
      state: { sum: 10_020_782_787, xor: '0x3cd8833a' },
    },
    cached: {
      runs: 200_000,
      perSecond: 67_171_900,
      state: { sum: 9_800_347_184, xor: '0x1360088c' },
    },
  },
  {
    live: 60_000,
    mask: 15,
    tree: { runs: 2000, perSecond: 39_554, state: { sum: 42_757_123_156, xor: '0x20d63247a' } },
    cached: {
      runs: 20_000,
      perSecond: 63_459_400,
      state: { sum: 39_369_523_297, xor: '0x396ea8019' },
    },
  },
  {
    live: 100_000,
    mask: 7,
    tree: {
      runs: 2000,
      perSecond: 32_986.5,
      state: { sum: 76_064_206_946, xor: '0x1cdac0749a' },
    },
    cached: {
      runs: 20_000,
      perSecond: 49_136_400,
      state: { sum: 72_123_453_479, xor: '0x958f63816' },
    },
  },
]

/** 100,000 of 1 to 16 frames do not fit: the live ranges when the first request failed. */
export const fullAt = 87_303

export interface NativeFragments {
  name: string
  startPfn: number
  filled: number
  live: number
  failPerSecond: number
  refusePerSecond: number
  succeedPerSecond: number
}

/** Workload g. */
export const fragments: readonly NativeFragments[] = [
  {
    name: '128k',
    startPfn: 917_504,
    filled: 131_072,
    live: 65_536,
    failPerSecond: 4785.93,
    refusePerSecond: 114_573_000,
    succeedPerSecond: 4810.37,
  },
  {
    name: '1m',
    startPfn: 1,
    filled: 1_048_575,
    live: 524_287,
    failPerSecond: 359.439,
    refusePerSecond: 108_373_000,
    succeedPerSecond: 356.829,
  },
]
