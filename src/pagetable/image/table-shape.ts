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

/** Each word that a driver writes for some protection in some set-up, without the address. */
function writtenWords(own: LeafSpec): Half[] {
  const words: Half[] = []
  for (const spec of [own, ...(leavesByRows.get(rowsOf(own)) ?? [])]) {
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
}

/** The shape of a format's tables. */
export class TableShape {
  readonly format: FormatSpec
  readonly layout: Layout
  readonly #levels: readonly LevelShape[]
  /** Entries that are no longer in use keep their other bits. */
  readonly #keepsStale: boolean

  constructor(format: FormatSpec) {
    this.format = format
    this.layout = layoutOf(format)
    this.#levels = format.levels.map((level, i) => ({
      layout: this.layout.levels[i]!,
      leaves: level.leaves.map((spec) => new LeafShape(spec)),
      link: level.table === null ? { lo: 0, hi: 0 } : undeclared(level.table.word),
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
   * endian.
   */
  count(
    words: Uint32Array,
    from: number,
    level: number,
    holds: Holds,
    bytes = this.bytes(level),
  ): TableCount | null {
    const { layout, link, leaves } = this.#levels[level]!
    const { next } = layout
    const { outputLimit, stride } = this.layout
    const wide = stride === 8
    const entries = bytes / stride
    if (this.#isPlainlyNone(words, from, level, bytes)) return null
    const below = next === null ? 0 : this.bytes(level + 1)
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
    let at = from
    for (let i = 0; i < entries; i++) {
      const lo = words[at++]! | 0
      const hi = wide ? words[at++]! | 0 : 0
      if ((lo | hi) === 0) continue
      used++
      const kind = this.format.classify(lo, hi, level)
      if (kind === 'empty') {
        if (!this.#keepsStale) c.odd++
        continue
      }
      if ((i & 1) === 1) c.between++
      if (kind === 'table' && next !== null) {
        const address = next.stamp.address(lo, hi)
        c.links++
        if (address >= outputLimit) c.odd++
        else if (holds(address, below)) c.held++
        if (((lo & link.lo) | (hi & link.hi)) !== 0) c.unclean++
      } else {
        const spec = this.format.leafOf(lo, hi, level)
        const n = leaves.findIndex((l) => l.spec === spec)
        const leaf = leaves[n]!
        const address = layout.leaves[n]!.stamp.address(lo, hi)
        c.leaves++
        if (address >= outputLimit) c.odd++
        else if (holds(address, 1)) c.inside++
        if (((lo & leaf.undeclared.lo) | (hi & leaf.undeclared.hi)) !== 0) c.unclean++
        else if (leaf.isWritten(lo, hi)) c.exact++
      }
      if (used >= ENOUGH && (c.odd + c.links - c.held) * 4 > used) return null
      // Neither bits nor addresses make sense. In an image of tables only, no page leads into it.
      if (used >= SURE && c.unclean * 2 > used && (c.inside + c.held) * 4 < used) return null
    }
    const sound = c.leaves + c.links > 0 && c.odd * 8 <= used
    return sound && c.held * 2 >= c.links ? c : null
  }

  /** A cheap look at the first words in use, which is where most of memory shows what it is. */
  #isPlainlyNone(words: Uint32Array, from: number, level: number, bytes: number): boolean {
    if (this.#keepsStale) return false
    const { format, layout } = this
    const step = layout.stride / 4
    const end = from + bytes / 4
    let used = 0
    let odd = 0
    for (let at = from; at < end && used < ENOUGH; at += step) {
      const lo = words[at]! | 0
      const hi = step === 2 ? words[at + 1]! | 0 : 0
      if ((lo | hi) === 0) continue
      used++
      if (format.classify(lo, hi, level) === 'empty') odd++
    }
    return used === 0 || odd * 4 > ENOUGH
  }
}
