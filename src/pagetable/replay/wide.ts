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

/** Without `0x`. */
export function wideDigits(hi: number, lo: number): string {
  const low = (lo >>> 0).toString(16)
  return hi === 0 ? low : (hi >>> 0).toString(16) + low.padStart(8, '0')
}

/** `0x` and digits. */
export function showWide({ hi, lo }: Wide): string {
  return `0x${wideDigits(hi, lo)}`
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

/** `0x` text of a number below 2^53. */
export function hexOf(n: number): string {
  return `0x${n.toString(16)}`
}
