/**
 * The numbers that lead from a root to an entry, for tables in one array of words. Plain fields, all
 * but the scales and limits int32, that are read where they are used: what hot code has in variables is
 * spilled, and what it has in several objects costs a check of each.
 */
import type { DirectMemory } from '../base/memory.ts'
import type { BitTest } from './kind-table.ts'
import type { Tree } from './tree.ts'

/** See the head of the file. Indices and offsets are in words, levels count from the root. */
export class Course {
  /** First address that is too wide for way-down.ts; every address is, where that does not serve. */
  iovaLimit = -Infinity
  words: Int32Array = new Int32Array(0)
  /** 1 where entries have two words. */
  wide = 0
  last = 0
  /** Where the root begins; the index on a level is `(iova * scale) & mask`. */
  root = 0
  rootMask = 0
  indexMask = 0
  scale0 = 0.5
  scale1 = 0.5
  scale2 = 0.5
  scale3 = 0.5
  /** From the scale of one level to that of the next. */
  factor = 0.5
  /** The same of addresses of 32 bits, as shifts. */
  shift0 = 0
  shift1 = 0
  /** The same for the index on the last level, and for the number of a table there. */
  lastScale = 0.5
  lastTableScale = 0.5
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
  pageOffset = 0

  /** Sets out for a tree in `memory` whose links and pages keep addresses in place. */
  setOut(tree: Tree, memory: DirectMemory, link: BitTest, page: BitTest): void {
    const { base } = memory
    const { levels, iovaLimit } = tree.layout
    const root = levels[0]!
    const second = levels[1]!
    const leaf = levels.at(-1)!.leaves[0]!
    const { stamp } = root.next!
    const wide = tree.stride === 8
    const lg2 = wide ? 1 : 0
    const scale = (level: number) => (levels[level]?.scale ?? 0) * 2 ** lg2
    // `| 0` keeps what divisions and powers make from being stored as doubles.
    this.words = memory.words
    this.wide = lg2
    this.last = (levels.length - 1) | 0
    this.root = ((tree.root - base) / 4) | 0
    this.rootMask = root.indexMask << lg2
    this.indexMask = second.indexMask << lg2
    this.scale0 = scale(0)
    this.scale1 = scale(1)
    this.scale2 = scale(2)
    this.scale3 = scale(3)
    this.factor = second.entries
    this.shift0 = Math.round(-Math.log2(this.scale0)) | 0
    this.shift1 = Math.round(-Math.log2(this.scale1)) | 0
    this.lastScale = scale(levels.length - 1)
    this.lastTableScale = levels.at(-2)!.scale
    this.typeMask = link.mask
    this.linkType = link.type
    this.linkLo = stamp.loMask
    this.linkHi = stamp.hiMask
    this.baseWord = ((base % 2 ** 32) / 4) | 0
    this.baseHigh = (base / 2 ** 32) | 0
    this.pageMask = page.mask
    this.pageType = page.type
    this.pageLo = leaf.stamp.loMask
    this.pageHi = leaf.stamp.hiMask
    this.pageOffset = leaf.offsetMask
    const shallow = levels.length <= (wide ? 4 : 2) && (wide || iovaLimit <= 2 ** 32)
    // The number of a table has room for one of its level above it: see PagePlan.
    const few = iovaLimit * this.lastTableScale <= 2 ** 28
    // Links that cannot say where the array is lead elsewhere.
    const within = (this.baseHigh & ~this.linkHi) === 0
    if (shallow && few && within) this.iovaLimit = iovaLimit
  }
}
