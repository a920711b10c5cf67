/** The search for the roots of one format; see find-roots.ts. */
import type { Phys } from '../../base/addr.ts'
import type { FormatSpec } from '../contract.ts'
import { Below } from './below.ts'
import type { ImageMemory } from './image-memory.ts'
import type { Piece } from './image-piece.ts'
import { ImageUnits } from './image-units.ts'
import { placeRoots } from './place-roots.ts'
import { TableShape } from './table-shape.ts'
import { markRuns } from './word-runs.ts'

const PAGE = 4096
/** A bit of a unit beside those of the levels: all its words are 0. */
const ZERO = 0x80
/** Another: it may be part of a flat table that begins anywhere. */
const PART = 0x40
/** What is left of the score where entries stand at even places only, and so may be halves of others. */
const HALVES = 0.4
/** What is left of it where tables link to each other in circles, or many to one. */
const SHARED = 0.1
/** Candidates of one format that are compared with others. */
const MOST_KEPT = 512

/** A root that was found. */
export interface FoundRoot {
  format: string
  root: Phys
  /** 0 to 100. */
  score: number
  /** Tables below and with the root, and leaf entries. */
  tables: number
  leaves: number
  /** Bytes of I/O virtual space that are mapped. */
  bytes: number
  /** Of the links, the part of 1 that leads to tables of the next level. */
  links: number
  /** Of the entries, the part that has no bits that the format does not know. */
  clean: number
  /** Of the leaves, the part that is, but for the address, a word that the driver writes. */
  asWritten: number
  /** Of the leaves, the part that leads into the image. */
  inside: number
}

/** Where the links of a table lead, and how many in a row lead there. */
interface LinkRuns {
  at: Float64Array
  times: Float64Array
  count: number
}

/** See the head of the file. */
export class RootSearch {
  readonly largestTable: number
  readonly #shape: TableShape
  /** Bytes of a table of each level. */
  readonly #sizes: readonly number[]
  readonly #memory: ImageMemory
  readonly #units: ImageUnits
  /** Units of a flat root that may begin in any of them; else 0. */
  readonly #flat: number
  /** By the number of the unit where a table begins; of each level. */
  readonly #known: (Below | null | undefined)[][]
  /** What `#linksIn` answers, and the words of a table and their runs, of each level: made once. */
  readonly #runs: readonly LinkRuns[]
  readonly #words: readonly Uint32Array[]
  readonly #ends: readonly Int32Array[]
  readonly #holds = (address: Phys, size: number) => this.#memory.contains(address, size)

  constructor(format: FormatSpec, memory: ImageMemory) {
    this.#shape = new TableShape(format)
    this.#memory = memory
    const sizes = format.levels.map((_, level) => this.#shape.bytes(level))
    this.#sizes = sizes
    // A root of a few entries is allocated with a page of its own.
    this.#units = new ImageUnits(memory.runs, Math.min(PAGE, ...sizes.slice(1)))
    const { unit } = this.#units
    this.#flat = 2 ** (format.rootAlignLg2 ?? 64) <= unit ? sizes[0]! / unit : 0
    this.largestTable = this.#flat > 0 ? Math.max(unit, ...sizes.slice(1)) : Math.max(...sizes)
    this.#known = sizes.map(() => [])
    const entries = sizes.map((bytes) => bytes / this.#shape.layout.stride)
    this.#runs = entries.map((n) => {
      return { at: new Float64Array(n), times: new Float64Array(n), count: 0 }
    })
    this.#words = sizes.map((bytes) => new Uint32Array(bytes / 4))
    this.#ends = sizes.map((bytes) => new Int32Array(bytes / 4))
  }

