/**
 * Entries side by side, as the words they are: the loops that operations on many pages spend their
 * time in. Several entries a turn, since what a turn costs besides them is as much as an entry.
 */

/**
 * Writes entries of two words from `words[from]` up to `to`, of which each is the one before plus a
 * constant of two halves.
 */
export function writePairs(
  words: Int32Array,
  from: number,
  to: number,
  firstLo: number,
  firstHi: number,
  stepLo: number,
  stepHi: number,
): void {
  let lo = firstLo
  let hi = firstHi
  let i = from
  if (stepHi === 0 && stepLo > 0 && fitsHalf(lo, stepLo, (to - from) >> 1)) {
    const step2 = (stepLo + stepLo) | 0
    const step3 = (step2 + stepLo) | 0
    const step4 = (step3 + stepLo) | 0
    for (; i + 16 <= to; i += 16) {
      words[i] = lo
      words[i + 1] = hi
      words[i + 2] = (lo + stepLo) | 0
      words[i + 3] = hi
      words[i + 4] = (lo + step2) | 0
      words[i + 5] = hi
      words[i + 6] = (lo + step3) | 0
      words[i + 7] = hi
      lo = (lo + step4) | 0
      words[i + 8] = lo
      words[i + 9] = hi
      words[i + 10] = (lo + stepLo) | 0
      words[i + 11] = hi
      words[i + 12] = (lo + step2) | 0
      words[i + 13] = hi
      words[i + 14] = (lo + step3) | 0
      words[i + 15] = hi
      lo = (lo + step4) | 0
    }
  }
  for (; i < to; i += 2) {
    words[i] = lo
    words[i + 1] = hi
    const sum = (lo + stepLo) | 0
    // A carry out of bit 31: the top bit was set and no longer is.
    hi = (hi + stepHi + ((lo & ~sum) >>> 31)) | 0
    lo = sum
  }
}

/** True when `count - 1` steps from `lo` do not carry out of an unsigned half. */
function fitsHalf(lo: number, step: number, count: number): boolean {
  return (lo >>> 0) + step * count <= 2 ** 32
}

/** As writePairs, with entries of one word. */
export function writeWords(
  words: Int32Array,
  from: number,
  to: number,
  first: number,
  step: number,
): void {
  const step2 = (step + step) | 0
  const step3 = (step2 + step) | 0
  const step4 = (step3 + step) | 0
  let word = first
  let i = from
  for (; i + 4 <= to; i += 4) {
    words[i] = word
    words[i + 1] = (word + step) | 0
    words[i + 2] = (word + step2) | 0
    words[i + 3] = (word + step3) | 0
    word = (word + step4) | 0
  }
  for (; i < to; i++) {
    words[i] = word
    word = (word + step) | 0
  }
}

/** The bits in which any of the words from `words[from]` up to `to` differs from `as`. */
export function differing(words: Int32Array, from: number, to: number, as: number): number {
  let bits = 0
  let i = from
  for (; i + 4 <= to; i += 4) {
    bits |= (words[i]! ^ as) | (words[i + 1]! ^ as) | (words[i + 2]! ^ as) | (words[i + 3]! ^ as)
  }
  for (; i < to; i++) bits |= words[i]! ^ as
  return bits
}

/**
 * True when an entry of two words from `words[from]` up to `to` differs from the first in one of the
 * bits of the masks.
 */
export function pairsDiffer(
  words: Int32Array,
  from: number,
  to: number,
  maskLo: number,
  maskHi: number,
): boolean {
  const lo = words[from]!
  const hi = words[from + 1]!
  let bitsLo = 0
  let bitsHi = 0
  let i = from
  for (; i + 16 <= to; i += 16) {
    bitsLo |= (words[i]! ^ lo) | (words[i + 2]! ^ lo) | (words[i + 4]! ^ lo) | (words[i + 6]! ^ lo)
    bitsHi |=
      (words[i + 1]! ^ hi) | (words[i + 3]! ^ hi) | (words[i + 5]! ^ hi) | (words[i + 7]! ^ hi)
    bitsLo |=
      (words[i + 8]! ^ lo) | (words[i + 10]! ^ lo) | (words[i + 12]! ^ lo) | (words[i + 14]! ^ lo)
    bitsHi |=
      (words[i + 9]! ^ hi) | (words[i + 11]! ^ hi) | (words[i + 13]! ^ hi) | (words[i + 15]! ^ hi)
  }
  for (; i < to; i += 2) {
    bitsLo |= words[i]! ^ lo
    bitsHi |= words[i + 1]! ^ hi
  }
  return ((bitsLo & maskLo) | (bitsHi & maskHi)) !== 0
}

/** The bits that any low half of the entries of two words from `words[from]` up to `to` has. */
export function lowBitsOfPairs(words: Int32Array, from: number, to: number): number {
  let bits = 0
  let i = from
  for (; i + 16 <= to; i += 16) {
    bits |=
      words[i]! |
      words[i + 2]! |
      words[i + 4]! |
      words[i + 6]! |
      words[i + 8]! |
      words[i + 10]! |
      words[i + 12]! |
      words[i + 14]!
  }
  for (; i < to; i += 2) bits |= words[i]!
  return bits
}
