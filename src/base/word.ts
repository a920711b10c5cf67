/**
 * A 32-bit or 64-bit word declared as rows of bit ranges: register contents, page-table entries,
 * descriptors in memory. Masks, encoding, decoding and printing come from the rows.
 *
 * A 64-bit word is two unsigned 32-bit halves, `lo` and `hi`; a field may not cross bit 32 unless
 * it is an address field.
 */
import { type Addr, prettyHex } from './addr.ts'

/** A plain field: an unsigned value in bits `hi`..`lo`. */
export interface ValueRow {
  kind: 'value'
  hi: number
  lo: number
  name: string
  /** What the field means, for people. */
  doc: string
  /** Names of particular values. */
  values?: Readonly<Record<number, string>>
}

/** A piece of an address: bits `hi`..`lo` of the word hold address bits from `from` upwards. */
export interface AddressRow {
  kind: 'address'
  hi: number
  lo: number
  from: number
  name: string
  doc: string
}

/** A row of a word. Rows may not overlap; only an address row may cross bit 32. */
export type WordRow = ValueRow | AddressRow

/** One bit. */
export function bit(at: number, name: string, doc: string, values?: ValueRow['values']): ValueRow {
  return { kind: 'value', hi: at, lo: at, name, doc, values }
}

/** Bits `hi`..`lo`, inclusive. */
export function bits(
  hi: number,
  lo: number,
  name: string,
  doc: string,
  values?: ValueRow['values'],
): ValueRow {
  return { kind: 'value', hi, lo, name, doc, values }
}

/**
 * An address piece: word bits `hi`..`lo` hold address bits `from`.. (default: the same positions).
 */
export function address(hi: number, lo: number, from = lo, name = 'address'): AddressRow {
  return { kind: 'address', hi, lo, from, name, doc: `address bits ${from + hi - lo}:${from}` }
}

/** A decoded field. */
export interface DecodedField {
  name: string
  doc: string
  hi: number
  lo: number
  /** Field value; for an address piece, the address bits in place (bytes). */
  value: number
  /** The value's own name, if the row gives one. */
  meaning?: string
}

/** Field values by name; left out means 0. */
export type FieldValues = Readonly<Record<string, number>>

/** A word made of rows; see the head of the file. */
export interface Word {
  readonly size: 32 | 64
  readonly rows: readonly WordRow[]
  /** Encodes fields and, where the word has address rows, an address (bytes). */
  encode(fields: FieldValues, at?: Addr): { lo: number; hi: number }
  /** One field's unsigned value (not an address row). */
  field(name: string, lo: number, hi?: number): number
  /** The address that all address rows together hold, in bytes. */
  address(lo: number, hi?: number): Addr
  /** Bits covered by address rows. */
  readonly addressMask: { lo: number; hi: number }
  decode(lo: number, hi?: number): DecodedField[]
  /** `valid=1 readable=1 address=0x1000`, non-zero fields only. */
  print(lo: number, hi?: number): string
}

/** Builds a word. Throws when rows overlap, leave the word, or cross bit 32 without being addresses. */
export function word(size: 32 | 64, rows: readonly WordRow[]): Word {
  const taken = new Array<string | undefined>(size)
  const byName = new Map<string, ValueRow>()
  const addressRows: AddressRow[] = []
  let maskLo = 0
  let maskHi = 0
  for (const row of rows) {
    if (row.hi < row.lo || row.lo < 0 || row.hi >= size) {
      throw new Error(`${row.name}: bits ${row.hi}:${row.lo} leave the ${size}-bit word`)
    }
    for (let i = row.lo; i <= row.hi; i++) {
      if (taken[i] !== undefined) throw new Error(`${row.name} and ${taken[i]} share bit ${i}`)
      taken[i] = row.name
      if (row.kind === 'address') {
        if (i < 32) maskLo = (maskLo | (1 << i)) >>> 0
        else maskHi = (maskHi | (1 << (i - 32))) >>> 0
      }
    }
    if (row.kind === 'address') addressRows.push(row)
    else {
      if (row.lo < 32 && row.hi >= 32) throw new Error(`${row.name} crosses bit 32`)
      if (byName.has(row.name)) throw new Error(`${row.name} named twice`)
      byName.set(row.name, row)
    }
  }

  const extract = (row: WordRow, lo: number, hi: number): number => {
    const width = row.hi - row.lo + 1
    const whole = (hi >>> 0) * 2 ** 32 + (lo >>> 0)
    if (row.kind === 'value') {
      const half = row.lo < 32 ? lo : hi
      return (half >>> (row.lo % 32)) & (width === 32 ? -1 : 2 ** width - 1)
    }
    // Address pieces may cross bit 32: take the two halves apart so that nothing is lost above 2^53.
    if (row.hi < 32 || row.lo >= 32) {
      const half = row.lo < 32 ? lo >>> 0 : hi >>> 0
      return (Math.floor(half / 2 ** (row.lo % 32)) % 2 ** width) * 2 ** row.from
    }
    const low = Math.floor((lo >>> 0) / 2 ** row.lo)
    const high = (hi >>> 0) % 2 ** (row.hi - 31)
    return whole === 0 ? 0 : (high * 2 ** (32 - row.lo) + low) * 2 ** row.from
  }

  return {
    size,
    rows,
    addressMask: { lo: maskLo, hi: maskHi },
    encode(fields, at = 0) {
      let lo = 0
      let hi = 0
      for (const [name, value] of Object.entries(fields)) {
        const row = byName.get(name)
        if (row === undefined) throw new Error(`no field ${name}`)
        const width = row.hi - row.lo + 1
        if (value < 0 || value >= 2 ** width)
          throw new RangeError(`${name}=${value}: ${width} bits`)
        if (row.lo < 32) lo = (lo | (value << row.lo)) >>> 0
        else hi = (hi | (value << (row.lo - 32))) >>> 0
      }
      for (const row of addressRows) {
        const width = row.hi - row.lo + 1
        const piece = Math.floor(at / 2 ** row.from) % 2 ** width
        const inLow = row.lo < 32 ? (piece % 2 ** Math.min(width, 32 - row.lo)) * 2 ** row.lo : 0
        lo = (lo | inLow) >>> 0
        if (row.hi >= 32) {
          const high =
            row.lo >= 32 ? piece * 2 ** (row.lo - 32) : Math.floor(piece / 2 ** (32 - row.lo))
          hi = (hi | high) >>> 0
        }
      }
      return { lo, hi }
    },
    field(name, lo, hi = 0) {
      const row = byName.get(name)
      if (row === undefined) throw new Error(`no field ${name}`)
      return extract(row, lo, hi) >>> 0
    },
    address(lo, hi = 0) {
      let a = 0
      for (const row of addressRows) a += extract(row, lo, hi)
      return a
    },
    decode(lo, hi = 0) {
      return rows.map((row) => {
        const value = row.kind === 'address' ? extract(row, lo, hi) : extract(row, lo, hi) >>> 0
        const meaning = row.kind === 'value' ? row.values?.[value] : undefined
        return { name: row.name, doc: row.doc, hi: row.hi, lo: row.lo, value, meaning }
      })
    },
    print(lo, hi = 0) {
      return this.decode(lo, hi)
        .filter((f) => f.value !== 0)
        .map((f) => {
          const shown = f.name === 'address' ? prettyHex(f.value) : (f.meaning ?? String(f.value))
          return `${f.name}=${shown}`
        })
        .join(' ')
    },
  }
}
