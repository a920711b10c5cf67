/**
 * From a root to an entry: the common case only, level by level without a loop, for a caller's loop to
 * take in whole. V8 does that up to 460 bytes of bytecode, so the common case of the common case is
 * apart. Reads are dearer here than arithmetic: a processor that waits for an entry looks ahead only as
 * far as it has room for loads.
 */
import type { Iova } from '../base/addr.ts'
import type { DirectMemory } from '../base/memory.ts'
import { Course } from './course.ts'
import type { LevelLayout } from './layout.ts'
import { TableRoles } from './table-roles.ts'

/** Nobody writes to it. */
const NOWHERE: DirectMemory = { base: 0, words: new Int32Array(0), changes: 0 }

/** Words of a full memory of tables: 8192 of them, which map 16 GiB as pages of 4 KiB. */
const MOST_KNOWN = 4 * 8192

/**
 * See the head of the file. Of entries of two words it remembers where tables are, as hardware's walk
 * caches do, for as long as nobody writes to memory by way of its port.
 */
export class WayDown extends Course {
  memory = NOWHERE
  roles = TableRoles.of(NOWHERE)
  levels: readonly LevelLayout[] = []
  /**
   * What page-plan.ts is about: its level, as in Course the index on it and the number of a table there,
   * and what is added to that number to tell it from those of other levels.
   */
  level = 0
  scale = 0.5
  mask = 0
  tableScale = 0.5
  levelKey = 0
  /** Of a table its number, the memory's `changes` when it was found, its first word; and a gap. */
  #known = new Int32Array(4 * 16).fill(-1)
  /** The argument of `find`: in a field it needs no box. */
  #asked = 0.5
  /** The memory's `changes` at the last time that something was not known. */
  #seen = -1
  /** What was forgotten for the sake of something else since this grew. */
  #forgotten = 0

  /**
   * The first word of an entry of `level`; negative where an entry above is no link, or links to what is
   * not in the array, or where the table is not remembered: see `learn`. It calls nothing, so that its
   * caller keeps what it has read.
   */
  slot(iova: Iova): number {
    if (this.wide === 0) {
      const at = this.#second(iova | 0, this.level)
      return at < this.words.length ? at : -1
    }
    const table = (iova * this.tableScale) | this.levelKey | 0
    const known = this.#known
    const i = (table << 2) & (known.length - 4)
    if (known[i] !== table || known[(i + 1) | 0] !== this.memory.changes) return -1
    return (known[(i + 2) | 0]! + ((iova * this.scale) & this.mask)) | 0
  }

  /** For the next slot in the same table. */
  learn(iova: Iova): void {
    if (this.wide === 0) return
    this.#asked = iova
    this.#find((iova * this.tableScale) | this.levelKey, this.level)
  }

  /** Where a page of the last level sends an address; -1 for everything else. */
  translate(iova: Iova): number {
    if (!(iova >= 0 && iova < this.iovaLimit)) return -1
    if (this.wide === 0) {
      const low = iova | 0
      const at = this.#second(low, 1)
      const page = at < 0 ? 0 : this.words[at]!
      if ((page & this.pageMask) !== this.pageType) return -1
      return ((page & this.pageLo) | (low & this.pageOffset)) >>> 0
    }
    const table = (iova * this.lastTableScale) | 0
    const known = this.#known
    const i = (table << 2) & (known.length - 4)
    let at = 0
    if (known[i] === table && known[(i + 1) | 0] === this.memory.changes) {
      at = (known[(i + 2) | 0]! + ((iova * this.lastScale) & this.indexMask)) | 0
    } else {
      this.#asked = iova
      at = this.#find(table, this.last)
      if (at < 0) return -1
    }
    const lo = this.words[at]!
    if ((lo & this.pageMask) !== this.pageType) return -1
    const low = ((lo & this.pageLo) | (iova & this.pageOffset)) >>> 0
    return (this.words[(at + 1) | 0]! & this.pageHi) * 4294967296 + low
  }

  /** An entry of one word on the first or the second level; its place may be beyond the array. */
  #second(low: number, level: number): number {
    const at = (this.root + ((low >>> this.shift0) & this.rootMask)) | 0
    if (level === 0) return at
    const lo = this.words[at]!
    if ((lo & this.typeMask) !== this.linkType) return -1
    return (
      (((lo & this.linkLo) >>> 2) - this.baseWord + ((low >>> this.shift1) & this.indexMask)) | 0
    )
  }

  /**
   * As `slot`, on any level, by way of the tables, for the address in `asked`; remembers the last one. On
   * purpose too large for V8 to take it into its callers, which then are small enough themselves.
   */
  #find(table: number, level: number): number {
    const iova = this.#asked
    const { words, memory, roles, levels } = this
    let at = (this.root + ((iova * this.scale0) & this.rootMask)) | 0
    let second = -1
    let third = -1
    let first = this.root
    if (level > 0) {
      let lo = words[at]!
      if ((lo & this.typeMask) !== this.linkType) return -1
      // What links have above the array's own 4 GiB is looked at in the end, all at once.
      let elsewhere = words[(at + 1) | 0]! ^ this.baseHigh
      first = (((lo & this.linkLo) >>> 2) - this.baseWord) | 0
      at = (first + ((iova * this.scale1) & this.indexMask)) | 0
      if (level > 1) {
        second = first
        lo = words[at]!
        if ((lo & this.typeMask) !== this.linkType) return -1
        elsewhere |= words[(at + 1) | 0]! ^ this.baseHigh
        first = (((lo & this.linkLo) >>> 2) - this.baseWord) | 0
        at = (first + ((iova * this.scale2) & this.indexMask)) | 0
        if (level > 2) {
          third = first
          lo = words[at]!
          if ((lo & this.typeMask) !== this.linkType) return -1
          elsewhere |= words[(at + 1) | 0]! ^ this.baseHigh
          first = (((lo & this.linkLo) >>> 2) - this.baseWord) | 0
          at = (first + ((iova * this.scale3) & this.indexMask)) | 0
        }
      }
      // Of a table that is not in the array whole, nothing is.
      const end = first + this.indexMask + 1
      if ((elsewhere & this.linkHi) !== 0 || first < 0 || end >= words.length) return -1
    }
    const { changes } = memory
    // While somebody keeps writing, remembering would cost more than it saves.
    if (this.#seen !== changes) {
      this.#seen = changes
      return at
    }
    roles.note(this.root, levels[0]!)
    if (level > 1) roles.note(second, levels[1]!)
    if (level > 2) roles.note(third, levels[2]!)
    roles.note(first, levels[level]!)
    if (memory.changes !== changes) return at
    let known = this.#known
    let i = (table << 2) & (known.length - 4)
    if (known[i] !== table && known[i + 1] === changes) this.#forgotten++
    if (this.#forgotten * 4 > known.length && known.length < MOST_KNOWN) {
      known = new Int32Array(known.length * 2).fill(-1)
      this.#known = known
      this.#forgotten = 0
      i = (table << 2) & (known.length - 4)
    }
    known[i] = table
    known[i + 1] = changes
    known[i + 2] = first
    return at
  }
}
