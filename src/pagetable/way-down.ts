/**
 * From a root to an entry, for tables in one array of words: the common case only, level by level
 * without a loop. What a caller's loop can take in whole costs a third of what a call costs, so the
 * code here is kept below what V8 inlines (460 bytes of bytecode), and the numbers are plain fields
 * that are read where they are used: kept in variables they would be spilled.
 */
import type { Iova } from '../base/addr.ts'
import type { DirectMemory } from '../base/memory.ts'
import type { BitTest } from './kind-table.ts'
import type { Tree } from './tree.ts'

/** See the head of the file. Levels count from the root. */
export interface WayDown {
  /**
   * The first word of the entry on `level`, which may lie beyond the array; negative where an entry
   * above is no link, or links elsewhere.
   */
  slot(iova: Iova, level: number): number
  /** Where a page of the last level sends an address; -1 for everything else. */
  translate(iova: Iova): number
}

class NoWay implements WayDown {
  slot(): number {
    return -1
  }

  translate(): number {
    return -1
  }
}

/** Where there is no short way. */
export const noWay: WayDown = new NoWay()

/** The numbers of a way. Indices and offsets are in words, all but the scales and the limit int32. */
export class Course {
  iovaLimit = 0.5
  /** Where the root begins, and what the address is multiplied with for the index on each level. */
  root = 0
  rootMask = 0
  scale0 = 0.5
  scale1 = 0.5
  scale2 = 0.5
  scale3 = 0.5
  indexMask = 0
  /** The same for the index in the last table, and for the number of that table. */
  lastScale = 0.5
  tableScale = 0.5
  /** The same of addresses of 32 bits, as shifts. */
  shift0 = 0
  shift1 = 0
  last = 0
  /** A link is an entry with `(lo & typeMask) === linkType`, and where it has its address. */
  typeMask = 0
  linkType = 0
  linkLo = 0
  linkHi = 0
  /** From the 4 GiB boundary below to the array, and the number of that boundary. */
  baseWord = 0
  baseHigh = 0
  /** A page of the last level is one with `(lo & pageMask) === pageType`. */
  pageMask = 0
  pageType = 0
  pageLo = 0
  pageHi = 0
  offsetMask = 0

  /** Of a tree in an array that begins at `base`, whose links and pages keep addresses in place. */
  constructor(tree: Tree, base: number, link: BitTest, page: BitTest) {
    const { levels, iovaLimit } = tree.layout
    const root = levels[0]!
    const leaf = levels.at(-1)!.leaves[0]!
    const lg2 = tree.stride === 8 ? 1 : 0
    const scale = (level: number) => (levels[level]?.scale ?? 0) * 2 ** lg2
    this.iovaLimit = iovaLimit
    this.root = ((tree.root - base) / 4) | 0
    this.rootMask = root.indexMask << lg2
    this.scale0 = scale(0)
    this.scale1 = scale(1)
    this.scale2 = scale(2)
    this.scale3 = scale(3)
    this.lastScale = scale(levels.length - 1)
    this.tableScale = levels[levels.length - 2]!.scale
    this.shift0 = Math.round(-Math.log2(this.scale0)) | 0
    this.shift1 = Math.round(-Math.log2(this.scale1)) | 0
    this.indexMask = levels[1]!.indexMask << lg2
    this.last = levels.length - 1
    this.typeMask = link.mask
    this.linkType = link.type
    this.linkLo = root.next!.stamp.loMask
    this.linkHi = root.next!.stamp.hiMask
    this.baseWord = ((base % 2 ** 32) / 4) | 0
    this.baseHigh = (base / 2 ** 32) | 0
    this.pageMask = page.mask
    this.pageType = page.type
    this.pageLo = leaf.stamp.loMask
    this.pageHi = leaf.stamp.hiMask
    this.offsetMask = leaf.offsetMask
  }
}

/** Two levels of entries of one word, of addresses of at most 32 bits. */
class WordsDown implements WayDown {
  readonly #words: Int32Array
  readonly #course: Course

  constructor(words: Int32Array, course: Course) {
    this.#words = words
    this.#course = course
  }

  slot(iova: Iova, level: number): number {
    const c = this.#course
    const low = iova | 0
    const at = (c.root + ((low >>> c.shift0) & c.rootMask)) | 0
    if (level === 0) return at
    const lo = this.#words[at]!
    if ((lo & c.typeMask) !== c.linkType) return -1
    return (((lo & c.linkLo) >>> 2) - c.baseWord + ((low >>> c.shift1) & c.indexMask)) | 0
  }

  translate(iova: Iova): number {
    const c = this.#course
    if (!(iova < c.iovaLimit)) return -1
    const words = this.#words
    const low = iova | 0
    let lo = words[(c.root + ((low >>> c.shift0) & c.rootMask)) | 0]!
    if ((lo & c.typeMask) !== c.linkType) return -1
    lo = words[(((lo & c.linkLo) >>> 2) - c.baseWord + ((low >>> c.shift1) & c.indexMask)) | 0]!
    if ((lo & c.pageMask) !== c.pageType) return -1
    return ((lo & c.pageLo) | (low & c.offsetMask)) >>> 0
  }
}

