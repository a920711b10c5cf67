/**
 * Where an image's bytes come from: a port, so that an image of many GiB is read piece by piece
 * and never whole. The command line gives a file, a web page what its user dropped.
 */
import { assert } from '../../base/assert.ts'

/** Random access to the bytes of one file. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /**
   * Copies bytes from `offset` on into `into`, as many as fit; returns how many there were, which
   * is fewer at the end only.
   */
  read(offset: number, into: Uint8Array): number
}

/** Bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, into) => {
      const part = bytes.subarray(offset, offset + into.length)
      into.set(part)
      return part.length
    },
  }
}

/** Reads the fields of a header in the byte order of the machine that wrote it. */
export class FieldReader {
  readonly #view: DataView
  readonly #little: boolean

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#little = littleEndian
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#little)
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#little)
  }

  /** 64 bits as a double, which above 2^53 is not exact; compare with `Number.isSafeInteger`. */
  u64(at: number): number {
    const [low, high] = this.#little ? [at, at + 4] : [at + 4, at]
    return this.u32(high) * 2 ** 32 + this.u32(low)
  }
}

/** The bytes [offset, offset + length), or null where the source ends before. */
export function readExactly(source: ByteSource, offset: number, length: number): Uint8Array | null {
  assert(length <= 2 ** 26, 'headers are small')
  if (offset + length > source.size) return null
  const bytes = new Uint8Array(length)
  return source.read(offset, bytes) === length ? bytes : null
}
