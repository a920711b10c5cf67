/**
 * The right side of a property in a device tree source: strings, cell lists, byte strings,
 * references and included binaries, separated by commas.
 */
import type { Position } from '../base/diagnostic.ts'
import { putBe32 } from './bytes.ts'
import { type Integer, readInteger, words } from './dts-expression.ts'
import type { DtsReader } from './dts-reader.ts'
import { stringBytes } from './dts-string.ts'

/** A place in a value that names a node, to be filled in when every node is known. */
export interface Reference {
  /** A label, or a path when it starts with `/`. */
  target: string
  /** `phandle`: the four bytes at `offset`. `path`: text to be put in at `offset`. */
  kind: 'phandle' | 'path'
  /** Bytes from the start of the value, before any path is put in. */
  offset: number
  at: Position
}

/** A value as read: bytes with gaps. */
export interface DtsValue {
  bytes: Uint8Array
  references: Reference[]
  /** Labels in and around the pieces: they name a place in the value. */
  labels?: { name: string; at: Position }[]
}

/** Finds the bytes for /incbin/: `path` as written, `from` the file that asks. */
export type IncludeBytes = (path: string, from: string | undefined) => Uint8Array | null

/** What stands for a phandle that is not known yet, or never. */
const UNKNOWN_PHANDLE = 0xffff_ffff

