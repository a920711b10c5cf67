/**
 * What `classify` and `leafOf` of a format answer, as tables over the few bits that decide
 * (LevelSpec.decidedBy): a look-up, where calling the functions of one format among many costs as much
 * as all else on the way down.
 */
import { assert } from '../base/assert.ts'
import type { BitRange, EntryKind, FormatSpec, LevelSpec } from './contract.ts'

/** An entry that maps nothing, as a driver sees it: also the link to a shared empty table. */
export const EMPTY = 0
/** An entry that maps. */
export const LEAF = 1
/** An entry that links to a table of the next level. */
export const TABLE = 2

/** The kind as a number. */
export function kindNumber(kind: EntryKind): number {
  return kind === 'empty' ? EMPTY : kind === 'leaf' ? LEAF : TABLE
}

/** See the head of the file. Shifts and masks apply to int32 halves. */
export class KindTable {
  /** `kinds[(lo >>> shift) & mask]` is EMPTY, LEAF or TABLE. */
  readonly kinds: Uint8Array
  readonly shift: number = 0
  readonly mask: number = 0
  /** `rows[(half >>> leafShift) & leafMask]` is the index of a leaf's row. */
  readonly rows: Uint8Array
  /** Which half that is. */
  readonly leafInHigh: boolean = false
  readonly leafShift: number = 0
  readonly leafMask: number = 0

  /** Throws on bits that cannot be looked up by (a format's bug). */
  constructor(format: FormatSpec, level: number, decidedBy: NonNullable<LevelSpec['decidedBy']>) {
    const { leaves } = format.levels[level]!
    const { kind, leaf = kind } = decidedBy
    const [high, low] = kind
    assert(high < 32 && high - low < 12, `${format.id}: kinds by bits ${high}:${low}`)
    this.shift = low
    this.mask = (2 ** (high - low + 1) - 1) | 0
    this.kinds = Uint8Array.from({ length: this.mask + 1 }, (_, i) =>
      i === 0 ? EMPTY : kindNumber(format.classify(i << low, 0, level)),
    )
    const leafLow = leaf[1] % 32
    assert(leaf[0] - leaf[1] < 12, `${format.id}: leaves by bits ${leaf.join(':')}`)
    this.leafInHigh = leaf[1] >= 32
    this.leafShift = leafLow
    this.leafMask = (2 ** (leaf[0] - leaf[1] + 1) - 1) | 0
    const anyLeaf = this.kinds.indexOf(LEAF)
    this.rows = new Uint8Array(this.leafMask + 1)
    if (anyLeaf < 0 || leaves.length < 2) return
    const same = sameBits(kind, leaf)
    for (let i = 0; i <= this.leafMask; i++) {
      if (same && this.kinds[i] !== LEAF) continue
      const lo = same ? i << low : (anyLeaf << low) | (this.leafInHigh ? 0 : i << leafLow)
      const hi = this.leafInHigh ? i << leafLow : 0
      this.rows[i] = leaves.indexOf(format.leafOf(lo, hi, level))
    }
  }

  /** The bits and their values that make an entry of this kind, where that says it all; else null. */
  testOf(kind: number): BitTest | null {
    return this.#test((i) => this.kinds[i] === kind)
  }

  /** The same for leaves of one row, with a test of each half. */
  rowTest(row: number): { lo: BitTest; hi: BitTest } | null {
    const wanted = (r: number) => r === row
    const whole = this.leafTest(wanted)
    if (whole !== null) return { lo: whole, hi: ANY }
    const leaf = this.testOf(LEAF)
    const rows = bitTest(this.rows.length, this.leafMask, (i) => wanted(this.rows[i]!))
    if (leaf === null || rows === null) return null
    const mask = (rows.mask << this.leafShift) | 0
    const type = (rows.type << this.leafShift) | 0
    if (this.leafInHigh) return { lo: leaf, hi: { mask, type } }
    // Both look at the low half; apart, or it is not one test.
    if ((mask & leaf.mask) !== 0) return null
    return { lo: { mask: mask | leaf.mask, type: type | leaf.type }, hi: ANY }
  }

  /** The same for leaves whose rows are `wanted`. */
  leafTest(wanted: (row: number) => boolean): BitTest | null {
    const { rows, kinds, leafShift, shift } = this
    if (!this.leafInHigh && leafShift === shift && rows.length === kinds.length) {
      return this.#test((i) => kinds[i] === LEAF && wanted(rows[i]!))
    }
    return rows.every(wanted) ? this.testOf(LEAF) : null
  }

  #test(told: (index: number) => boolean): BitTest | null {
    const test = bitTest(this.kinds.length, this.mask, told)
    if (test === null) return null
    return { mask: (test.mask << this.shift) | 0, type: (test.type << this.shift) | 0 }
  }
}

/** What all of `count` indices below `all` + 1 that are `told` have in common, if that tells them. */
function bitTest(count: number, all: number, told: (index: number) => boolean): BitTest | null {
  const indices = Array.from({ length: count }, (_, i) => i)
  const those = indices.filter(told)
  if (those.length === 0) return null
  const type = those.reduce((a, b) => a & b)
  const free = those.reduce((a, b) => a | b) & ~type
  const mask = all & ~free
  return indices.filter((i) => (i & mask) === type).length === those.length ? { mask, type } : null
}

/** Passed by every half. */
const ANY: BitTest = { mask: 0, type: 0 }

/** True of a half with `(lo & mask) === type`. */
export interface BitTest {
  mask: number
  type: number
}

function sameBits(a: BitRange, b: BitRange): boolean {
  return a[0] === b[0] && a[1] === b[1]
}