  /** Notes the tables that a piece, which lies in one run of the image, can hold. */
  look(piece: Piece): void {
    const units = this.#units
    const { unit } = units
    const perUnit = unit / 4
    const { words, base } = piece
    const ends = piece.ends(this.#shape.step)
    const skipped = Math.ceil(base / unit) * unit - base
    let index = units.at(base + skipped)
    if (index < 0) return
    for (let from = skipped / 4; from + perUnit <= words.length; from += perUnit, index++) {
      const zero = piece.isZero(from, from + perUnit)
      if (zero) units.mark(index, ZERO)
      const flat = this.#flat > 0
      if (flat && !zero && this.#isPart(words, ends, from)) units.mark(index, PART)
      for (let level = flat ? 1 : 0; level < this.#sizes.length; level++) {
        const bytes = this.#sizes[level]!
        if (bytes <= unit ? zero : !this.#mayBegin(piece, from, bytes)) continue
        if (this.#shape.count(words, ends, from, level, this.#holds) === null) continue
        units.mark(index, 1 << level)
      }
    }
  }

  /** True when a unit may be part of a flat table: no link tells, so that most entries must be clean. */
  #isPart(words: Uint32Array, ends: Int32Array, from: number): boolean {
    const count = this.#shape.count(words, ends, from, 0, this.#holds, this.#units.unit)
    return count !== null && count.unclean * 2 <= count.leaves
  }

  /** True when a table of more than a unit may begin there: aligned, whole, and not all zero. */
  #mayBegin(piece: Piece, from: number, bytes: number): boolean {
    const to = from + bytes / 4
    const aligned = (piece.base + from * 4) % bytes === 0
    return aligned && to <= piece.words.length && !piece.isZero(from, to)
  }

  /** What among what was noted can be roots, the best first. */
  roots(): FoundRoot[] {
    const found: FoundRoot[] = []
    if (this.#flat > 0) {
      const places = placeRoots(this.#units, this.#flat, PART, ZERO)
      for (const root of [...places]) this.#units.mark(this.#units.at(root), 1)
    }
    for (const root of this.#units.withBits(1)) {
      const below = this.#below(root, 0)
      if (below === null || below.leaves === 0 || below.lost * 8 > below.links) continue
      found.push(this.#scored(root, below))
    }
    return found.sort(byMerit).slice(0, MOST_KEPT)
  }

  /**
   * Notes the score of `top`, a root that was found, for every table below it, unless a better one
   * is noted.
   */
  markBelow(top: FoundRoot, parents: Map<Phys, number>): void {
    this.#markBelow(top.root, 0, top, parents)
  }

  #below(table: Phys, level: number): Below | null {
    const unit = this.#units.at(table)
    if (!this.#units.has(unit, 1 << level)) return null
    const known = this.#known[level]!
    let below = known[unit]
    if (below === undefined) {
      below = this.#summed(table, level)
      known[unit] = below
    }
    return below
  }

  #read(table: Phys, level: number): Uint32Array {
    const words = this.#words[level]!
    this.#memory.readBytes(table, new Uint8Array(words.buffer))
    markRuns(words, 0, words.length, this.#shape.step, this.#ends[level]!)
    return words
  }

  #summed(table: Phys, level: number): Below | null {
    const words = this.#read(table, level)
    const count = this.#shape.count(words, this.#ends[level]!, 0, level, this.#holds)
    if (count === null) return null
    const sum = new Below(count, this.#span(level))
    const { at, times, count: runs } = this.#linksIn(words, level)
    for (let i = 0; i < runs; i++) {
      const next = at[i]!
      const below = this.#below(next, level + 1)
      if (below !== null) sum.add(below, times[i]!)
      else if (this.#holds(next, 1) && !this.#isAllZero(next, level + 1)) sum.lose(times[i]!)
    }
    return sum
  }

  #span(level: number): number {
    return this.#shape.layout.levels[level]!.span
  }

  #isAllZero(table: Phys, level: number): boolean {
    const { unit } = this.#units
    for (let at = table; at < table + this.#shape.bytes(level); at += unit) {
      if (!this.#units.has(this.#units.at(at), ZERO)) return false
    }
    return true
  }

  /** The tables that a table links to. Good until the next call for the same level. */
  #linksIn(words: Uint32Array, level: number): LinkRuns {
    const { format, layout } = this.#shape
    const { next } = layout.levels[level]!
    const runs = this.#runs[level]!
    runs.count = 0
    if (next === null) return runs
    const { step } = this.#shape
    const ends = this.#ends[level]!
    for (let i = 0, until = 0; i < words.length; i = until) {
      until = ends[i]!
      const lo = words[i]! | 0
      const hi = step === 2 ? words[i + 1]! | 0 : 0
      if ((lo | hi) === 0 || format.classify(lo, hi, level) !== 'table') continue
      runs.at[runs.count] = next.stamp.address(lo, hi)
      runs.times[runs.count++] = (until - i) / step
    }
    return runs
  }

  #scored(root: Phys, below: Below): FoundRoot {
    const { tables, leaves, bytes } = below
    const part = (n: number, of: number) => (of === 0 ? 1 : n / of)
    const outside = below.links - below.held
    const links = part(below.links - below.lost - outside / 2, below.links)
    const clean = 1 - below.unclean / (leaves + below.links)
    const asWritten = part(below.exact, leaves)
    const inside = part(below.inside, leaves)
    const enough = (leaves + tables) / (leaves + tables + 3)
    const halves = this.#shape.format.wordBits === 32 && below.between === 0 ? HALVES : 1
    // Tables that are not shared are no more than there are places for them.
    const shared = tables > this.#units.total ? SHARED : 1
    const merit =
      halves * shared * links * enough * (0.15 + 0.25 * clean + 0.45 * asWritten + 0.15 * inside)
    const score = Math.round(merit * 1000) / 10
    const { id } = this.#shape.format
    return { format: id, root, score, tables, leaves, bytes, links, clean, asWritten, inside }
  }

  #markBelow(table: Phys, level: number, top: FoundRoot, parents: Map<Phys, number>): void {
    if (this.#known[level]![this.#units.at(table)] == null) return
    const { at, count } = this.#linksIn(this.#read(table, level), level)
    for (let i = 0; i < count; i++) {
      const next = at[i]!
      // A root may link to itself, so that the tables appear in the space that they make.
      if (next === top.root || (parents.get(next) ?? -1) >= top.score) continue
      parents.set(next, top.score)
      this.#markBelow(next, level + 1, top, parents)
    }
  }
}

/** The best score first; of two equals the one that maps more, then the lower address. */
export function byMerit(a: FoundRoot, b: FoundRoot): number {
  return b.score - a.score || b.leaves - a.leaves || a.root - b.root
}
