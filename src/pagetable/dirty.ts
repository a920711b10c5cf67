/**
 * Dirty tracking: which pages a device wrote to since somebody last asked. Hardware notes it in the
 * leaves; Linux reads and clears it by iommu_dirty_ops (include/linux/iommu.h, 6.7), e.g. to copy a
 * running machine. Where it is in an entry is a row of the format: `dirty`.
 */
import type { Iova, Phys } from '../base/addr.ts'
import { EINVAL, EOPNOTSUPP, ERANGE, type Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { TlbObserver } from './contract.ts'
import { bitsOf, type DirtyBits, isDirty, store } from './dirty-bits.ts'
import { type Layout, type LeafLayout, layoutOf, leafLayout, offsetWithin } from './layout.ts'
import type { TableSource } from './mappings.ts'

/** How dirty pages are read. */
export interface DirtyOptions {
  /** Leave the state as it is, so that memory is not written: IOMMU_DIRTY_NO_CLEAR. */
  keep?: boolean
  /** Report neighbouring pages as one stretch. */
  merge?: boolean
  /**
   * Hears of the pages that were cleaned. Until hardware forgets them, it notes no further writes to
   * them: the caller invalidates, as Linux does by its iommu_iotlb_gather.
   */
  tlb?: TlbObserver
}

/**
 * Tells `record` of every page that a device wrote to and that reaches into `size` bytes from `iova`,
 * ascending, and makes them clean. A page is told whole, also where it begins before `iova` or ends
 * after the range, because it is cleaned whole. `record` must not change the table.
 *
 * 0, or -EOPNOTSUPP (the format keeps no such state), -EINVAL (no bytes), -ERANGE (too wide). Throws
 * BusError where memory does not hold a table.
 *
 * @example
 * readAndClearDirty(table, 0, 0x4000_0000, (iova, size) => copy(iova, size), { tlb })
 */
export function readAndClearDirty(
  table: TableSource,
  iova: Iova,
  size: number,
  record: (iova: Iova, size: number) => void,
  options: DirtyOptions = {},
): Errno {
  const bits = bitsOf(table.format)
  if (bits === null) return -EOPNOTSUPP
  const layout = layoutOf(table.format)
  const { granule, iovaLimit } = layout
  if (!(size > 0 && iova >= 0)) return -EINVAL
  if (iova >= iovaLimit || size > iovaLimit - iova) return -ERANGE
  // In whole pages, which a double holds exactly where it does not hold the last byte.
  const before = offsetWithin(iova, granule)
  const rest = offsetWithin(size, granule)
  const start = iova - before
  const end = start + (size - rest) + Math.ceil((before + rest) / granule) * granule
  const { memory, root } = table
  const read = new DirtyRead(layout, memory, bits, start, Math.min(end, iovaLimit), record, options)
  // What was cleaned is told also when memory or the caller stops this.
  try {
    read.table(root, 0, 0)
  } finally {
    read.finish()
  }
  return 0
}

/** One reading of the tables. */
class DirtyRead {
  readonly #layout: Layout
  readonly #memory: MemoryPort
  readonly #bits: DirtyBits
  readonly #start: Iova
  readonly #end: Iova
  readonly #record: (iova: Iova, size: number) => void
  readonly #keep: boolean
  readonly #merge: boolean
  readonly #tlb: TlbObserver | null
  /** The tables from the root to the one that is read. A link back up to them is not followed. */
  readonly #path: Phys[] = []
  // Neighbours of one size that nobody heard of yet: from `iova`, `count` of `size` bytes.
  #iova = 0
  #size = 0
  #count = 0
  // The stretch to report, of any sizes.
  #from = 0
  #bytes = 0

  constructor(
    layout: Layout,
    memory: MemoryPort,
    bits: DirtyBits,
    start: Iova,
    end: Iova,
    record: (iova: Iova, size: number) => void,
    options: DirtyOptions,
  ) {
    this.#layout = layout
    this.#memory = memory
    this.#bits = bits
    this.#start = start
    this.#end = end
    this.#record = record
    this.#keep = options.keep === true
    this.#merge = options.merge === true
    this.#tlb = options.tlb ?? null
  }

  /** Reads the entries of a table that lie in the range, and the tables below. */
  table(table: Phys, level: number, base: Iova): void {
    const { format, levels, stride } = this.#layout
    const { span, entries, next } = levels[level]!
    this.#path.length = level
    this.#path.push(table)
    const first = Math.max(0, Math.floor((this.#start - base) / span))
    const last = Math.min(entries, Math.ceil((this.#end - base) / span))
    for (let index = first; index < last; index++) {
      const at = table + index * stride
      const lo = this.#memory.read32(at)
      const hi = stride === 8 ? this.#memory.read32(at + 4) : 0
      const kind = format.classify(lo, hi, level)
      if (kind === 'table' && next !== null) {
        const below = next.stamp.address(lo, hi)
        if (!this.#path.includes(below)) this.table(below, level + 1, base + index * span)
      } else if (kind === 'leaf') {
        const leaf = leafLayout(this.#layout, lo, hi, level)
        const group = leaf.entries > 1 ? index - (index % leaf.entries) : index
        if (leaf.entries > 1 && this.#isWhole(table, level, group, leaf)) {
          const dirty = this.#cleanAll(table, group, leaf.entries)
          if (dirty) this.#found(base + group * span, leaf.entries * span)
          index = group + leaf.entries - 1
        } else if (this.#clean(at, lo, hi)) this.#found(base + index * span, span)
      }
    }
  }

  /** True when every entry of a page of several is of that page's kind still. */
  #isWhole(table: Phys, level: number, first: number, leaf: LeafLayout): boolean {
    const { format, stride } = this.#layout
    for (let i = first; i < first + leaf.entries; i++) {
      const at = table + i * stride
      const lo = this.#memory.read32(at)
      const hi = stride === 8 ? this.#memory.read32(at + 4) : 0
      if (format.classify(lo, hi, level) !== 'leaf') return false
      if (format.leafOf(lo, hi, level) !== leaf.spec) return false
    }
    return true
  }

  /** Cleans a leaf; true when it was dirty. */
  #clean(at: Phys, lo: number, hi: number): boolean {
    if (!isDirty(this.#bits, lo, hi)) return false
    const { field } = this.#bits
    if (!this.#keep) store(this.#memory, at, { lo, hi }, lo ^ field.lo, hi ^ field.hi)
    return true
  }

  /** Cleans the entries of one page; true when any was dirty, which says it of all the page. */
  #cleanAll(table: Phys, first: number, count: number): boolean {
    const { stride } = this.#layout
    let found = false
    for (let i = first; i < first + count; i++) {
      const at = table + i * stride
      const lo = this.#memory.read32(at)
      const hi = stride === 8 ? this.#memory.read32(at + 4) : 0
      if (this.#clean(at, lo, hi)) found = true
    }
    return found
  }

  #found(iova: Iova, size: number): void {
    if (size !== this.#size || iova !== this.#iova + this.#count * size) {
      this.#tell()
      this.#iova = iova
      this.#size = size
    }
    this.#count++
    if (!this.#merge) this.#record(iova, size)
    else if (iova === this.#from + this.#bytes) this.#bytes += size
    else {
      if (this.#bytes > 0) this.#record(this.#from, this.#bytes)
      this.#from = iova
      this.#bytes = size
    }
  }

  #tell(): void {
    if (this.#count > 0 && !this.#keep) this.#tlb?.page(this.#iova, this.#size, this.#count)
    this.#count = 0
  }

  /** Tells what is left to tell. */
  finish(): void {
    this.#tell()
    if (this.#bytes > 0) this.#record(this.#from, this.#bytes)
  }
}
