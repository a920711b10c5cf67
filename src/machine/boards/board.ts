/** A board that comes with dmaplumb: `board:NAME` on the command line. */
export interface BuiltInBoard {
  /** What follows `board:`. */
  readonly name: string
  /** One line for a list. */
  readonly title: string
  /** Device tree source. Written for dmaplumb; clocks, supplies and pins are left out. */
  readonly dts: string
  /** What a reader must know before trusting a verdict: sources, and what is ours. */
  readonly notes: readonly string[]
}
