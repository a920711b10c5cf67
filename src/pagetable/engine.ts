/** What drivers call: argument checks, and runs over the tables of a tree. */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import { EINVAL, ENOMEM, type Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from './contract.ts'
import { type Direct, UNUSUAL } from './direct.ts'
import { type Layout, layoutOf, offsetWithin, protectionBits, type SizeLayout } from './layout.ts'
import { type MapOutcome, mapRun } from './map.ts'
import { mapLargest } from './map-largest.ts'
import { EMPTY, LEAF, TABLE } from './kind-table.ts'
import type { Tree } from './tree.ts'
import { unmapEntries, unmapEntry, unmapRun } from './unmap.ts'
import { unmapRange } from './unmap-range.ts'

/** See EnginePageTable. */
export class Engine implements EnginePageTable {
  #pageSizes: readonly number[] = []
  #tree!: Tree
  #layout!: Layout
  /** The arguments of the call under way. */
  readonly #args = new Float64Array(2)
  /** The short way, where the format and memory allow it: see direct.ts. */
  #direct: Direct | null = null
  /** It serves to unmap, too. */
  #unmapsShort = false
  /** The kind of page that the last short map wrote, and its entry without an address. */
  #planned: SizeLayout | null = null
  #plannedSize = 0
  #plannedBits = 0
  #plannedLo = 0
  #plannedHi = 0
  /** First addresses that are too wide. */
  #iovaLimit = 0.5
  #outputLimit = 0.5
  readonly #outcome: MapOutcome = { pages: 0, installed: false, conflict: null }
  #installedTable = false
  #mapped = 0
  #destroyed = false

  constructor(tree: Tree) {
    this.#use(tree)
  }

  #use(tree: Tree): void {
    const { layout, rules } = tree
    this.#tree = tree
    this.#layout = layout
    this.#pageSizes = layout.sizes.map((s) => s.size)
    tree.direct?.use(this.#args)
    this.#direct = tree.direct
    this.#plannedSize = 0
    this.#unmapsShort =
      tree.direct !== null && !(rules.unmapsRange || rules.unmapsEntries || rules.unmapsEntry)
    this.#iovaLimit = layout.iovaLimit
    this.#outputLimit = layout.outputLimit
  }

  get pageSizes(): readonly number[] {
    return this.#pageSizes
  }

  get format(): FormatSpec {
    return this.#tree.format
  }

  get root(): Phys {
    return this.#tree.root
  }

  get memory(): MemoryPort {
    return this.#tree.memory
  }

  get installedTable(): boolean {
    return this.#installedTable
  }

  get mapped(): number {
    return this.#mapped
  }

  get conflict(): Iova | null {
    return this.#outcome.conflict
  }

  get written(): number {
    return this.#tree.written
  }

  get warnings(): number {
    return this.#tree.warnings
  }

  get tableCount(): number {
    return this.#tree.tableCount
  }

  map(iova: Iova, address: Phys, size: number, prot: Protection): Errno {
    return this.mapPages(iova, address, size, 1, prot)
  }

  // What may exceed an int32 is handed on in `args`: see direct.ts.
  mapPages(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    const args = this.#args
    args[0] = iova
    args[1] = address
    return this.#mapPages(size, count, prot)
  }

  #mapPages(size: number, count: number, prot: Protection): Errno {
    // The short way moves the arguments on with what it does.
    const done = this.#direct === null ? 0 : this.#mapShort(size, count, prot)
    if (done > 0 && (done === count || this.#tree.rules.oneTablePerCall)) return 0
    const args = this.#args
    const before = done * size
    return this.#mapRest(args[0]! - before, args[1]! - before, size, count, prot, done)
  }

  /** The pages that go the short way; all of them, as a rule, and then everything is said. */
  #mapShort(size: number, count: number, prot: Protection): number {
    const direct = this.#direct!
    const tree = this.#tree
    direct.installed = 0
    const bits = protectionBits(prot)
    if ((size !== this.#plannedSize || bits !== this.#plannedBits) && !this.#plan(size, prot))
      return 0
    const args = this.#args
    if (!(args[0]! < this.#iovaLimit && args[1]! < this.#outputLimit) || count <= 0) return 0
    const { rules } = tree
    const pages = this.#planned!
    if (!rules.mapsUnaligned && this.#misaligned(args[0]!, args[1]!, pages)) return 0
    const { leaf } = pages
    tree.written = 0
    tree.warnings = 0
    this.#outcome.conflict = null
    let done = 0
    let installed = 0
    for (;;) {
      const mapped = direct.map(leaf, count - done, this.#plannedLo, this.#plannedHi)
      installed += direct.installed
      if (mapped === UNUSUAL) break
      done += mapped
      if (done === count || rules.oneTablePerCall) break
      args[0]! += mapped * size
      args[1]! += mapped * size
      if (!(args[0]! < this.#iovaLimit && args[1]! < this.#outputLimit)) break
    }
    direct.installed = installed
    this.#installedTable = installed > 0
    this.#mapped = done * size
    return done
  }

  /** Remembers what pages of a size with this protection are made of. False: not the short way. */
  #plan(size: number, prot: Protection): boolean {
    const pages = this.#sizeOf(size)
    const bits = protectionBits(prot)
    if (pages === null || !pages.short || (bits & 3) === 0) return false
    pages.leaf.learn(prot, bits)
    this.#planned = pages
    this.#plannedSize = size
    this.#plannedBits = bits
    this.#plannedLo = pages.leaf.attributesLo(bits)
    this.#plannedHi = pages.leaf.attributesHi(bits)
    return true
  }

  /** All but the first `done` pages, which went the short way. */
  #mapRest(
    iova: Iova,
    address: Phys,
    size: number,
    count: number,
    prot: Protection,
    done: number,
  ): Errno {
    assert(!this.#destroyed, 'map after destroy')
    const { mapNoAccess } = this.#tree.rules
    const noAccess = !prot.read && !prot.write && mapNoAccess !== 0
    if (!noAccess && this.format.grown !== undefined && !this.#grow(iova, size, count))
      return -ENOMEM
    const outcome = this.#outcome
    const tree = this.#tree
    const { rules } = tree
    const installed = (this.#direct?.installed ?? 0) > 0
    if (this.#direct !== null) this.#direct.installed = 0
    this.#mapped = done * size
    outcome.installed = installed
    outcome.conflict = null
    if (!installed && done === 0) tree.written = 0
    tree.warnings = 0
    if (rules.picksLargest) return this.#mapRange(iova, address, size, count, prot)
    const pages = this.#sizeOf(size)
    if (pages === null) return this.#warn(-EINVAL)
    if (this.#misaligned(iova, address, pages)) return -EINVAL
    const refusal = Math.min(this.#narrowIova(iova), this.#narrowOutput(address))
    if (refusal < 0) return this.#warn(refusal)
    if (!prot.read && !prot.write && rules.mapNoAccess !== 0) return rules.mapNoAccess
    const bits = protectionBits(prot)
    pages.leaf.learn(prot, bits)
    if (count === 0) {
      if (rules.mapNothing !== 'tables') return rules.mapNothing
      return mapRun(tree, iova, address, pages, 0, bits, outcome)
    }
    let at = done
    while (at < count) {
      const from = this.#narrowIova(iova + at * size)
      const to = this.#narrowOutput(address + at * size)
      if (from < 0) return from
      if (to < 0) return to
      const before = outcome.installed
      const run = rules.pageByPage ? 1 : count - at
      const result = mapRun(tree, from, to, pages, run, bits, outcome)
      outcome.installed ||= before
      at += outcome.pages
      this.#mapped = at * size
      if (result !== 0) return result
      // A run of pages that would leave its table; #misaligned has looked at the first one only.
      if (outcome.pages === 0) return -EINVAL
      if (rules.oneTablePerCall) break
    }
    this.#installedTable = outcome.installed
    return 0
  }

  /** As mapPages, for formats that choose page sizes themselves. */
  #mapRange(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    const { iovaLimit, sizes } = this.#layout
    const { rules } = this.#tree
    const asked = this.format.mapSizes?.some((lg2) => 2 ** lg2 === size)
    if (!(asked ?? this.#sizeOf(size) !== null)) return -EINVAL
    if (offsetWithin(iova, size) !== 0 || offsetWithin(address, size) !== 0) return -EINVAL
    const bytes = size * count
    if (iova + bytes > iovaLimit && rules.wideIova < 0) return rules.wideIova
    const wide = this.#narrowOutput(address)
    if (wide < 0) return wide
    if (!prot.read && !prot.write && rules.mapNoAccess !== 0) return rules.mapNoAccess
    const bits = protectionBits(prot)
    for (const { leaf } of sizes) leaf.learn(prot, bits)
    const result = mapLargest(this.#tree, iova, wide, bytes, bits, this.#outcome)
    this.#installedTable = this.#outcome.installed
    this.#mapped = this.#outcome.pages * sizes[0]!.size
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
    let target: FormatSpec | undefined = this.format
    while (target !== undefined && !fits(target)) target = target.grown
    if (target === undefined) return null
    while (this.format !== target && this.format.grown !== undefined) {
      const tree = this.#tree.grownTo(this.format.grown)
      if (tree === null) return false
      this.#use(tree)
    }
    return true
  }

  unmap(iova: Iova, size: number): number {
    return this.unmapPages(iova, size, 1)
  }

  unmapPages(iova: Iova, size: number, count: number): number {
    this.#args[0] = iova
    return this.#unmapPages(size, count)
  }

  #unmapPages(size: number, count: number): number {
    const done = this.#unmapsShort ? this.#unmapShort(size, count) : 0
    if (done > 0 && (done === count || this.#tree.rules.oneTablePerCall)) return done * size
    return this.#unmapRest(this.#args[0]! - done * size, size, count, done)
  }

  /** The pages that go the short way; all of them, as a rule. */
  #unmapShort(size: number, count: number): number {
    const direct = this.#direct!
    const tree = this.#tree
    const args = this.#args
    const pages = size === this.#plannedSize ? this.#planned : this.#sizeOf(size)
    if (pages === null || pages.entries !== 1 || count <= 0) return 0
    if (!(args[0]! < this.#iovaLimit)) return 0
    tree.written = 0
    tree.warnings = 0
    let done = 0
    for (;;) {
      const unmapped = direct.unmap(pages.leaf, count - done)
      if (unmapped === UNUSUAL) return done
      done += unmapped
      if (done === count || tree.rules.oneTablePerCall) return done
      args[0]! += unmapped * size
      if (!(args[0]! < this.#iovaLimit)) return done
    }
  }

  /** All but the first `done` pages, which went the short way. */
  #unmapRest(iova: Iova, size: number, count: number, first: number): number {
    assert(!this.#destroyed, 'unmap after destroy')
    const tree = this.#tree
    const { rules } = tree
    if (first === 0) tree.written = 0
    tree.warnings = 0
    const narrow = this.#narrowIova(iova)
    if (narrow < 0) return this.#warn(0)
    if (rules.unmapsRange) return size * count === 0 ? 0 : unmapRange(tree, narrow, size * count)
    if (rules.unmapsEntries) return unmapEntries(tree, narrow, size * count)
    if (rules.unmapsEntry) {
      let done = 0
      while (done < size * count) {
        const step = unmapEntry(tree, this.#narrowIova(iova + done), size * count - done)
        if (step === 0 || count === 1) return done + step
        done += step
      }
      return done
    }
    const known = this.#sizeOf(size)
    const { leaf } = known ?? this.#layout.sizes[0]!
    const multiple = size > 0 && size % leaf.size === 0
    if (known === null && !(rules.unmapsMultiples && multiple)) return this.#warn(0)
    if (count === 0) return rules.pageByPage ? 0 : this.#warn(0)
    const entries = known?.entries ?? (size / leaf.size) * leaf.entries
    let done = first
    while (done < count) {
      const at = this.#narrowIova(iova + done * size)
      if (at < 0) break
      const run = rules.pageByPage ? 1 : count - done
      const bytes = unmapRun(tree, at, size, run, leaf.level, entries)
      if (bytes < size || offsetWithin(bytes, size) !== 0) return done * size + bytes
      done += bytes / size
      if (rules.oneTablePerCall) break
    }
    return done * size
  }

  iovaToPhys(iova: Iova): Phys | null {
    const to = this.translate(iova)
    return to < 0 ? null : to
  }

  translate(iova: Iova): number {
    const args = this.#args
    const direct = this.#direct
    if (direct !== null && iova < this.#iovaLimit) {
      args[0] = iova
      if (direct.translate() === LEAF) return args[1]!
    }
    return this.#translateRest(iova)
  }

  #translateRest(iova: Iova): number {
    const at = this.#narrowIova(iova)
    return at < 0 ? -1 : (this.#walk(at) ?? -1)
  }

  #walk(at: Iova): Phys | null {
    const tree = this.#tree
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

  destroy(): void {
    assert(!this.#destroyed, 'destroyed twice')
    this.#destroyed = true
    this.#direct = null
    this.#unmapsShort = false
    this.#tree.destroy()
  }

  /** Counts what Linux would WARN about. */
  #warn<T>(answer: T): T {
    this.#tree.warnings++
    return answer
  }

  /** Both sides are multiples of the hardware page; a run of pages may not leave its table. */
  #misaligned(iova: Iova, address: Phys, pages: SizeLayout): boolean {
    const { size, leaf } = pages
    if (this.#tree.rules.mapsUnaligned) return false
    if (offsetWithin(iova, leaf.size) !== 0 || offsetWithin(address, leaf.size) !== 0) return true
    if (size === leaf.size) return false
    const { span, entries } = this.#layout.levels[leaf.level]!
    return offsetWithin(iova, span * entries) + size > span * entries
  }

  #sizeOf(size: number): SizeLayout | null {
    for (const s of this.#layout.sizes) if (s.size === size) return s
    return null
  }

  /** The address as the driver's code uses it, or the negative errno that refuses it. */
  #narrowIova(iova: Iova): number {
    const { iovaLimit } = this.#layout
    const { rules } = this.#tree
    if (iova < iovaLimit) return iova
    return rules.wideIova === 0 ? iova % iovaLimit : rules.wideIova
  }

  #narrowOutput(address: Phys): number {
    const { outputLimit } = this.#layout
    const { rules } = this.#tree
    if (address < outputLimit) return address
    return rules.wideOutput === 0 ? address % outputLimit : rules.wideOutput
  }
}
