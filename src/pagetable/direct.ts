/**
 * The short way: the common case of an operation, on the words of memory themselves and with int32
 * arithmetic only. Whatever is not the common case it leaves as it is, and the general code (map.ts,
 * unmap.ts) does it; that code alone says what an operation means.
 *
 * The addresses of the call under way are in the plan (page-plan.ts), which also has the shortest way,
 * that of single pages. Constants of the module are spelled out where a loop would read them again and
 * again.
 */
import type { DirectMemory } from '../base/memory.ts'
import { type BitTest, EMPTY, LEAF, TABLE } from './kind-table.ts'
import type { LeafLayout, LevelLayout } from './layout.ts'
import { PagePlan } from './page-plan.ts'
import { differing, lowBitsOfPairs, pairsDiffer, writePairs, writeWords } from './runs.ts'
import type { Tree } from './tree.ts'

/** Not the common case; nothing was changed but, perhaps, tables installed. */
export const UNUSUAL = -1

/** See the head of the file. Internal to src/pagetable. */
export class Direct {
  /** Tables that the last map installed. */
  installed = 0
  readonly plan = new PagePlan()
  readonly #tree: Tree
  /** The memory's words, two at a time. */
  readonly #doubles: Float64Array
  /** Where the last descent ended: the word in the bank, the entry and its level. */
  #word = 0
  #lo = 0
  #hi = 0
  #level = 0

  private constructor(tree: Tree, memory: DirectMemory, link: BitTest) {
    const { words } = memory
    const { levels } = tree.layout
    this.#tree = tree
    this.#doubles = new Float64Array(words.buffer, words.byteOffset, words.length / 2)
    const { leaves, kinds } = levels.at(-1)!
    const page = leaves[0]!
    const alike = (row: number) => {
      const leaf = leaves[row]
      const inPlace = leaf?.inPlace === true && leaf.stamp.inPlaceAs(page.stamp)
      return inPlace && leaf.offsetMask === page.offsetMask
    }
    // Where there is no such test, one that no entry passes.
    const test = kinds!.leafTest(alike) ?? { mask: 0, type: 1 }
    this.plan.begin(tree, memory, link, test)
  }

  /** For a tree whose format and memory allow it; else null. */
  static of(tree: Tree): Direct | null {
    const { rules, layout } = tree
    const { levels } = layout
    if (rules.picksLargest || rules.freesEmptyTables) return null
    if (levels.length < 2 || levels.some((l) => l.kinds === null || l.emptyLink)) return null
    const link = linkTest(levels)
    const second = levels[1]!
    const alike = levels.slice(1).every((l) => l.entries === second.entries)
    const stamp = levels[0]!.next!.stamp
    const inPlace = levels.every(({ next }) => next === null || next.stamp.inPlaceAs(stamp))
    if (link === null || !alike || !inPlace) return null
    const bank = tree.memory.direct?.(tree.root) ?? null
    if (bank === null) return null
    const end = bank.base + bank.words.length * 4
    return tree.root + levels[0]!.tableBytes > end ? null : new Direct(tree, bank, link)
  }