/**
 * Two to four levels of entries of two words. It remembers where the last tables are, as hardware's
 * walk caches do, for as long as nobody writes to memory by way of its port.
 */
class PairsDown implements WayDown {
  readonly #memory: DirectMemory
  readonly #words: Int32Array
  readonly #course: Course
  /** Of a table its number, the memory's `changes` when it was found, its first word; and a gap. */
  #known = new Int32Array(4 * 16)
  /** The argument of `find`: in a field it needs no box. */
  #asked = 0.5
  /** What was forgotten for the sake of something else since this grew. */
  #forgotten = 0

  constructor(memory: DirectMemory, course: Course) {
    this.#memory = memory
    this.#words = memory.words
    this.#course = course
    this.#known.fill(memory.changes - 1)
  }

  slot(iova: Iova, level: number): number {
    const c = this.#course
    if (level === c.last) {
      const table = (iova * c.tableScale) | 0
      const known = this.#known
      const i = (table << 2) & (known.length - 4)
      if (known[i] === table && known[(i + 1) | 0] === this.#memory.changes) {
        return (known[(i + 2) | 0]! + ((iova * c.lastScale) & c.indexMask)) | 0
      }
    }
    this.#asked = iova
    return this.#find(level)
  }

  translate(iova: Iova): number {
    const c = this.#course
    if (!(iova < c.iovaLimit)) return -1
    const at = this.slot(iova, c.last)
    if (at < 0) return -1
    const words = this.#words
    const lo = words[at]!
    if ((lo & c.pageMask) !== c.pageType) return -1
    const low = ((lo & c.pageLo) | (iova & c.offsetMask)) >>> 0
    return (words[(at + 1) | 0]! & c.pageHi) * 4294967296 + low
  }

  /**
   * As `slot`, of a table that is not known, for the address in `asked`. Too large for V8 to take it
   * into what calls it, which then is small enough to be taken in itself.
   */
  #find(level: number): number {
    const iova = this.#asked
    const c = this.#course
    const words = this.#words
    let at = (c.root + ((iova * c.scale0) & c.rootMask)) | 0
    if (level === 0) return at
    let lo = words[at]!
    if ((lo & c.typeMask) !== c.linkType) return -1
    // What links have above the array's own 4 GiB is looked at in the end, all at once.
    let elsewhere = words[(at + 1) | 0]! ^ c.baseHigh
    at = (((lo & c.linkLo) >>> 2) - c.baseWord + ((iova * c.scale1) & c.indexMask)) | 0
    if (level > 1) {
      lo = words[at]!
      if ((lo & c.typeMask) !== c.linkType) return -1
      elsewhere |= words[(at + 1) | 0]! ^ c.baseHigh
      at = (((lo & c.linkLo) >>> 2) - c.baseWord + ((iova * c.scale2) & c.indexMask)) | 0
      if (level > 2) {
        lo = words[at]!
        if ((lo & c.typeMask) !== c.linkType) return -1
        elsewhere |= words[(at + 1) | 0]! ^ c.baseHigh
        at = (((lo & c.linkLo) >>> 2) - c.baseWord + ((iova * c.scale3) & c.indexMask)) | 0
      }
    }
    if ((elsewhere & c.linkHi) !== 0) return -1
    if (level !== c.last || at < 0) return at
    const { changes } = this.#memory
    const table = (iova * c.tableScale) | 0
    let i = (table << 2) & (this.#known.length - 4)
    if (this.#known[i] !== table && this.#known[i + 1] === changes) this.#forgotten++
    if (this.#forgotten * 4 > this.#known.length && this.#known.length < MOST_KNOWN) {
      this.#known = new Int32Array(this.#known.length * 2).fill(changes - 1)
      this.#forgotten = 0
      i = (table << 2) & (this.#known.length - 4)
    }
    const known = this.#known
    known[i] = table
    known[i + 1] = changes
    known[i + 2] = at - ((iova * c.lastScale) & c.indexMask)
    return at
  }
}

/** Words of a full memory of tables: 8192 of them, which map 16 GiB as pages of 4 KiB. */
const MOST_KNOWN = 4 * 8192

/** The way of a tree in an array of memory; see Course. */
export function wayDown(tree: Tree, memory: DirectMemory, link: BitTest, page: BitTest): WayDown {
  const { length } = tree.layout.levels
  const wide = tree.stride === 8
  if (length > (wide ? 4 : 2) || (!wide && tree.layout.iovaLimit > 2 ** 32)) return noWay
  const course = new Course(tree, memory.base, link, page)
  // Links that cannot say where the array is lead elsewhere.
  if ((course.baseHigh & ~course.linkHi) !== 0) return noWay
  return wide ? new PairsDown(memory, course) : new WordsDown(memory.words, course)
}
