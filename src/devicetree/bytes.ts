/**
 * Text and big-endian numbers in raw property bytes. The core has no TextDecoder, so the two
 * encodings that device trees use are spelt out here.
 */

/** A property without a value: shared, because nothing in it can change. */
export const NO_BYTES = new Uint8Array(0)

/** The unsigned 32-bit big-endian word at `offset`; bytes past the end read as zero. */
export function be32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset]! << 24) |
      (bytes[offset + 1]! << 16) |
      (bytes[offset + 2]! << 8) |
      bytes[offset + 3]!) >>>
    0
  )
}

/** Stores the low 32 bits of `value` big endian. */
export function putBe32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24
  bytes[offset + 1] = value >>> 16
  bytes[offset + 2] = value >>> 8
  bytes[offset + 3] = value
}

/** Characters made at once: a call takes only so many arguments. */
const CHUNK = 4096

/**
 * Bytes `start`..`end` as one character each: loses nothing, so it is used for names. Characters
 * are not appended one by one: engines keep such a string as a chain of its pieces, each of which
 * takes 32 bytes.
 */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  for (let from = start; from < end; from += CHUNK) {
    const codes = new Array<number>(Math.min(CHUNK, end - from))
    for (let i = 0; i < codes.length; i++) codes[i] = bytes[from + i]!
    text += String.fromCharCode.apply(null, codes)
  }
  return text
}

/** The reverse of `latin1`. Throws when a character has no single byte. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) throw new RangeError(`${JSON.stringify(text)} is no device tree name`)
    bytes[i] = code
  }
  return bytes
}

/** Bytes `start`..`end` as UTF-8, or as Latin-1 when they are not valid UTF-8. */
export function text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return utf8(bytes, start, end) ?? latin1(bytes, start, end)
  }
  return latin1(bytes, start, end)
}

/** Smallest code point of a UTF-8 sequence of n bytes: below it the encoding is overlong. */
const UTF8_MINIMUM = [0, 0, 0x80, 0x800, 0x1_0000]

function utf8(bytes: Uint8Array, start: number, end: number): string | null {
  let out = ''
  let codes: number[] = []
  for (let i = start; i < end; ) {
    const first = bytes[i]!
    const length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    if (length === 0 || first >= 0xf8 || i + length > end) return null
    let code = length === 1 ? first : first & (0x7f >> length)
    for (let k = 1; k < length; k++) {
      const next = bytes[i + k]!
      if ((next & 0xc0) !== 0x80) return null
      code = (code << 6) | (next & 0x3f)
    }
    if (code < UTF8_MINIMUM[length]! || code > 0x10_ffff || (code >= 0xd800 && code < 0xe000)) {
      return null
    }
    codes.push(code)
    if (codes.length === CHUNK) {
      out += String.fromCodePoint.apply(null, codes)
      codes = []
    }
    i += length
  }
  return out + String.fromCodePoint.apply(null, codes)
}

/** UTF-8 bytes of one code point, appended to `out`. A lone surrogate is written as it stands. */
export function pushUtf8(out: number[], code: number): void {
  if (code < 0x80) out.push(code)
  else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
  else if (code < 0x1_0000) {
    out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
  } else {
    out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f))
    out.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
  }
}

/** A property value of NUL-terminated strings, UTF-8. */
export function stringsValue(...strings: readonly string[]): Uint8Array {
  const out: number[] = []
  for (const string of strings) {
    for (const character of string) pushUtf8(out, character.codePointAt(0)!)
    out.push(0)
  }
  return Uint8Array.from(out)
}

/** A property value of 32-bit cells; only the low 32 bits of each number count. */
export function cellsValue(...cells: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(cells.length * 4)
  for (let i = 0; i < cells.length; i++) putBe32(bytes, i * 4, cells[i]!)
  return bytes
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
