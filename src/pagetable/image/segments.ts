/** Which physical addresses an image holds, and where in the file they lie. */
import type { Phys } from '../../base/addr.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'

/** A stretch of memory that lies in one piece in the file. All in bytes. */
export interface Segment {
  base: Phys
  size: number
  /** Where in the file. */
  offset: number
}

/** The memory in a file; null segments: it cannot be read. */
export interface ImageParts {
  segments: readonly Segment[] | null
  diagnostics: readonly Diagnostic[]
}

/** A stretch of memory, wherever its pieces lie in the file. */
export interface Run {
  base: Phys
  size: number
}

/**
 * The segments by address, without overlaps (where two hold the same address, the one that starts
 * first has it) and with neighbours joined that are neighbours in the file too.
 */
export function orderedSegments(segments: readonly Segment[]): Segment[] {
  const sorted = segments
    .filter((s) => s.size > 0)
    .sort((a, b) => a.base - b.base || b.size - a.size)
  const kept: Segment[] = []
  let end = 0
  for (const segment of sorted) {
    const skip = Math.max(0, end - segment.base)
    if (skip >= segment.size) continue
    const base = segment.base + skip
    const offset = segment.offset + skip
    const size = segment.size - skip
    const last = kept.at(-1)
    if (last !== undefined && last.base + last.size === base && last.offset + last.size === offset)
      last.size += size
    else kept.push({ base, size, offset })
    end = base + size
  }
  return kept
}

/** The runs that ordered segments make. */
export function runsOf(segments: readonly Segment[]): Run[] {
  const runs: Run[] = []
  for (const { base, size } of segments) {
    const last = runs.at(-1)
    if (last !== undefined && last.base + last.size === base) last.size += size
    else runs.push({ base, size })
  }
  return runs
}

/** Index of the last of ordered stretches that begins at or below `address`, or -1. */
export function lastAtOrBelow(stretches: readonly { base: Phys }[], address: Phys): number {
  let low = 0
  let high = stretches.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (stretches[middle]!.base <= address) low = middle + 1
    else high = middle
  }
  return low - 1
}
