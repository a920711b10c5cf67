/**
 * How much a stretch of memory looks like a table of a format: what its words are as entries, and
 * whether they are such as a driver writes. Nothing here follows a link.
 */
import type { Phys } from '../../base/addr.ts'
import type { Word } from '../../base/word.ts'
import type { FormatSpec, LeafSpec, Protection } from '../contract.ts'
import { formats } from '../formats.ts'
import { type Layout, layoutOf, type LevelLayout } from '../layout.ts'

/** Whether an address is in the image, and what is below it. */
export type Holds = (address: Phys, size: number) => boolean

/** What the words of one table are. */
export interface TableCount {
  leaves: number
  links: number
  /** Links into the image. */
  held: number
  /** Words that are not 0 and are no entries, or hold addresses that are too wide. */
  odd: number
  /** Entries with bits that the format does not declare. */
  unclean: number
  /** Leaves that are, but for the address, words that the driver writes. */
  exact: number
  /** Leaves whose address is in the image. */
  inside: number
  /** Entries at odd places. Where 64-bit words are taken for 32-bit ones, there are none. */
  between: number
}

/** Words in use that show enough to stop at what is no table. */
const ENOUGH = 4
const SURE = 16

/** What one word is. */
const LEAF = 1
const LINK = 2
/** Its address is in the image. */
const HELD = 4
const ODD = 8
const UNCLEAN = 16
const EXACT = 32

interface Half {
  lo: number
  hi: number
}

/** Bits of a word that no row covers. */
function undeclared(word: Word): Half {
  let lo = -1
  let hi = word.size === 64 ? -1 : 0
  for (const row of word.rows) {
    for (let bit = row.lo; bit <= row.hi; bit++) {
      if (bit < 32) lo &= ~(1 << bit)
      else hi &= ~(1 << (bit - 32))
    }
  }
  return { lo, hi }
}

const choices = [false, true]
const protections: readonly Protection[] = choices.flatMap((read) =>
  choices.flatMap((write) =>
    choices.flatMap((cache) =>
      choices.flatMap((noexec) =>
        choices.flatMap((mmio) =>
          choices.map((privileged) => ({ read, write, cache, noexec, mmio, privileged })),
        ),
      ),
    ),
  ),
)

/** What a leaf's fields are, as text. */
const rowsOf = ({ lg2, word }: LeafSpec) =>
  `${lg2}|${word.size}|${word.rows.map((r) => `${r.hi}:${r.lo}:${r.name}`).join('|')}`

/** Leaves of all formats by their rows: a format is one of several set-ups of the same entries. */
const leavesByRows = new Map<string, LeafSpec[]>()
for (const leaf of [...formats].flatMap((f) => f.levels.flatMap((level) => level.leaves))) {
  const key = rowsOf(leaf)
  leavesByRows.set(key, [...(leavesByRows.get(key) ?? []), leaf])
}

/** Those of the leaves with the same rows, by what `rowsOf` says; made when first asked for. */
const writtenByRows = new Map<string, readonly Half[]>()

/** Each word that a driver writes for some protection in some set-up, without the address. */
function writtenWords(own: LeafSpec): readonly Half[] {
  const key = rowsOf(own)
  const alike = leavesByRows.get(key) ?? []
  if (!alike.includes(own)) return wordsOf([own, ...alike])
  const words = writtenByRows.get(key) ?? wordsOf(alike)
  writtenByRows.set(key, words)
  return words
}

function wordsOf(specs: readonly LeafSpec[]): Half[] {
  const words: Half[] = []
  for (const spec of specs) {
    for (const prot of protections) {
      const { lo, hi } = spec.word.encode({ ...spec.fixed, ...spec.attributes(prot) })
      const word = { lo: lo | 0, hi: hi | 0 }
      if (!words.some((w) => w.lo === word.lo && w.hi === word.hi)) words.push(word)
    }
  }
  return words
}

class LeafShape {
  readonly spec: LeafSpec
  readonly undeclared: Half
  readonly #address: Half
  readonly #written: readonly Half[]

  constructor(spec: LeafSpec) {
    this.spec = spec
    this.undeclared = undeclared(spec.word)
    const { lo, hi } = spec.word.addressMask
    this.#address = { lo: ~lo, hi: ~hi }
    this.#written = writtenWords(spec)
  }

  isWritten(lo: number, hi: number): boolean {
    const plainLo = lo & this.#address.lo
    const plainHi = hi & this.#address.hi
    for (const word of this.#written) if (word.lo === plainLo && word.hi === plainHi) return true
    return false
  }
}

interface LevelShape {
  layout: LevelLayout
  leaves: readonly LeafShape[]
  link: Half
  /** Bytes of the table that a link leads to. */
  below: number
}

/** The shape of a format's tables. */
export class TableShape {
  readonly format: FormatSpec
  readonly layout: Layout
  /** Words of an entry. */
  readonly step: 1 | 2
  readonly #levels: readonly LevelShape[]
  /** Entries that are no longer in use keep their other bits. */
  readonly #keepsStale: boolean

