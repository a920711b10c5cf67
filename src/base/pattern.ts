/**
 * Byte patterns for test traffic. A pattern is a function of a seed and an index only. No byte is
 * zero, so a pattern never looks like memory that nobody wrote, and two seeds agree in about one
 * byte in 256.
 */

/** What stands for a zero byte. */
const NON_ZERO = 0xa5

/** Byte `index` (0 .. 2^32 - 1) of the pattern of `seed` (any integer, taken modulo 2^32). */
export function patternByte(seed: number, index: number): number {
  return byteOf(mix(seed, index >>> 2), index & 3)
}

/**
 * Fills `bytes` with the pattern of `seed`, from pattern byte `start` on.
 *
 * @example
 * const frame = fillPattern(new Uint8Array(64), 7)
 * frame[5] === patternByte(7, 5) // true
 */
export function fillPattern(bytes: Uint8Array, seed: number, start = 0): Uint8Array {
  let four = mix(seed, start >>> 2)
  for (let i = 0; i < bytes.length; i++) {
    const lane = (start + i) & 3
    if (lane === 0) four = mix(seed, (start + i) >>> 2)
    bytes[i] = byteOf(four, lane)
  }
  return bytes
}

function byteOf(four: number, lane: number): number {
  const byte = (four >>> (8 * lane)) & 0xff
  return byte === 0 ? NON_ZERO : byte
}

/** A 32-bit mix of two integers: multiply and fold, so that every input bit reaches every byte. */
function mix(seed: number, index: number): number {
  let x = Math.imul(seed | 0, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b_3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a_2d39)
  return x ^ (x >>> 15)
}
