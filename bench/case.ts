/** What a benchmark is. */

/** The work: what it returns keeps it from being optimised away. */
export interface Work {
  (): number
  /** Runs before each call, outside the clock. */
  prepare?: () => void
  /** How often the work was called back so far, where it counts that. */
  callbacks?: () => number
}

/** One case. Seeded: two runs do the same work. */
export interface BenchCase {
  name: string
  /**
   * Sets the case up and returns the work. `quick` asks for less of it, where one operation takes
   * long.
   */
  make(quick: boolean): Work
  /** Operations that one call does; 1 when left out. */
  ops?: number
  /**
   * The same work done by a native peer: ns an operation (a measured constant, with its source
   * beside it), or what makes the peer do it, to be measured in the same run; null without the peer.
   */
  native?: number | ((quick: boolean) => (() => number) | null)
  /** How many times as slow as the peer it may be. */
  target?: number
}

/** One result, as `--json` prints it. */
export interface BenchResult {
  name: string
  /** Median. */
  nsPerOp: number
  /** Distance between the quartiles as a share of the median. */
  spread: number
  /** Fastest sample. */
  minNsPerOp: number
  samples: number
  native?: number
  /** Ours / native. */
  nativeRatio?: number
  target?: number
  /** Bytes of heap that one operation leaves to the garbage collector, warmed up. */
  bytesPerOp?: number
  /** Invalidation callbacks of one operation. */
  callbacksPerOp?: number
}
