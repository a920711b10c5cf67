/** What a source that breaks structural checks is. */

/** One source and what is to be found in it. */
export interface BrokenTree {
  /** What stands between the braces of the root node. */
  body: string
  /** All findings, of checks that are off by default too: `check path`, `check path property`. */
  finds: readonly string[]
  /** Where dtc 1.6.1 says something else: why we do not. */
  differs?: string
}
