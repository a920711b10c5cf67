/** The page table that IOMMU drivers drive: argument checks, and runs over tables. */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import { EINVAL, type Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type {
  EnginePageTable,
  FormatSpec,
  Protection,
  TablePages,
  TlbObserver,
} from './contract.ts'
import { type Layout, layoutOf, offsetWithin, protectionBits, type SizeLayout } from './layout.ts'
import { type MapOutcome, mapRun } from './map.ts'
import { EMPTY, TABLE, Tree } from './tree.ts'
import { unmapEntry, unmapRun } from './unmap.ts'

/** What createPageTable needs besides the format. */
export interface PageTableOptions {
  /** Where tables are read and written. */
  memory: MemoryPort
  /** Where tables come from and go to. */
  pages: TablePages
  /** Zeroed memory for the root that the caller provides and keeps; else it is allocated. */
  root?: Phys
  /** The shared table of formats with empty links, kept by the caller; else one is allocated. */
  emptyTable?: Phys
  /** Hears which cached translations are stale. */
  tlb?: TlbObserver
}

/**
 * An empty page table, or null when there is no memory for its root.
 *
 * @example
 * const table = createPageTable(rockchipV1, { memory, pages })
 * table?.map(0x1000_0000, 0x6000_0000, 4096, { read: true, write: true })
 */
export function createPageTable(
  format: FormatSpec,
  options: PageTableOptions,
): EnginePageTable | null {
  const { memory, pages } = options
  const layout = layoutOf(format)
  const bytes = layout.levels[0]!.tableBytes
  const root = options.root ?? pages.allocate(bytes)
  if (root === null) return null
  const tree = new Tree(format, memory, pages, root, options.root === undefined, options.tlb)
  for (const [level, { emptyLink }] of layout.levels.entries()) {
    if (!emptyLink || tree.linkEmpty(level, options.emptyTable ?? null)) continue
    tree.destroy()
    return null
  }
  tree.fillEmpty(root, 0)
  return new Engine(tree)
}

/**
 * A page table that already is in memory, e.g. in an image. Its tables below the root become the
 * table's own: `destroy` and unmapping give them back to `pages`. Throws BusError where memory does
 * not hold them.
 */
export function openPageTable(
  format: FormatSpec,
  options: PageTableOptions & { root: Phys },
): EnginePageTable {
  const { memory, pages, root, emptyTable } = options
  const tree = new Tree(format, memory, pages, root, false, options.tlb)
  const level = tree.layout.levels.findIndex((l) => l.emptyLink)
  if (level >= 0) {
    assert(emptyTable !== undefined, `${format.id}: openPageTable needs the shared empty table`)
    tree.linkEmpty(level, emptyTable)
  }
  tree.adopt(root, 0)
  return new Engine(tree)
}

/** See EnginePageTable. */
class Engine implements EnginePageTable {
  readonly pageSizes: readonly number[]
  readonly #tree: Tree
  readonly #layout: Layout
  readonly #outcome: MapOutcome = { pages: 0, installed: false, conflict: null }
  #installedTable = false
  #mapped = 0
  #destroyed = false

  constructor(tree: Tree) {
    this.#tree = tree
    this.#layout = tree.layout
    this.pageSizes = tree.layout.sizes.map((s) => s.size)
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

  get tableCount(): number {
    return this.#tree.owned.size
  }

  map(iova: Iova, address: Phys, size: number, prot: Protection): Errno {
    return this.mapPages(iova, address, size, 1, prot)
  }

  mapPages(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    assert(!this.#destroyed, 'map after destroy')
    const outcome = this.#outcome
    const { rules } = this.#layout
    this.#mapped = 0
    outcome.installed = false
    outcome.conflict = null
    const pages = this.#sizeOf(size)
    if (pages === null || this.#misaligned(iova, address, pages)) return -EINVAL
    const refusal = Math.min(this.#narrowIova(iova), this.#narrowOutput(address))
    if (refusal < 0) return refusal
    if (!prot.read && !prot.write && rules.mapNoAccess !== 0) return rules.mapNoAccess
    const bits = protectionBits(prot)
    pages.leaf.learn(prot, bits)
    let done = 0
    while (done < count) {
      const from = this.#narrowIova(iova + done * size)
      const to = this.#narrowOutput(address + done * size)
      if (from < 0) return from
      if (to < 0) return to
      const result = mapRun(this.#tree, from, to, pages, count - done, bits, outcome)
      done += outcome.pages
      this.#mapped = done * size
      if (result !== 0) return result
      // A run of pages that would leave its table; #misaligned has looked at the first one only.
      if (outcome.pages === 0) return -EINVAL
      if (rules.oneTablePerCall) break
    }
    this.#installedTable = outcome.installed
    return 0
  }

  unmap(iova: Iova, size: number): number {
    return this.unmapPages(iova, size, 1)
  }

  unmapPages(iova: Iova, size: number, count: number): number {
    assert(!this.#destroyed, 'unmap after destroy')
    const { rules } = this.#layout
    const tree = this.#tree
    const first = this.#narrowIova(iova)
    if (first < 0) return 0
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
    if (known === null && !(rules.unmapsMultiples && multiple)) return 0
    const entries = known?.entries ?? (size / leaf.size) * leaf.entries
    let done = 0
    while (done < count) {
      const at = this.#narrowIova(iova + done * size)
      if (at < 0) break
      const bytes = unmapRun(tree, at, size, count - done, leaf.level, entries)
      if (bytes < size || offsetWithin(bytes, size) !== 0) return done * size + bytes
      done += bytes / size
      if (rules.oneTablePerCall) break
    }
    return done * size
  }

  iovaToPhys(iova: Iova): Phys | null {
    const at = this.#narrowIova(iova)
    if (at < 0) return null
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
      return tree.leaf(level).output(tree.lo, tree.hi, at)
    }
    return null
  }

  destroy(): void {
    assert(!this.#destroyed, 'destroyed twice')
    this.#destroyed = true
    this.#tree.destroy()
  }

  /** Both sides are multiples of the hardware page; a run of pages may not leave its table. */
  #misaligned(iova: Iova, address: Phys, pages: SizeLayout): boolean {
    const { size, leaf } = pages
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
    const { iovaLimit, rules } = this.#layout
    if (iova < iovaLimit) return iova
    return rules.wideIova === 0 ? iova % iovaLimit : rules.wideIova
  }

  #narrowOutput(address: Phys): number {
    const { outputLimit, rules } = this.#layout
    if (address < outputLimit) return address
    return rules.wideOutput === 0 ? address % outputLimit : rules.wideOutput
  }
}