  constructor(format: FormatSpec) {
    this.format = format
    this.layout = layoutOf(format)
    this.step = this.layout.stride === 8 ? 2 : 1
    this.#levels = format.levels.map((level, i) => ({
      layout: this.layout.levels[i]!,
      leaves: level.leaves.map((spec) => new LeafShape(spec)),
      link: level.table === null ? { lo: 0, hi: 0 } : undeclared(level.table.word),
      below: level.table === null ? 0 : this.bytes(i + 1),
    }))
    this.#keepsStale = format.behaviour.unmapClears === 'valid-bit'
  }

  /** Bytes of a table; where several base registers make the root, of each one's. */
  bytes(level: number): number {
    const tables = level === 0 ? (this.format.rootTables ?? 1) : 1
    return this.layout.levels[level]!.tableBytes / tables
  }

  /**
   * What a table, or its first `bytes`, looks like, or null: it is none. `words` are the image's, little
   * endian, `ends` where their runs end (word-runs.ts).
   */
  count(
    words: Uint32Array,
    ends: Int32Array,
    from: number,
    level: number,
    holds: Holds,
    bytes = this.bytes(level),
  ): TableCount | null {
    const { step } = this
    const end = from + bytes / 4
    const entries = bytes / this.layout.stride
    if (this.#isPlainlyNone(words, ends, from, level, bytes)) return null
    const c: TableCount = {
      leaves: 0,
      links: 0,
      held: 0,
      odd: 0,
      unclean: 0,
      exact: 0,
      inside: 0,
      between: 0,
    }
    let used = 0
    let lastLo = 0
    let lastHi = 0
    let is = 0
    for (let i = 0; i < entries; ) {
      const at = from + i * step
      const lo = words[at]! | 0
      const hi = step === 2 ? words[at + 1]! | 0 : 0
      const same = (Math.min(end, ends[at]!) - at) / step
      const first = i
      i += same
      if ((lo | hi) === 0) continue
      // No run goes past where it is first asked what the words in use show.
      const most = used < ENOUGH ? ENOUGH - used : used < SURE ? SURE - used : same
      const times = Math.min(same, most)
      i = first + times
      used += times
      if (lo !== lastLo || hi !== lastHi) {
        is = this.#whatIs(lo, hi, level, holds)
        lastLo = lo
        lastHi = hi
      }
      if ((is & ODD) !== 0) c.odd += times
      if ((is & (LEAF | LINK)) === 0) continue
      c.between += (i >>> 1) - (first >>> 1)
      if ((is & UNCLEAN) !== 0) c.unclean += times
      if ((is & LINK) !== 0) {
        c.links += times
        if ((is & HELD) !== 0) c.held += times
      } else {
        c.leaves += times
        if ((is & HELD) !== 0) c.inside += times
        if ((is & EXACT) !== 0) c.exact += times
      }
      if (used >= ENOUGH && (c.odd + c.links - c.held) * 4 > used) return null
      // Neither bits nor addresses make sense. In an image of tables only, no page leads into it.
      if (used >= SURE && c.unclean * 2 > used && (c.inside + c.held) * 4 < used) return null
    }
    const sound = c.leaves + c.links > 0 && c.odd * 8 <= used
    return sound && c.held * 2 >= c.links ? c : null
  }

  /** What a word other than 0 is, in the bits below. */
  #whatIs(lo: number, hi: number, level: number, holds: Holds): number {
    const { format } = this
    const { layout, link, leaves, below } = this.#levels[level]!
    const { outputLimit } = this.layout
    const { next } = layout
    const kind = format.classify(lo, hi, level)
    if (kind === 'empty') return this.#keepsStale ? 0 : ODD
    if (kind === 'table' && next !== null) {
      const address = next.stamp.address(lo, hi)
      const there = address >= outputLimit ? ODD : holds(address, below) ? HELD : 0
      return LINK | there | (((lo & link.lo) | (hi & link.hi)) === 0 ? 0 : UNCLEAN)
    }
    const spec = format.leafOf(lo, hi, level)
    let n = 0
    while (leaves[n]!.spec !== spec) n++
    const leaf = leaves[n]!
    const address = layout.leaves[n]!.stamp.address(lo, hi)
    const there = address >= outputLimit ? ODD : holds(address, 1) ? HELD : 0
    if (((lo & leaf.undeclared.lo) | (hi & leaf.undeclared.hi)) !== 0) return LEAF | there | UNCLEAN
    return LEAF | there | (leaf.isWritten(lo, hi) ? EXACT : 0)
  }

  /** A cheap look at the first words in use, which is where most of memory shows what it is. */
  #isPlainlyNone(
    words: Uint32Array,
    ends: Int32Array,
    from: number,
    level: number,
    bytes: number,
  ): boolean {
    if (this.#keepsStale) return false
    const { format, step } = this
    const end = from + bytes / 4
    let used = 0
    let odd = 0
    for (let at = from; at < end && used < ENOUGH; ) {
      const lo = words[at]! | 0
      const hi = step === 2 ? words[at + 1]! | 0 : 0
      const next = Math.min(end, ends[at]!)
      const times = Math.min((next - at) / step, ENOUGH - used)
      at = next
      if ((lo | hi) === 0) continue
      used += times
      if (format.classify(lo, hi, level) === 'empty') odd += times
    }
    return used === 0 || odd * 4 > ENOUGH
  }
}