  /** Maps up to `count` pages of one entry each; the number of them, or UNUSUAL. */
  map(leaf: LeafLayout, count: number, attributesLo: number, attributesHi: number): number {
    const tree = this.#tree
    const { level } = leaf
    this.installed = 0
    let kind = this.#descend(level)
    while (kind === EMPTY && this.#level < level) {
      const at = this.plan.memory.base + this.#word * 4
      if (tree.install(at, this.#level + 1) === null) return this.#givenUp()
      this.installed++
      kind = this.#descend(level)
    }
    if (kind !== EMPTY || this.#level !== level) return this.#givenUp()
    const words = this.plan.words
    const at = this.#word
    this.#announce(at)
    const lg2 = this.plan.wide
    const total = count === 1 ? 1 : Math.min(count, this.#left(level))
    const end = at + (total << lg2)
    if (end > words.length) return this.#givenUp()
    if (total > 1 && this.installed === 0 && !this.#allEmpty(at, end)) return UNUSUAL
    const address = this.plan.address
    const { stamp, stray } = leaf
    let lo = attributesLo
    let hi = attributesHi
    if (leaf.inPlaceWhole(address)) {
      lo |= address & stamp.loMask
      hi |= (address * 2 ** -32) & stamp.hiMask
    } else {
      lo |= stamp.lo(address)
      hi |= stamp.hi(address)
      if (stray !== null) {
        lo |= stray.lo(address)
        hi |= stray.hi(address)
      }
    }
    const links = tree.rules.rewritesLinks ? total * level - this.installed : 0
    tree.written += (total + links) * tree.stride
    if (total === 1) {
      words[at] = lo
      if (lg2 === 1) words[at + 1] = hi
    } else if (lg2 === 1)
      writePairs(words, this.#doubles, at, end, lo, hi, leaf.stepLo, leaf.stepHi)
    else writeWords(words, at, end, lo, leaf.stepLo)
    return total
  }

  /** Unmaps up to `count` pages of one entry each, all mapped; the number of them, or UNUSUAL. */
  unmap(leaf: LeafLayout, count: number): number {
    const tree = this.#tree
    const { level } = leaf
    if (this.#descend(level) !== LEAF || this.#level !== level) return UNUSUAL
    if (this.#leaf() !== leaf) return UNUSUAL
    const words = this.plan.words
    const at = this.#word
    const total = count === 1 ? 1 : Math.min(count, this.#left(level))
    const end = at + (total << this.plan.wide)
    if (end > words.length || (total > 1 && !this.#allAlike(at, end))) return UNUSUAL
    this.#announce(at)
    if (tree.rules.clearsValidBit) {
      const { validLo, validHi } = leaf
      const wide = this.plan.wide === 1
      for (let i = at; i < end; i += wide ? 2 : 1) {
        words[i] = words[i]! & ~validLo
        if (wide) words[i + 1] = words[i + 1]! & ~validHi
      }
    } else if (total === 1) {
      words[at] = 0
      if (this.plan.wide === 1) words[at + 1] = 0
    } else words.fill(0, at, end)
    tree.written += total * tree.stride
    tree.tlb?.page(this.plan.iova, leaf.size, total)
    return total
  }

  /** The general way comes by the links that were installed, and counts them itself. */
  #givenUp(): number {
    if (this.#tree.rules.rewritesLinks) this.#tree.written -= this.installed * this.#tree.stride
    return UNUSUAL
  }

  /** Words of the table that the descent ended in are going to be written: see table-roles.ts. */
  #announce(at: number): void {
    const level = this.plan.levels[this.#level]!
    const index = (this.plan.iova * level.scale) & level.indexMask
    this.plan.roles.check(at - (index << this.plan.wide), level)
  }

  /** Goes down to `target` or the first entry that is no link; returns its kind, or UNUSUAL. */
  #descend(target: number): number {
    const words = this.plan.words
    const { wide, typeMask, linkType, linkLo, linkHi, factor, indexMask } = this.plan
    const { baseHigh, baseWord, root, rootMask, scale0 } = this.plan
    let level = 0
    let scaled = this.plan.iova * scale0
    let at = (root + (scaled & rootMask)) | 0
    let lo = words[at]!
    let hi = wide === 1 ? words[at + 1]! : 0
    // What links have above the bank's own 4 GiB is looked at in the end, all at once.
    let elsewhere = 0
    while (level < target && (lo & typeMask) === linkType) {
      elsewhere |= (hi & linkHi) ^ baseHigh
      scaled *= factor
      at = (((lo & linkLo) >>> 2) - baseWord + (scaled & indexMask)) >>> 0
      // Beyond the bank there is undefined.
      const next: number | undefined = words[at]
      if (next === undefined) return this.#lost()
      lo = next
      hi = wide === 1 ? words[at + 1]! : 0
      level++
    }
    if (elsewhere !== 0) return this.#lost()
    this.#word = at
    this.#lo = lo
    this.#hi = hi
    this.#level = level
    const { kinds, shift, mask } = this.plan.levels[level]!.kinds!
    return kinds[(lo >>> shift) & mask]!
  }

  /** The way led out of the bank. */
  #lost(): number {
    this.#level = -1
    return -1
  }

  /** The row of the leaf where the descent ended. */
  #leaf(): LeafLayout {
    const { leaves, kinds } = this.plan.levels[this.#level]!
    if (leaves.length === 1) return leaves[0]!
    const { rows, leafInHigh, leafShift, leafMask } = kinds!
    return leaves[rows[((leafInHigh ? this.#hi : this.#lo) >>> leafShift) & leafMask]!]!
  }

  /** Entries from that of the address on to the end of its table. */
  #left(level: number): number {
    const { scale, indexMask, entries } = this.plan.levels[level]!
    return entries - ((this.plan.iova * scale) & indexMask)
  }

  /** True when all entries from word `at` up to `end`, on the level of the descent, are empty. */
  #allEmpty(at: number, end: number): boolean {
    const { shift, mask } = this.plan.levels[this.#level]!.kinds!
    const words = this.plan.words
    const bits =
      this.plan.wide === 1 ? lowBitsOfPairs(words, at, end) : differing(words, at, end, 0)
    return ((bits >>> shift) & mask) === 0
  }

  /** True when none of these entries is of another kind, or another leaf, than the first. */
  #allAlike(at: number, end: number): boolean {
    const words = this.plan.words
    const { leaves, kinds } = this.plan.levels[this.#level]!
    const { shift, mask, leafInHigh, leafShift, leafMask } = kinds!
    const kindBits = mask << shift
    const leafBits = leaves.length > 1 ? leafMask << leafShift : 0
    if (this.plan.wide === 0) {
      return (differing(words, at, end, words[at]!) & (kindBits | leafBits)) === 0
    }
    const low = leafInHigh ? kindBits : kindBits | leafBits
    return !pairsDiffer(words, at, end, low, leafInHigh ? leafBits : 0)
  }
}

/** One test for the links of all levels, or null where it takes more. */
function linkTest(levels: readonly LevelLayout[]): BitTest | null {
  const tests = levels.slice(0, -1).map((l) => l.kinds!.testOf(TABLE))
  const first = tests[0] ?? null
  const same = tests.every((t) => t?.mask === first?.mask && t?.type === first?.type)
  return same ? first : null
}
