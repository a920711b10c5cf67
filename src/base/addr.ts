/**
 * Addresses as exact doubles: an integer from 0 to 2^53 - 1, in bytes.
 *
 * JavaScript's bit operators keep 32 bits only, so they are allowed on an address nowhere but in
 * this file and in the page-table engine; everybody else uses `+ - * /` and the functions here.
 */

/** A byte address of any kind. Integer, 0 <= a < 2^53. */
export type Addr = number & { readonly __addr?: 'Addr' }
/** A physical (system) byte address: what arrives at memory. */
export type Phys = number & { readonly __addr?: 'Addr' }
/** A bus or I/O virtual byte address: what a device issues. */
export type Iova = number & { readonly __addr?: 'Addr' }

/** log2 of the CPU page size in bytes (4 KiB pages). */
export const PAGE_SHIFT = 12
/** CPU page size in bytes. */
export const PAGE_SIZE = 4096
/** 2^32, the first address that does not fit 32 bits. */
export const GIB4 = 0x1_0000_0000

/** Low 32 bits as an unsigned integer. */
export function lo32(a: Addr): number {
  return a >>> 0
}

/** Bits 52:32 as an unsigned integer. */
export function hi32(a: Addr): number {
  return Math.floor(a / GIB4)
}

/** Joins two 32-bit words; throws when the value does not fit 53 bits (a bug of the caller). */
export function addr(hi: number, lo: number): Addr {
  const a = (hi >>> 0) * GIB4 + (lo >>> 0)
  if (a > Number.MAX_SAFE_INTEGER) throw new RangeError(`address beyond 2^53: hi=${hi} lo=${lo}`)
  return a
}

/** Rounds down to a multiple of 2^lg2 bytes. */
export function alignDown(a: Addr, lg2: number): Addr {
  const size = 2 ** lg2
  return Math.floor(a / size) * size
}

/** Rounds up to a multiple of 2^lg2 bytes. */
export function alignUp(a: Addr, lg2: number): Addr {
  const size = 2 ** lg2
  return Math.ceil(a / size) * size
}

/** True when `a` is a multiple of 2^lg2 bytes. */
export function isAligned(a: Addr, lg2: number): boolean {
  return a % 2 ** lg2 === 0
}

/** Page frame number: address / 4 KiB, rounded down. */
export function pfn(a: Addr): number {
  return Math.floor(a / PAGE_SIZE)
}

/** Byte offset of `a` inside its 4 KiB page. */
export function offsetInPage(a: Addr): number {
  return a % PAGE_SIZE
}

/** Number of the lowest set bit (0..52), or 53 for zero: the largest power of two that divides. */
export function trailingZeros(a: Addr): number {
  if (a === 0) return 53
  const lo = lo32(a)
  if (lo !== 0) return 31 - Math.clz32(lo & -lo)
  const hi = hi32(a)
  return 63 - Math.clz32(hi & -hi)
}

/** Lower-case hexadecimal with `0x`, as kernel logs print it: `0xff930000`. */
export function hex(a: Addr, minDigits = 1): string {
  return `0x${a.toString(16).padStart(minDigits, '0')}`
}

/** For people: at least eight digits, grouped above 32 bits: `0x8_8123_4000`, `0xff930000`. */
export function prettyHex(a: Addr): string {
  if (a < GIB4) return hex(a, 8)
  const digits = a.toString(16)
  return `0x${digits.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`
}

/**
 * Reads `0x...` or decimal, with an optional K, M, G or T suffix (powers of 1024), underscores
 * allowed. Returns null for anything else, a negative number or one beyond 2^53 - 1.
 */
export function parseSize(text: string): Addr | null {
  const m = /^(0x[0-9a-f_]+|[0-9_]+)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim())
  if (m === null) return null
  const digits = (m[1] as string).replaceAll('_', '')
  const unit = { '': 0, k: 1, m: 2, g: 3, t: 4 }[(m[2] as string).toLowerCase()] ?? 0
  const value = Number(digits) * 1024 ** unit
  return Number.isSafeInteger(value) ? value : null
}

/** A byte count for people: 4 KiB, 1 MiB, 2 GiB, `4 GiB less one byte`, or plain bytes. */
export function prettySize(bytes: number): string {
  if (bytes % 2 === 1 && bytes > 0xfffff && (bytes + 1) % 0x10_0000 === 0) {
    return `${prettySize(bytes + 1)} less one byte`
  }
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let n = bytes
  let u = 0
  while (n >= 1024 && n % 1024 === 0 && u < units.length - 1) {
    n /= 1024
    u++
  }
  return `${n} ${units[u]}`
}
