/**
 * The general way of every operation: any format, any memory, any of the cases that Linux's code knows.
 * It alone says what an operation means; direct.ts takes the common case out of its hands.
 */
import type { Iova, Phys } from '../base/addr.ts'
import { EINVAL, ENOMEM, type Errno } from '../base/errno.ts'
import type { FormatSpec, Protection } from './contract.ts'
import { EMPTY, TABLE } from './kind-table.ts'
import { type Layout, layoutOf, offsetWithin, protectionBits, type SizeLayout } from './layout.ts'
import { type MapOutcome, mapRun } from './map.ts'
import { mapLargest } from './map-largest.ts'
import type { Tree } from './tree.ts'
import { unmapEntries, unmapEntry, unmapRun } from './unmap.ts'
import { unmapRange } from './unmap-range.ts'

/** See the head of the file. Internal to src/pagetable. */
export class LongWay {
  /** Another one when levels were put on top. */
  tree: Tree
  #layout: Layout
  readonly outcome: MapOutcome = { pages: 0, installed: false, conflict: null }
  /** Of the last map: see EnginePageTable. */
  installedTable = false
  mapped = 0

  constructor(tree: Tree) {
    this.tree = tree
    this.#layout = tree.layout
  }

  /**
   * Maps all but the first `done` pages, which went the short way; `installed` says whether tables
   * were.
   */
  map(
    iova: Iova,
    address: Phys,
    size: number,
    count: number,
    prot: Protection,
    done: number,
    installed: boolean,
  ): Errno {
    const refusesRights = this.#refusesRights(prot)
    // A caller's own root stays the root.
    const grows = refusesRights === 0 && this.tree.ownsRoot && this.tree.format.grown !== undefined
    if (grows && !this.#grow(iova, size, count)) return -ENOMEM
    const outcome = this.outcome
    const tree = this.tree
    const { rules } = tree
    this.mapped = done === 0 ? 0 : done * size
    outcome.installed = installed
    outcome.conflict = null
    if (!installed && done === 0) tree.written = 0
    tree.warnings = 0
    if (!isCount(count)) return -EINVAL
    // A driver whose tables grow looks at the rights before it looks at the address.
    if (refusesRights !== 0 && tree.format.grown !== undefined) return refusesRights
    if (rules.picksLargest) return this.#mapRange(iova, address, size, count, prot)
    const pages = this.sizeOf(size)
    if (pages === null) return this.#warn(-EINVAL)
    if (this.misaligned(iova, address, pages)) return -EINVAL
    const refusal = Math.min(this.#narrowIova(iova), this.#narrowOutput(address))
    if (refusal < 0) return this.#warn(refusal)
    if (refusesRights !== 0) return refusesRights
    const bits = protectionBits(prot)
    pages.leaf.learn(prot, bits)
    if (count === 0) {
      const { mapNothing } = rules
      const tables = () => mapRun(tree, iova, address, pages, 0, bits, outcome)
      const result = mapNothing === 'tables' ? tables() : mapNothing
      if (result === 0) this.installedTable = outcome.installed
      return result
    }
    let at = done
    while (at < count) {
      let from = iova + at * size
      let to = address + at * size
      if (at === 0 || !rules.pageByPage) {
        from = this.#narrowIova(from)
        to = this.#narrowOutput(to)
        if (from < 0) return from
        if (to < 0) return to
      }
      const before = outcome.installed
      const run = rules.pageByPage ? 1 : count - at
      const result = mapRun(tree, from, to, pages, run, bits, outcome)
      outcome.installed ||= before
      at += outcome.pages
      this.mapped = at * size
      if (result !== 0) return result
      // A run of pages that would leave its table; `misaligned` has looked at the first one only.
      if (outcome.pages === 0) return -EINVAL
      if (rules.oneTablePerCall) break
    }
    this.installedTable = outcome.installed
    return 0
  }

  /** As mapPages, for formats that choose page sizes themselves. */
  #mapRange(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    const { iovaLimit, sizes } = this.#layout
    const { rules } = this.tree
    const asked = this.tree.format.mapSizes?.some((lg2) => 2 ** lg2 === size)
    if (!(asked ?? this.sizeOf(size) !== null)) return -EINVAL
    if (offsetWithin(iova, size) !== 0 || offsetWithin(address, size) !== 0) return -EINVAL
    const bytes = size * count
    if (iova + bytes > iovaLimit && rules.wideIova < 0) return rules.wideIova
    const wide = this.#narrowOutput(address)
    if (wide < 0) return wide
    const refusesRights = this.#refusesRights(prot)
    if (refusesRights !== 0) return refusesRights
    const bits = protectionBits(prot)
    for (const { leaf } of sizes) leaf.learn(prot, bits)
    const result = mapLargest(this.tree, iova, wide, bytes, bits, this.outcome)
    this.installedTable = this.outcome.installed
    this.mapped = this.outcome.pages * sizes[0]!.size
    return result
  }

  /**
   * Puts levels on top until a page fits, and all of them where some format has room for that. False:
   * no memory.
   */
  #grow(iova: Iova, size: number, count: number): boolean {
    const end = iova + size * Math.max(1, count)
    return this.#growFor(end - size, size) ?? this.#growFor(iova, size) ?? true
  }

