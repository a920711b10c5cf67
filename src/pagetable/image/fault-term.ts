/** What a row of fault terms is; see fault-terms.ts. */

/** Why a walk ends without a translation. */
export type FaultCause =
  /** The address is none that the tables can hold. */
  | 'input'
  /** The entry is not in use. */
  | 'invalid'
  /** The entry is in use and says something that is reserved, or what does not go with the address. */
  | 'reserved'
  /** A table's or page's address is wider than the format's output. */
  | 'output'
  /** The access flag is 0. */
  | 'access-flag'
  /** The entries do not allow the access. */
  | 'permission'
  /** Nothing answers where the entry should be. */
  | 'fetch'

/** Where it ended. */
export interface FaultPlace {
  /** Index into the format's levels, 0 for the root, and the architecture's number. */
  index: number
  level: number
  last: boolean
  write: boolean
  /** Something is mapped, the access is not allowed. */
  present: boolean
  /** The entry's link leads past levels that the address has bits for. */
  skips: boolean
}

/** A fault in the words of one architecture. */
export interface FaultTerm {
  /** The name that its documents use. */
  name: string
  /** The number or bit, with where it stands: `event 0x10`. */
  code: string
  /** What else is worth knowing: other units with the same tables, conditions. */
  note?: string
}

/** A family of formats. */
export interface FaultFamily {
  /** Ids of the formats, or the beginning of them. */
  formats: readonly string[]
  source: string
  /** Addresses repeat their highest bit up to bit 63. */
  signed?: true
  /** Name of the leaf's access flag, where hardware refuses a page without it. */
  accessFlag?: string
  /** Name of the flag without which it refuses a write. */
  dirtyFlag?: string
  /** An entry that is in use whatever else it says: then it is `reserved` and not `invalid`. */
  inUse?(lo: number, hi: number): boolean
  /** A cause without a column is reported as `invalid`. */
  terms: Partial<Record<FaultCause, (at: FaultPlace) => FaultTerm>> & {
    invalid(at: FaultPlace): FaultTerm
  }
}

/** `0x` and at least that many digits. */
export const hex = (n: number, digits = 2) => `0x${n.toString(16).padStart(digits, '0')}`

/** A bit of a register. */
export const bitOf =
  (register: string, name: string, bit: number, note?: string) => (): FaultTerm => ({
    name,
    code: `${register} bit ${bit}`,
    ...(note === undefined ? {} : { note }),
  })
