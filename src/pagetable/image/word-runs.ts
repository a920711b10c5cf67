/**
 * Runs of equal entries. Hostile memory repeats one word all over, and free memory zeroes: what looks at
 * every entry for every format goes from run to run.
 */

/**
 * Writes, for each entry of `step` words from index `from` to `to`, where the run of entries that are
 * as it ends, `to` at most.
 */
export function markRuns(
  words: Uint32Array,
  from: number,
  to: number,
  step: number,
  ends: Int32Array,
): void {
  let end = to
  let lo = 0
  let hi = 0
  for (let at = to - step; at >= from; at -= step) {
    const ownLo = words[at]! | 0
    const ownHi = step === 2 ? words[at + 1]! | 0 : 0
    if (ownLo !== lo || ownHi !== hi) {
      end = at + step
      lo = ownLo
      hi = ownHi
    }
    ends[at] = end
  }
}
