/**
 * What a hole between ranges can serve. If a size fits, aligned to its own power of two, any smaller
 * one fits at the same frame; so a hole serves every size up to one number, and no other.
 */

const powers = Float64Array.from({ length: 56 }, (_, i) => 2 ** i)

function floorLog2(n: number): number {
  return n < 2 ** 31 ? 31 - Math.clz32(n) : 62 - Math.clz32(Math.floor(n / 2 ** 31))
}

/** The largest size that fits between `lo` and `end` (excluded), aligned to its power of two. */
export function largestAligned(lo: number, end: number): number {
  const length = end - lo
  if (length <= 1) return length < 1 ? 0 : 1
  let block = powers[floorLog2(length)]!
  // Of this power the hole may hold no aligned block; of the next lower one it always does.
  if (Math.ceil(lo / block) * block + block > end) block /= 2
  const more = end - Math.ceil(lo / (2 * block)) * (2 * block)
  return more > block ? more : block
}
