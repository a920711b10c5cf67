/**
 * The loops of a gap tree's nodes (gap-nodes.ts), which are most of its time. Offsets of the columns
 * are spelled out: a constant of the module would be read again in every turn.
 */

/** The index of the nearest word from `at` on that is not below `n`. Four a turn: turns cost more. */
export function firstFrom(words: Float64Array, at: number, n: number): number {
  for (let i = at; ; i += 4) {
    if (words[i]! >= n) return i
    if (words[i + 1]! >= n) return i + 1
    if (words[i + 2]! >= n) return i + 2
    if (words[i + 3]! >= n) return i + 3
  }
}

/** The same to the left, without `at`. */
export function lastFrom(words: Float64Array, at: number, n: number): number {
  for (let i = at; ; i -= 4) {
    if (words[i - 1]! >= n) return i - 1
    if (words[i - 2]! >= n) return i - 2
    if (words[i - 3]! >= n) return i - 3
    if (words[i - 4]! >= n) return i - 4
  }
}

/** Moves a node's entries one place up, from `at` to the one before `end`. */
export function shiftUp(words: Float64Array, at: number, end: number): void {
  for (let i = end; i > at; i--) {
    words[i] = words[i - 1]!
    words[i + 16] = words[i + 15]!
    words[i + 32] = words[i + 31]!
    words[i + 48] = words[i + 47]!
  }
}

/** Moves a node's entries one place down onto `at`, up to `last`. */
export function shiftDown(words: Float64Array, at: number, last: number): void {
  for (let i = at; i < last; i++) {
    words[i] = words[i + 1]!
    words[i + 16] = words[i + 17]!
    words[i + 32] = words[i + 33]!
    words[i + 48] = words[i + 49]!
  }
}
