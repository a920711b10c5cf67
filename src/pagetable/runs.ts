/**
 * Entries side by side, as the words they are: the loops that operations on many pages spend their
 * time in. Several entries a turn, since what a turn costs besides them is as much as an entry.
 */

/** Two entries as words and as doubles: where the bits of the one become the other. */
const scratch = new Int32Array(4)
const scratchDoubles = new Float64Array(scratch.buffer)

/**
 * Writes entries of two words from `words[from]` up to `to`, of which each is the one before plus a
 * constant of two halves, of which the lower is not negative. `doubles` are the same memory.
 */
export function writePairs(
  words: Int32Array,
  doubles: Float64Array,
  from: number,
  to: number,
  firstLo: number,
  firstHi: number,
  stepLo: number,
  stepHi: number,
): void {
  const count = (to - from) >> 1
  if (count >= 8 && stepHi === 0 && stepLo > 0 && fitsHalf(firstLo, stepLo, count)) {
    const exponent = firstHi & 0x7ff00000
    if (exponent !== 0x7ff00000) {
      scratch[0] = firstLo
      scratch[1] = firstHi
      scratch[2] = firstLo + stepLo
      scratch[3] = firstHi
      const first = scratchDoubles[0]!
      writeDoubles(doubles, from >> 1, to >> 1, first, scratchDoubles[1]! - first)
      return
    }
  }
  let lo = firstLo
  let hi = firstHi
  for (let i = from; i < to; i += 2) {
    words[i] = lo
    words[i + 1] = hi
    const sum = (lo + stepLo) | 0
    // A carry out of bit 31: the top bit was set and no longer is.
    hi = (hi + stepHi + ((lo & ~sum) >>> 31)) | 0
    lo = sum
  }
}

/**
 * The same as doubles, with half the stores. While the upper halves are alike the doubles have one
 * exponent, so that a step of the bits is a step of the value, and every sum is exact; what has no such
 * value, infinities and NaN, is not written here.
 */
function writeDoubles(
  doubles: Float64Array,
  from: number,
  to: number,
  first: number,
  step: number,
): void {
  const step8 = step * 8
  let a = first
  let b = a + step
  let c = b + step
  let d = c + step
  let e = d + step
  let f = e + step
  let g = f + step
  let h = g + step
  let i = from
  for (; i + 8 <= to; i += 8) {
    doubles[i] = a
    doubles[i + 1] = b
    doubles[i + 2] = c
    doubles[i + 3] = d
    doubles[i + 4] = e
    doubles[i + 5] = f
    doubles[i + 6] = g
    doubles[i + 7] = h
    a += step8
    b += step8
    c += step8
    d += step8
    e += step8
    f += step8
    g += step8
    h += step8
  }
  for (; i < to; i++) {
    doubles[i] = a
    a += step
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
