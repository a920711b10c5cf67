/**
 * 64-bit numbers of a vectors file, as two unsigned halves, and their way into and out of the
 * engine, whose addresses are below 2^53 and, for upper halves (TTBR1), offsets in the half.
 */
import type { FormatSpec } from '../contract.ts'

/** An unsigned 64-bit number. */
export interface Wide {
  hi: number
  lo: number
}

const pattern = /^0x0*([0-9a-f]{1,16})$/i

/** A `0x` string of up to 64 bits, or null. */
export function parseWide(text: unknown): Wide | null {
  const digits =
    typeof text === 'string' && text.length < 1000 ? pattern.exec(text)?.[1] : undefined
  if (digits === undefined) return null
  return {
    hi: digits.length > 8 ? Number.parseInt(digits.slice(0, -8), 16) : 0,
    lo: Number.parseInt(digits.slice(-8), 16),
  }
}

/** Two digits a byte. Number.prototype.toString is ten times as slow, and lists are long. */
const byteDigits = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

function eightDigits(n: number): string {
  const top = byteDigits[n >>> 24]! + byteDigits[(n >>> 16) & 255]!
  return top + byteDigits[(n >>> 8) & 255]! + byteDigits[n & 255]!
}

/** Without `0x`. */
export function wideDigits(hi: number, lo: number): string {
  const high = hi >>> 0
  const low = lo >>> 0
  if (high !== 0) return high.toString(16) + eightDigits(low)
  return low < 0x1000_0000 ? low.toString(16) : eightDigits(low)
}

/** `0x` and digits. */
export function showWide({ hi, lo }: Wide): string {
  return `0x${wideDigits(hi, lo)}`
}

/** base + k * step, modulo 2^64, with k below 2^31. */
export function plusWide(base: Wide, step: Wide, k = 1): Wide {
  // Halves of 16 bits keep every product exact.
  const parts = [0, 1, 2, 3].map((i) => {
    const half = i < 2 ? [base.lo, step.lo] : [base.hi, step.hi]
    return half.map((w) => (i % 2 === 0 ? w % 0x1_0000 : Math.floor(w / 0x1_0000)))
  })
  let carry = 0
  const sum = parts.map(([x = 0, y = 0]) => {
    const n = x + y * k + carry
    carry = Math.floor(n / 0x1_0000)
    return n % 0x1_0000
  })
  const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = sum
  return { hi: p3 * 0x1_0000 + p2, lo: p1 * 0x1_0000 + p0 }
}

/** As a number; what is 2^53 or more is not exact. */
export function wideNumber({ hi, lo }: Wide): number {
  return hi * 2 ** 32 + lo
}

/** The low `bits` bits, as a number; at most 52. */
export function lowBits({ hi, lo }: Wide, bits: number): number {
  if (bits <= 32) return lo % 2 ** bits
  return (hi % 2 ** (bits - 32)) * 2 ** 32 + lo
}

/**
 * The number for the engine, of a format with `bits` address bits: exact below 2^53, and above it
 * where it is a multiple of a page and may be valid; else one that is too wide in the same way,
 * with the same low bits.
 */
export function engineNumber(value: Wide, bits: number): number {
  if (value.hi < 2 ** 21 || bits > 52) return wideNumber(value)
  return lowBits(value, Math.min(bits, 52)) + 2 ** Math.min(bits, 52)
}

/** An input address for the engine. */
export function engineIova(value: Wide, format: FormatSpec): number {
  const { iovaBits, upperHalf } = format
  if (upperHalf !== true) return engineNumber(value, widest(format))
  const low = lowBits(value, iovaBits)
  return showWide(iovaWide(low, iovaBits, true)) === showWide(value) ? low : low + 2 ** iovaBits
}

/** Address bits of a format, and of what it grows to. */
function widest(format: FormatSpec): number {
  return format.grown === undefined ? format.iovaBits : widest(format.grown)
}

/** The 64-bit address of an engine's one. */
export function iovaWide(iova: number, iovaBits: number, upperHalf: boolean): Wide {
  const hi = Math.floor(iova / 2 ** 32)
  const lo = iova % 2 ** 32
  if (!upperHalf) return { hi, lo }
  if (iovaBits < 32) return { hi: 0xffff_ffff, lo: (lo + (2 ** 32 - 2 ** iovaBits)) % 2 ** 32 }
  return { hi: (hi + (2 ** 32 - 2 ** (iovaBits - 32))) % 2 ** 32, lo }
}

/** An engine's input address as text without `0x`. */
export function iovaDigits(iova: number, { iovaBits, upperHalf }: FormatSpec): string {
  const { hi, lo } = iovaWide(iova, iovaBits, upperHalf === true)
  return wideDigits(hi, lo)
}

/** `0x` text of a non-negative number, whose digits are exact below 2^53. */
export function hexOf(n: number): string {
  return `0x${n.toString(16)}`
}

/** A non-negative number as halves; the low bits of what is 2^53 or more are gone already. */
export function wideOf(n: number): Wide {
  return { hi: Math.floor(n / 2 ** 32) % 2 ** 32, lo: n % 2 ** 32 }
}
