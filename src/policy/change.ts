/** What a change is: a commit or a proposal that altered how the kernel behaves. */
import type { Splice } from './lifecycle-lists.ts'
import type { Settings } from './switches.ts'

/**
 * `availability` is the arrival of a driver, a match entry or board data; it sets no switch outside
 * `drivers.*`. `proposal` was never merged.
 */
export type ChangeKind = 'plumbing' | 'driver' | 'binding' | 'config' | 'availability' | 'proposal'

/**
 * How well the row's identity is known. `source`: read in a tree, a commit or a mail. `search`: seen
 * quoted elsewhere. `memory`: from memory, to be doubted.
 */
export type Confidence = 'source' | 'search' | 'memory'

/**
 * One row of the change table. `sets` and `splice` are all that it does to the model; `effect` says
 * the same to people; the rest identifies it and says how sure that is.
 */
export interface ChangeRow {
  /** Kebab-case, stable; `driver:COMPATIBLE` for the match entry of a catalogue row. */
  readonly id: string
  /** First 12 hexadecimal digits; null where unknown or where there is no commit. */
  readonly commit: string | null
  readonly title: string
  /** False: the title describes, it is not known to be the commit's subject. */
  readonly titleConfirmed?: false
  readonly author: string
  /** YYYY-MM-DD, of authorship; null where unknown. */
  readonly date: string | null
  /** Final release that first has it; null: none has. */
  readonly release: string | null
  /**
   * First release candidate that has it; left out: the first one. `after X`: some time after the
   * candidate X, so only the final release is sure to have it.
   */
  readonly candidate?: string
  readonly kind: ChangeKind
  /** Where the outcome differs. */
  readonly arch: 'arm' | 'arm64' | 'any'
  readonly subsystem: string
  /** Ids without which it cannot be applied. */
  readonly requires: readonly string[]
  /** Ids with which it cannot be applied; always mutual. */
  readonly conflicts: readonly string[]
  readonly sets: Settings
  readonly splice?: Splice
  readonly effect: { readonly before: string; readonly after: string }
  /** Where the row's facts come from. */
  readonly source: string
  readonly confidence: Confidence
}