  /** Null where no format has room; nothing has changed then. */
  #growFor(iova: Iova, size: number): boolean | null {
    const fits = (f: FormatSpec) =>
      iova < 2 ** f.iovaBits && layoutOf(f).sizes.some((s) => s.size === size)
    let target: FormatSpec | undefined = this.tree.format
    while (target !== undefined && !fits(target)) target = target.grown
    if (target === undefined) return null
    while (this.tree.format !== target && this.tree.format.grown !== undefined) {
      const tree = this.tree.grownTo(this.tree.format.grown)
      if (tree === null) return false
      this.tree = tree
      this.#layout = tree.layout
    }
    return true
  }

  /** Unmaps all but the first pages, which went the short way; returns the bytes of all. */
  unmap(iova: Iova, size: number, count: number, first: number): number {
    const tree = this.tree
    const { rules } = tree
    if (first === 0) tree.written = 0
    tree.warnings = 0
    const narrow = this.#narrowIova(iova)
    if (narrow < 0) return this.#warn(0)
    if (!isCount(count)) return 0
    if (rules.unmapsRange) return size * count === 0 ? 0 : unmapRange(tree, narrow, size * count)
    if (rules.unmapsEntries) return unmapEntries(tree, narrow, size * count)
    if (rules.unmapsEntry) {
      // Once round the address space everything was met.
      const bytes = Math.min(size * count, this.#layout.iovaLimit)
      let done = 0
      while (done < bytes) {
        const step = unmapEntry(tree, this.#narrowIova(iova + done), bytes - done)
        if (step === 0 || count === 1) return done + step
        done += step
      }
      return done
    }
    const known = this.sizeOf(size)
    const { leaf } = known ?? this.#layout.sizes[0]!
    const multiple = size > 0 && size % leaf.size === 0
    if (known === null && !(rules.unmapsMultiples && multiple)) return this.#warn(0)
    if (count === 0) return rules.pageByPage ? 0 : this.#warn(0)
    const entries = known?.entries ?? (size / leaf.size) * leaf.entries
    let done = first
    while (done < count) {
      let at = iova + done * size
      if (done === 0 || !rules.pageByPage) at = this.#narrowIova(at)
      if (at < 0) break
      const run = rules.pageByPage ? 1 : count - done
      const bytes = unmapRun(tree, at, size, run, leaf.level, entries)
      if (bytes < size || offsetWithin(bytes, size) !== 0) return done * size + bytes
      done += bytes / size
      if (rules.oneTablePerCall) break
    }
    return done * size
  }

  /** Where an address goes, or -1. */
  translate(iova: Iova): number {
    const at = this.#narrowIova(iova)
    return at < 0 ? -1 : (this.#walk(at) ?? -1)
  }

  #walk(at: Iova): Phys | null {
    const tree = this.tree
    const { levels } = this.#layout
    let table = tree.root
    for (let level = 0; level < levels.length; level++) {
      const { scale, indexMask } = levels[level]!
      tree.load(tree.at(table, (at * scale) & indexMask))
      const kind = tree.kind(level)
      if (kind === EMPTY) return null
      if (kind === TABLE) {
        table = tree.nextTable(level)
        continue
      }
      return tree.leaf(level).driverOutput(tree.lo, tree.hi, at)
    }
    return null
  }

  /** The errno of a map that would allow nothing; 0 where that is allowed, or rights are asked for. */
  #refusesRights({ read, write }: Protection): Errno {
    return read || write ? 0 : this.tree.rules.mapNoAccess
  }

  /** Counts what Linux would WARN about. */
  #warn<T>(answer: T): T {
    this.tree.warnings++
    return answer
  }

  /** Both sides are multiples of the hardware page; a run of pages may not leave its table. */
  misaligned(iova: Iova, address: Phys, pages: SizeLayout): boolean {
    const { size, leaf } = pages
    if (this.tree.rules.mapsUnaligned) return false
    if (offsetWithin(iova, leaf.size) !== 0 || offsetWithin(address, leaf.size) !== 0) return true
    if (size === leaf.size) return false
    const { span, entries } = this.#layout.levels[leaf.level]!
    return offsetWithin(iova, span * entries) + size > span * entries
  }

  /** What a page size is made of. */
  sizeOf(size: number): SizeLayout | null {
    for (const s of this.#layout.sizes) if (s.size === size) return s
    return null
  }

  /** The address as the driver's code uses it, or the negative errno that refuses it. */
  #narrowIova(iova: Iova): number {
    return narrowed(iova, this.#layout.iovaLimit, this.tree.rules.wideIova)
  }

  #narrowOutput(address: Phys): number {
    return narrowed(address, this.#layout.outputLimit, this.tree.rules.wideOutput)
  }
}

/** A negative address is one with all upper bits set, as in a C driver's unsigned long. */
function narrowed(address: number, limit: number, wide: Errno): number {
  if (address >= 0 && address < limit) return address
  if (!Number.isFinite(address)) return -EINVAL
  return wide === 0 ? ((address % limit) + limit) % limit : wide
}

/** Pages are counted in whole numbers. */
function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0
}