/** A label with its colon. */
export const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*):/y
const LABEL_REFERENCE = /&([a-zA-Z_][a-zA-Z0-9_]*)/y
const PATH_REFERENCE = /&\{(\/[a-zA-Z0-9,._+*#?@/-]*)\}/y
const BYTE = /[0-9a-fA-F]{2}/y

/** Target of `&label` or `&{/path}` if one is next. */
export function readReference(reader: DtsReader): string | null {
  if (reader.next() !== 38) return null
  return (reader.match(LABEL_REFERENCE) ?? reader.match(PATH_REFERENCE))?.[1] ?? null
}

/** Reads values; one instance serves a whole source and reuses its buffer. */
export class ValueReader {
  readonly #reader: DtsReader
  readonly #includeBytes: IncludeBytes | undefined
  #bytes = new Uint8Array(256)
  #size = 0
  #references: Reference[] = []
  #places: { name: string; at: Position }[] = []

  constructor(reader: DtsReader, includeBytes?: IncludeBytes) {
    this.#reader = reader
    this.#includeBytes = includeBytes
  }

  /** What comes after the `=`. Null, with an error reported, when it cannot be made out. */
  read(): DtsValue | null {
    this.#size = 0
    this.#references = []
    this.#places = []
    do {
      this.#labels()
      if (!this.#piece()) return null
      this.#labels()
    } while (this.#reader.eat(','))
    const value: DtsValue = {
      bytes: this.#bytes.slice(0, this.#size),
      references: this.#references,
    }
    if (this.#places.length > 0) value.labels = this.#places
    return value
  }

  /** Labels inside values matter to assembly output; here, only that each is the only one. */
  #labels(): void {
    while (this.#label());
  }

  #label(): boolean {
    if (this.#reader.peek(LABEL) === null) return false
    const at = this.#reader.here()
    this.#places.push({ name: this.#reader.match(LABEL)![1]!, at })
    return true
  }

  #piece(): boolean {
    const reader = this.#reader
    const next = reader.next()
    if (next === 34) return this.#string()
    if (next === 60) return this.#cells(32)
    if (next === 91) return this.#byteString()
    const at = reader.here()
    const target = readReference(reader)
    if (target !== null) {
      this.#references.push({ target, kind: 'path', offset: this.#size, at })
      return true
    }
    if (reader.eat('/bits/')) return this.#sizedCells()
    if (reader.eat('/incbin/')) return this.#binary()
    return this.#expected('a value: <cells>, "string", [bytes] or &reference')
  }

  #string(): boolean {
    const at = this.#reader.here()
    const literal = this.#reader.quoted('"')!
    const bytes = stringBytes(literal, (message) => this.#reader.error(message, at))
    this.#append(bytes)
    this.#append([0])
    return true
  }

  #sizedCells(): boolean {
    const at = this.#reader.here()
    const width = readInteger(this.#reader)
    if (width === null) return this.#expected('8, 16, 32 or 64 after /bits/')
    const known = [8, 16, 32, 64].find((bits) => Number(width) === bits)
    if (known === undefined) this.#reader.error(`cells of ${width} bits: 8, 16, 32 or 64`, at)
    if (this.#reader.next() !== 60) return this.#expected("'<' after /bits/")
    return this.#cells(known ?? 32)
  }

  #cells(bits: number): boolean {
    const reader = this.#reader
    reader.eat('<')
    for (;;) {
      const at = reader.here()
      const next = reader.next()
      if (next === 62) return reader.eat('>')
      const value = readInteger(reader)
      if (value !== null) this.#cell(value, bits, at)
      else if (next === 38) {
        const target = readReference(reader)
        if (target === null) return this.#expected('&label or &{/path}')
        if (bits === 32) {
          this.#references.push({ target, kind: 'phandle', offset: this.#size, at })
        } else reader.error(`a reference needs cells of 32 bits, not ${bits}`, at)
        this.#cell(UNKNOWN_PHANDLE, 32, at)
      } else if (!this.#label()) return this.#wrongCell()
    }
  }

  #wrongCell(): false {
    const reader = this.#reader
    const found = reader.found()
    const macro = /^[A-Za-z_]\w*$/.test(found)
    reader.error(
      `expected a number, a reference or '>' in a cell list, found ${found}`,
      reader.here(),
      macro ? macroRemedy(reader) : undefined,
    )
    return false
  }

  /** Stores a value big endian. A negative one may be given as 64 bits with all upper ones set. */
  #cell(value: Integer, bits: number, at: Position): void {
    const [high, low] = words(value)
    const above = bits < 32 ? low >>> bits : 0
    const negative = high === 0xffff_ffff && above === (bits < 32 ? 2 ** (32 - bits) - 1 : 0)
    if (bits < 64 && !negative && (high !== 0 || above !== 0)) {
      this.#reader.error(`${value} does not fit a cell of ${bits} bits`, at)
    }
    this.#reserve(8)
    if (bits === 64) putBe32(this.#bytes, this.#size, high)
    if (bits >= 32) putBe32(this.#bytes, this.#size + bits / 8 - 4, low)
    else if (bits === 16) this.#bytes[this.#size] = low >>> 8
    if (bits < 32) this.#bytes[this.#size + bits / 8 - 1] = low
    this.#size += bits / 8
  }

  #byteString(): boolean {
    this.#reader.eat('[')
    while (!this.#reader.eat(']')) {
      // A label first: `ab:` is one, and not a byte.
      if (this.#label()) continue
      const byte = this.#reader.match(BYTE)
      if (byte !== null) this.#append([Number.parseInt(byte[0], 16)])
      else {
        return this.#expected("two hexadecimal digits or ']' in a byte string")
      }
    }
    return true
  }

  /** `/incbin/("file")` or `/incbin/("file", offset, length)`. */
  #binary(): boolean {
    const reader = this.#reader
    if (!reader.eat('(')) return this.#expected("'(' after /incbin/")
    const at = reader.here()
    const name = reader.quoted('"')
    if (name === null) return this.#expected('"file" in /incbin/')
    const range: number[] = []
    while (range.length < 2 && reader.eat(',')) {
      const number = readInteger(reader)
      if (number === null) return this.#expected('a number in /incbin/')
      range.push(Number(number))
    }
    if (!reader.eat(')')) return this.#expected("')' after /incbin/")
    const bytes = this.#includeBytes?.(name, reader.source) ?? null
    if (bytes === null) reader.error(`cannot include ${JSON.stringify(name)}`, at)
    else this.#append(bytes.subarray(range[0] ?? 0, (range[0] ?? 0) + (range[1] ?? bytes.length)))
    return true
  }

  #append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#size)
    this.#size += bytes.length
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + more))
    bigger.set(this.#bytes)
    this.#bytes = bigger
  }

  #expected(what: string): false {
    this.#reader.error(`expected ${what}, found ${this.#reader.found()}`)
    return false
  }
}

/** What to do about a name where a number belongs. */
function macroRemedy(reader: DtsReader): string {
  return reader.preprocessed
    ? 'a macro that no included header defines?'
    : 'a macro? run cpp over the source first'
}
