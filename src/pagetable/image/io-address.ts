/**
 * I/O virtual addresses of up to 64 bits, for people: read, printed, and brought into a format's own
 * range and back. Doubles hold multiples of 4 KiB exactly up to 2^65, so an address is the first
 * byte of its page, and the offset in that page.
 */
import type { Iova } from '../../base/addr.ts'
import type { FormatSpec } from '../contract.ts'

const PAGE = 4096
const ALL = 2 ** 64

/** An address. */
export interface IoAddress {
  /** First byte of the 4 KiB page. */
  page: Iova
  /** Byte in the page. */
  offset: number
}

/**
 * Reads `0x...` of up to 64 bits, or a decimal number below 2^53; underscores are allowed. Null for
 * anything else.
 */
export function parseIoAddress(text: string): IoAddress | null {
  const plain = text.trim().replaceAll('_', '').toLowerCase()
  const digits = /^0x0*([0-9a-f]*)$/.exec(plain)?.[1]
  if (digits !== undefined && plain.length > 2) {
    if (digits.length > 16) return null
    const page = Number.parseInt(digits.slice(0, -3) || '0', 16) * PAGE
    return { page, offset: Number.parseInt(digits.slice(-3) || '0', 16) }
  }
  if (!/^[0-9]+$/.test(plain)) return null
  const value = Number(plain)
  if (!Number.isSafeInteger(value)) return null
  return { page: value - (value % PAGE), offset: value % PAGE }
}

/** Where one past the last byte of a 64-bit space is meant, the number of 64 bits is `0x1` and 16 zeros. */
export function printIoAddress(page: Iova, offset = 0): string {
  const frame = (page / PAGE).toString(16)
  const low = offset.toString(16)
  return `0x${frame === '0' ? low : frame + low.padStart(3, '0')}`
}

/** How a format's range lies in the space of 64-bit addresses. */
export type AddressHalves = 'lower' | 'upper' | 'signed'

/** Upper half, or (where the highest bit is repeated above) both halves, or the lower one. */
export function halvesOf(format: FormatSpec, signed: boolean): AddressHalves {
  return format.upperHalf === true ? 'upper' : signed ? 'signed' : 'lower'
}

/** The page as the engine counts it, or null: no walk starts for such an address. */
export function intoFormat(format: FormatSpec, halves: AddressHalves, page: Iova): Iova | null {
  const limit = 2 ** format.iovaBits
  if (halves === 'lower') return page < limit ? page : null
  if (halves === 'upper') return page >= ALL - limit ? page - (ALL - limit) : null
  if (page < limit / 2) return page
  return page >= ALL - limit / 2 ? page - (ALL - limit) : null
}

/** The 64-bit address of a page as the engine counts it. */
export function outOfFormat(format: FormatSpec, halves: AddressHalves, page: Iova): Iova {
  const limit = 2 ** format.iovaBits
  const high = halves === 'upper' || (halves === 'signed' && page >= limit / 2)
  return high ? page + (ALL - limit) : page
}
