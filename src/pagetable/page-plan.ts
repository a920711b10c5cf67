/**
 * The numbers of one kind of page with one protection, which the engine keeps from call to call: of
 * most calls, the next maps or unmaps one page more of the same kind. Plain fields of int32 numbers,
 * for the reason that way-down.ts gives.
 */
import { type BitTest, EMPTY } from './kind-table.ts'
import type { SizeLayout } from './layout.ts'
import type { Tree } from './tree.ts'

/** Passed by nothing. */
const NEVER: BitTest = { mask: 0, type: 1 }

/** See the head of the file. Internal to src/pagetable. */
export class PagePlan {
  /** Bytes of a page; 0 as long as nothing is planned, and of pages too large for an int32. */
  size = 0
  /** The protectionBits of what is mapped. */
  bits = 0
  pages: SizeLayout | null = null
  level = 0
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
  /** An entry of this kind of page, which unmapping replaces alone, in both halves. */
  leafMask = 0
  leafType = 1
  leafMaskHi = 0
  leafTypeHi = 0
  /** What that leaves of it. */
  keepLo = 0
  keepHi = 0

  /** Plans pages whose leaf has learned what `bits` mean. */
  make(tree: Tree, pages: SizeLayout, bits: number): void {
    const { rules, layout, stride } = tree
    const { leaf, size } = pages
    const { kinds, leaves } = layout.levels[leaf.level]!
    const simple = kinds !== null && leaf.stamp.inPlace && size < 2 ** 31
    const apart = rules.unmapsRange || rules.unmapsEntries || rules.unmapsEntry
    const empty = simple ? (kinds.testOf(EMPTY) ?? NEVER) : NEVER
    const row = simple && !apart ? kinds.rowTest(leaves.indexOf(leaf)) : null
    this.size = size < 2 ** 31 ? size | 0 : 0
    this.bits = bits
    this.pages = pages
    this.level = leaf.level | 0
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
