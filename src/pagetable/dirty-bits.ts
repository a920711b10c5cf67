/** The bits of a format's dirty state, reduced once from its row `dirty`. */
import type { Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { Word } from '../base/word.ts'
import type { FormatSpec } from './contract.ts'

/** One bit of an entry, as masks of its halves, int32. Both 0: no bit. */
export interface Bit {
  lo: number
  hi: number
}

/** Bits of the dirty state in a format's entries. */
export interface DirtyBits {
  field: Bit
  where: Bit
  accessed: Bit
  /** That bit in the links of each level. */
  linkAccessed: readonly Bit[]
  /** What `field` and `where` together are in a leaf that was written to. */
  dirty: Bit
}

/** No bit. */
export const none: Bit = { lo: 0, hi: 0 }
const known = new WeakMap<FormatSpec, DirtyBits>()

function bitOf(word: Word, name: string): Bit {
  if (!word.rows.some((row) => row.kind === 'value' && row.name === name)) return none
  const { lo, hi } = word.encode({ [name]: 1 })
  return { lo: lo | 0, hi: hi | 0 }
}

/** The bits of a format, or null where its entries say nothing. */
export function bitsOf(format: FormatSpec): DirtyBits | null {
  const row = format.dirty
  if (row === undefined) return null
  const before = known.get(format)
  if (before !== undefined) return before
  const words = format.levels.flatMap((level) => level.leaves.map((leaf) => leaf.word))
  const inLeaves = (name: string): Bit => {
    const bit = bitOf(words[0]!, name)
    const same = words.every((w) => bitOf(w, name).lo === bit.lo && bitOf(w, name).hi === bit.hi)
    assert(same && (bit.lo | bit.hi) !== 0, `${format.id}: ${name} is not one bit of all leaves`)
    return bit
  }
  const field = inLeaves(row.field)
  const where = row.where === undefined ? none : inLeaves(row.where)
  const bits: DirtyBits = {
    field,
    where,
    accessed: inLeaves(row.accessed),
    linkAccessed: format.levels.map((l) => (l.table ? bitOf(l.table.word, row.accessed) : none)),
    dirty: {
      lo: where.lo | (row.value === 1 ? field.lo : 0),
      hi: where.hi | (row.value === 1 ? field.hi : 0),
    },
  }
  known.set(format, bits)
  return bits
}

/** True for a leaf that says that there was a write. */
export const isDirty = ({ field, where, dirty }: DirtyBits, lo: number, hi: number): boolean =>
  (lo & (field.lo | where.lo)) === dirty.lo && (hi & (field.hi | where.hi)) === dirty.hi

/** Writes the halves of an entry that change, and no others: hardware may write, too. */
export function store(memory: MemoryPort, at: Phys, was: Bit, lo: number, hi: number): void {
  if ((was.lo | 0) !== (lo | 0)) memory.write32(at, lo)
  if ((was.hi | 0) !== (hi | 0)) memory.write32(at + 4, hi)
}
