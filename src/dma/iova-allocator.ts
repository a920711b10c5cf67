/**
 * What every IOVA allocator of this folder can do. All numbers are page frame numbers: an I/O
 * address divided by the granule (struct iova_domain, include/linux/iova.h v6.1).
 */

/** The highest page frame that can be handed out; above it the arithmetic of doubles ends. */
export const TOP_PFN = Number.MAX_SAFE_INTEGER - 1

/** A range of page frames, both ends included. */
export interface IovaRange {
  lo: number
  hi: number
}

/** Hands out ranges of page frames, top down. */
export interface IovaAllocator {
  /** Nothing below it is handed out; it can be reserved all the same. */
  readonly startPfn: number
  /** Ranges taken or reserved now. */
  readonly live: number
  /**
   * Takes `size` frames of which none is above `limit`; `aligned` asks for a first frame that is a
   * multiple of the size rounded up to a power of two. The first frame, or null.
   */
  alloc(size: number, limit: number, aligned: boolean): number | null
  /** Gives back the whole range that holds the frame. False when none does. */
  free(pfn: number): boolean
  /**
   * Takes the frames from `lo` to `hi`, wherever they are. Ranges in the way are stretched down to
   * close the holes between them and keep their top; what remains above the last of them becomes a
   * range. Returns the range that holds `hi`, or null for frames that make no sense.
   */
  reserve(lo: number, hi: number): IovaRange | null
  /** The range that holds the frame. */
  find(pfn: number): IovaRange | null
  /** Every range, ascending. */
  ranges(): IovaRange[]
}

/** The smallest power of two that is not below `size`; `size` is at least 1. */
export function powerOfTwoFrom(size: number): number {
  // A shift where it can be one: `**` is a call into the C library.
  if (size <= 2 ** 30) return size <= 1 ? 1 : 1 << (32 - Math.clz32(size - 1))
  let power = 2 ** 31
  while (power < size) power *= 2
  return power
}

/** The last frame that Linux reserves: its address must fit into 64 bits (reserve_iova()). */
export function lastReservable(granule: number): number {
  return Math.min(TOP_PFN, 2 ** 64 / granule - 1)
}

/** True for a frame number that an allocator can work with. */
export function isPfn(n: unknown): n is number {
  return typeof n === 'number' && n >= 0 && n <= TOP_PFN && Math.floor(n) === n
}
