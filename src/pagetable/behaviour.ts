/**
 * How Linux's code for a format behaves where formats differ. Each property is a declared
 * difference, resolved in rules.ts and named by a test; the engine never asks which format it runs.
 */
import type { Errno } from '../base/errno.ts'

/** Declared differences between the kernel's implementations. */
export interface FormatBehaviour {
  /** Mapping over a valid leaf: refuse with this error, or overwrite silently. */
  overMap: Errno | 'overwrite'
  /** As overMap, for pages above the last level. Default: overMap. */
  overMapLarge?: Errno | 'overwrite'
  /**
   * Where overMap refuses: the call ends with the error (default), or the `old` entry stays, the
   * call goes on and succeeds.
   */
  overMapKeeps?: 'error' | 'old'
  /** What a refused or failed map leaves behind of its own entries. */
  failedMapUndoes: boolean
  /** A table whose last entry goes is freed at once. */
  freesEmptyTables: boolean
  /** unmap over a hole: stop and return what was done, or count the hole as unmapped. */
  unmapHole: 'stop' | 'count'
  /** Unmapping clears the whole entry, or only the field named `valid`. */
  unmapClears: 'entry' | 'valid-bit'
  /**
   * Mapping a small page where a larger one is: refuse; `replace` the one entry by a table; or
   * `replace-page`, and clear the other entries of the larger page. Default: overMap.
   */
  mapUnderLeaf?: Errno | 'replace' | 'replace-page'
  /**
   * Pages that `map` writes: of the size `asked` for (default), or the `largest` that fit from
   * address to address, whatever was asked for. Then `mapSizes` may name sizes without a leaf.
   */
  mapPicks?: 'asked' | 'largest'
  /**
   * Mapping a large page where a table is: `replace`, the table and what it maps go, silently;
   * `replace-empty`, only a table that maps nothing goes, else refuse with overMap's error.
   * Default `replace`.
   */
  mapOverTable?: 'replace' | 'replace-empty'
  /**
   * What is checked for over-mapping before its first entry is written: a whole `call` (one table
   * of it), one `page` (default), or each `entry` by itself.
   */
  mapChecks?: 'call' | 'page' | 'entry'
  /** Mapping with neither read nor write: refuse, or write what `attributes` says (default). */
  mapNoAccess?: Errno | 'encode'
  /** An I/O virtual address above iovaBits: refuse (default -ERANGE), or drop the high bits. */
  wideIova?: Errno | 'truncate'
  /** An output address above outputBits: refuse (default -ERANGE), or drop the high bits. */
  wideOutput?: Errno | 'truncate'
  /**
   * One call of `mapPages` or `unmapPages` goes on to the last page, or stops at the end of the
   * table that holds the first one and reports less. Default `all`.
   */
  pagesPerCall?: 'all' | 'table'
  /**
   * What one unmap covers: the `size` that was asked for (default); the one `entry` that contains
   * the address, whatever the size; `entries` one after the other until the size is reached; or
   * the `range`, at least the entry that contains the address, with the tables that lie in it.
   * `range-from-address` takes the entry's size from the address on, not from the entry's start.
   */
  unmapExtent?: 'size' | 'entry' | 'entries' | 'range' | 'range-from-address'
  /** Sizes that unmap takes: page sizes (default; another one unmaps nothing), or any multiple. */
  unmapSizes?: 'page-size' | 'multiple'
  /**
   * Unmapping part of a page: `split` it into smaller ones (default), `refuse` and return 0, or
   * unmap the `whole` of it and return its size. `whole-at-start` does that with a page of the last
   * level when the address is in its first entry, and else returns 0, however much is asked for.
   */
  unmapPart?: 'split' | 'refuse' | 'whole' | 'whole-at-start'
  /**
   * Unmapping at least what an entry of the root covers, from its start on, clears that entry whatever
   * it is, a table with all below it or nothing, and returns what it covers.
   */
  unmapsRootEntry?: boolean
  /** The leaf that a split makes: the size being unmapped (default), or the level's largest. */
  splitTo?: 'requested' | 'largest'
  /**
   * Addresses that are no multiples of the page: `refuse` with -EINVAL (default), or map what the
   * word has room for (`encode`; see `stray` of a leaf), leaving the check to the IOMMU core.
   */
  unaligned?: 'refuse' | 'encode'
  /** `mapPages` of no pages: 0 (default), an error, or 0 after making the `tables` for one. */
  mapNothing?: Errno | 'tables'
  /**
   * Each page is a descent of its own in `mapPages` and `unmapPages`; how wide addresses are is looked at
   * for the first one, and the others lose their high bits.
   */
  pageByPage?: boolean
  /** A page of several entries is unmapped only when each of them maps something. */
  unmapChecksPage?: boolean
  /** What the observer hears of a cleared page of several entries: the `page`, or each `entry`. */
  reports?: 'page' | 'entry'
  /** The observer hears of a page of several entries that was split into single ones. */
  reportsGroupSplit?: boolean
  /**
   * What mapping shows a non-coherent walker again on its way: the larger page that it ends at
   * (`blocks`), or the links as well (`links`). Default: nothing.
   */
  rewrites?: 'blocks' | 'links'
  /** Linux WARNs about misuse of this format; see EnginePageTable.warnings. */
  warns?: boolean
  /** Splitting forgets the output address: the new pages start at 0. */
  splitForgetsOutput?: boolean
  /** Splitting one of several entries of a page reaches smaller pages in the first entry only. */
  splitNeedsFirst?: boolean
  /** Links keep only the address bits that they have room for. */
  linksTruncate?: boolean
  /** What is different in Linux because of `defects`; in force when `asLinux` is asked for. */
  linux?: Partial<FormatBehaviour>
  /** As unmapHole, where not even the last-level table exists. Default: unmapHole. */
  unmapMissingTable?: 'stop' | 'count'
  /**
   * Known defects of Linux's code that the engine does not repeat: it does what was meant. Those
   * that `linux` expresses are repeated when `asLinux` is asked for.
   */
  defects?: readonly FormatDefect[]
}

/** Something that Linux's code for a format gets wrong. */
export interface FormatDefect {
  /** Kebab-case, unique within the format. */
  id: string
  /** What Linux does, and what the engine does instead. */
  text: string
  source: string
  /**
   * The replay of vectors repeats it unless asked not to. What is left out is never repeated: it
   * writes into memory that is no table, or it loses memory.
   */
  repeated?: boolean
}
