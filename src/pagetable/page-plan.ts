/**
 * The numbers of one kind of page with one protection, which the engine keeps from call to call: of
 * most calls, the next maps or unmaps one page more of the same kind.
 */
import type { DirectMemory } from '../base/memory.ts'
import type { TlbObserver } from './contract.ts'
import { type BitTest, EMPTY } from './kind-table.ts'
import type { SizeLayout } from './layout.ts'
import type { Tree } from './tree.ts'
import { TableRoles } from './table-roles.ts'
import { WayDown } from './way-down.ts'

/** What PagePlan.did tells: the last call mapped one page the shortest way. */
export const MAP = 1
/** What PagePlan.did tells: the last call unmapped one. */
export const UNMAP = 2

/** Passed by nothing. */
const NEVER: BitTest = { mask: 0, type: 1 }

/** Hears what nobody wants to hear. */
const silent: TlbObserver = { walk() {}, page() {} }

/** See the head of the file. Internal to src/pagetable. */
export class PagePlan extends WayDown {
  tlb = silent
  /** The addresses of the call under way: as parameters each would cost a heap object. */
  iova = 0.5
  address = 0.5
  outputLimit = 0.5
  /** Bytes of a page; 0 as long as nothing is planned, and of pages too large for an int32. */
  size = 0
  /** The protectionBits of what is mapped. */
  bits = 0
  pages: SizeLayout | null = null
  /** The entry without an address. */
  lo = 0
  hi = 0
  /** Bits of an address below the page. */
  offsetMask = 0
  /** Where an entry has its address, which is not moved. */
  addressLo = 0
  addressHi = 0
  /** An entry that one page may be written to as it is has `(lo & emptyMask) === emptyType`. */
  emptyMask = 0
  emptyType = 1
  /** Bytes that this writes. */
  written = 0
  /** 1 when the last map did just that; and MAP or UNMAP when the last call of all was such a one. */
  mapped = 0
  did = 0
  /** An entry of this kind of page, which unmapping replaces alone, in both halves. */
  leafMask = 0
  leafType = 1
  leafMaskHi = 0
  leafTypeHi = 0
  /** What that leaves of it. */
  keepLo = 0
  keepHi = 0

  /** For a tree in `memory`: see Course. */
  begin(tree: Tree, memory: DirectMemory, link: BitTest, page: BitTest): void {
    this.setOut(tree, memory, link, page)
    this.memory = memory
    this.roles = TableRoles.of(memory)
    this.levels = tree.layout.levels
    this.tlb = tree.tlb ?? silent
    this.outputLimit = tree.layout.outputLimit
  }

  /** No more. */
  end(): void {
    this.iovaLimit = -Infinity
  }

  /** Plans pages whose leaf has learned what `bits` mean. */
  make(tree: Tree, pages: SizeLayout, bits: number): void {
    const { rules, layout, stride } = tree
    const { leaf, size } = pages
    const { kinds, leaves, scale, indexMask } = layout.levels[leaf.level]!
    const simple = kinds !== null && leaf.stamp.inPlace && size < 2 ** 31
    // All zero is always empty, where other words are, too, and no one test tells them.
    const zero = { mask: ((kinds?.mask ?? 0) << (kinds?.shift ?? 0)) | 0, type: 0 }
    const empty = simple ? (kinds.testOf(EMPTY) ?? zero) : NEVER
    const row = simple && rules.unmapsBySize ? kinds.rowTest(leaves.indexOf(leaf)) : null
    this.size = size < 2 ** 31 ? size | 0 : 0
    this.bits = bits
    this.pages = pages
    this.level = leaf.level | 0
    this.scale = scale * (stride / 4)
    this.mask = (indexMask * (stride / 4)) | 0
    this.tableScale = layout.levels[leaf.level - 1]?.scale ?? 0
    // Told apart from the last level's: there are fewer than 2^28 tables.
    this.levelKey = (layout.levels.length - 1 - leaf.level) << 28
    this.lo = leaf.attributesLo(bits)
    this.hi = leaf.attributesHi(bits)
    this.offsetMask = (size - 1) | 0
    this.addressLo = leaf.stamp.loMask
    this.addressHi = leaf.stamp.hiMask
    this.emptyMask = empty.mask
    this.emptyType = empty.type
    this.written = (stride * (rules.rewritesLinks ? leaf.level + 1 : 1)) | 0
    this.leafMask = row?.lo.mask ?? NEVER.mask
    this.leafType = row?.lo.type ?? NEVER.type
    this.leafMaskHi = row?.hi.mask ?? 0
    this.leafTypeHi = row?.hi.type ?? 0
    this.keepLo = rules.clearsValidBit ? ~leaf.validLo : 0
    this.keepHi = rules.clearsValidBit ? ~leaf.validHi : 0
  }
}
