/**
 * The tables of one page table: who owns them, how entries are read, written and cleared. Mapping
 * and unmapping (map.ts, unmap.ts) are written on top of it.
 */
import type { Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { FormatSpec, TablePages, TlbObserver } from './contract.ts'
import { Direct } from './direct.ts'
import { EMPTY, kindNumber, LEAF, TABLE } from './kind-table.ts'
import {
  type Layout,
  type LeafLayout,
  layoutOf,
  leafLayout,
  type LevelLayout,
  offsetWithin,
} from './layout.ts'
import type { Rules } from './rules.ts'
import { TableSet } from './table-set.ts'

/** See the head of the file. Internal to src/pagetable. */
export class Tree {
  readonly format: FormatSpec
  readonly rules: Rules
  readonly layout: Layout
  /** Bytes of an entry. */
  readonly stride: 4 | 8 = 4
  readonly memory: MemoryPort
  readonly tlb: TlbObserver | null
  readonly root: Phys = 0
  /** Tables of each level that this tree allocated; the shared one and the root are not here. */
  readonly #owned: TableSet[]
  /** The table on each level of the last descent, root first. */
  readonly path: Float64Array
  /** The short way, where there is one. */
  readonly direct: Direct | null
  /** The entry last read by `load`, int32 halves. */
  lo = 0
  hi = 0
  /** Since the call began: bytes written to tables in use, and what Linux would WARN about. */
  written = 0
  warnings = 0
  /** Index of an entry that was in use, per table; only for formats that free empty tables. */
  readonly #lastLive = new Map<Phys, number>()
  readonly #pages: TablePages
  readonly ownsRoot: boolean = false
  /** The shared empty table, if the format has one and this tree allocated it. */
  #ownEmptyTable: Phys | null = null
  /** What an empty entry of each level holds. */
  readonly #emptyLo: Int32Array
  readonly #emptyHi: Int32Array

  constructor(
    format: FormatSpec,
    memory: MemoryPort,
    pages: TablePages,
    root: Phys,
    ownsRoot: boolean,
    tlb: TlbObserver | undefined,
    asLinux: boolean,
  ) {
    this.format = format
    this.layout = layoutOf(format)
    this.rules = asLinux ? this.layout.linuxRules : this.layout.rules
    this.stride = this.layout.stride
    this.memory = memory
    this.tlb = tlb ?? null
    this.root = root
    this.#pages = pages
    this.ownsRoot = ownsRoot
    this.path = new Float64Array(this.layout.levels.length)
    this.path[0] = root
    this.#owned = this.layout.levels.map((l) => new TableSet(l.unit))
    this.direct = Direct.of(this)
    this.#emptyLo = new Int32Array(this.layout.levels.length)
    this.#emptyHi = new Int32Array(this.layout.levels.length)
  }

  /** How many tables below the root there are. */
  get tableCount(): number {
    return this.#owned.reduce((sum, tables) => sum + tables.size, 0)
  }

  /** Links the empty entries of level `level` to `table`; null allocates it. False: no memory. */
  linkEmpty(level: number, table: Phys | null): boolean {
    const { next } = this.#level(level)
    assert(next !== null, `${this.format.id}: an empty link at the last level`)
    const shared = table ?? this.#pages.allocate(this.tableBytes(level + 1))
    if (shared === null) return false
    if (table === null) this.#ownEmptyTable = shared
    this.#emptyLo[level] = next.lo | next.stamp.lo(shared)
    this.#emptyHi[level] = next.hi | next.stamp.hi(shared)
    return true
  }

  /**
   * This tree with a level more on top, as `format`, whose root's first entry links to the old
   * root; null when memory is exhausted. The old object is spent.
   */
  grownTo(format: FormatSpec): Tree | null {
    assert(this.ownsRoot, `${format.id}: only a root of one's own can be replaced`)
    const top = this.#pages.allocate(layoutOf(format).levels[0]!.tableBytes)
    if (top === null) return null
    const asLinux = this.rules !== this.layout.rules
    const tlb = this.tlb ?? undefined
    const tree = new Tree(format, this.memory, this.#pages, top, true, tlb, asLinux)
    for (const [level, tables] of this.#owned.entries()) {
      for (const table of tables) tree.#owned[level + 1]!.add(table)
    }
    tree.#owned[1]!.add(this.root)
    tree.link(top, 1, this.root)
    return tree
  }

  /** Makes every entry of a new table empty, where empty is not zero. */
  fillEmpty(table: Phys, level: number): void {
    if (!this.#level(level).emptyLink) return
    this.clearRun(table, level, 0, this.#level(level).entries)
  }

  /** Address of an entry. */
  at(table: Phys, index: number): Phys {
    return table + index * this.stride
  }

  /** Reads an entry into `lo` and `hi`. */
  load(at: Phys): void {
    this.lo = this.memory.read32(at) | 0
    this.hi = this.stride === 8 ? this.memory.read32(at + 4) | 0 : 0
  }

  /** Writes an entry. */
  store(at: Phys, lo: number, hi: number): void {
    this.written += this.stride
    this.memory.write32(at, lo)
    if (this.stride === 8) this.memory.write32(at + 4, hi)
  }

  /** EMPTY, LEAF or TABLE for the loaded entry. */
  kind(level: number): number {
    const { lo, hi } = this
    if ((lo | hi) === 0) return EMPTY
    if (lo === this.#emptyLo[level] && hi === this.#emptyHi[level]) return EMPTY
    return kindNumber(this.format.classify(lo, hi, level))
  }

  /** The leaf row of the loaded entry. */
  leaf(level: number): LeafLayout {
    return leafLayout(this.layout, this.lo, this.hi, level)
  }

  /** The table that the loaded entry links to. */
  nextTable(level: number): Phys {
    const { next } = this.#level(level)
    assert(next !== null, `${this.format.id}: a table at the last level`)
    return next.stamp.address(this.lo, this.hi)
  }

  /** Allocates a table of `level` and links it from the entry at `at`, one level above. */
  install(at: Phys, level: number): Phys | null {
    const table = this.allocate(level)
    if (table !== null) this.link(at, level, table)
    return table
  }

  /** An empty table of `level`, not linked yet; null when memory is exhausted. */
  allocate(level: number): Phys | null {
    const table = this.#pages.allocate(this.tableBytes(level))
    if (table === null) return null
    this.#owned[level]!.add(table)
    this.fillEmpty(table, level)
    return table
  }

  /** Writes the link to a table of `level` into the entry at `at`. */
  link(at: Phys, level: number, table: Phys): void {
    const { next } = this.#level(level - 1)
    assert(next !== null, `${this.format.id}: a table at the last level`)
    const lo = next.stamp.lo(table)
    const hi = next.stamp.hi(table)
    const fits = next.stamp.address(lo, hi) === table || this.rules.linksTruncate
    assert(fits, `a table at ${table} does not fit its link`)
    this.store(at, next.lo | lo, next.hi | hi)
  }

  /** Makes one entry empty, as unmapping does: wholly, or its valid bit only. */
  clearLeaf(at: Phys, level: number, leaf: LeafLayout): void {
    if (this.rules.clearsValidBit) {
      this.store(at, this.lo & ~leaf.validLo, this.hi & ~leaf.validHi)
    } else this.store(at, this.#emptyLo[level]!, this.#emptyHi[level]!)
  }

  /** Makes `count` entries wholly empty. */
  clearRun(table: Phys, level: number, index: number, count: number): void {
    const lo = this.#emptyLo[level]!
    const hi = this.#emptyHi[level]!
    for (let i = index; i < index + count; i++) this.store(this.at(table, i), lo, hi)
  }

  /** True when a table maps nothing, also through the tables that it links to. */
  isEmptyTable(table: Phys, level: number): boolean {
    const { entries } = this.#level(level)
    for (let i = 0; i < entries; i++) {
      this.load(this.at(table, i))
      const kind = this.kind(level)
      if (kind === EMPTY) continue
      if (kind === LEAF || !this.isEmptyTable(this.nextTable(level), level + 1)) return false
    }
    return true
  }

  /** Frees an owned table and every owned table below it. Entries that link to it are untouched. */
  freeTable(table: Phys, level: number): void {
    if (!this.#owned[level]!.delete(table)) return
    this.#lastLive.delete(table)
    if (this.#level(level).next !== null) {
      for (let i = 0; i < this.#level(level).entries; i++) {
        this.load(this.at(table, i))
        if (this.kind(level) === TABLE) this.freeTable(this.nextTable(level), level + 1)
      }
    }
    this.#pages.free(table, this.tableBytes(level))
  }

  /** Bytes to allocate for a table. */
  tableBytes(level: number): number {
    const { tableBytes, allocateBytes } = this.#level(level)
    return this.rules.linksTruncate ? tableBytes : allocateBytes
  }

  /** Takes the tables that a table of `level` links to, and those below, as this tree's own. */
  adopt(table: Phys, level: number): void {
    if (this.#level(level).next === null) return
    for (let i = 0; i < this.#level(level).entries; i++) {
      this.load(this.at(table, i))
      if (this.kind(level) !== TABLE) continue
      const below = this.nextTable(level)
      if (below === this.root || this.#owned.some((tables) => tables.has(below))) continue
      this.#owned[level + 1]!.add(below)
      this.adopt(below, level + 1)
    }
  }

  /**
   * After entries on `level` of the path went: frees tables that became empty, from there upwards,
   * where the format does so.
   */
  freeEmptied(level: number, iova: number): void {
    for (let l = level; l > 0; l--) {
      const table = this.path[l]!
      if (this.#staysLive(table, l)) return
      this.freeTable(table, l)
      const { scale, indexMask, span } = this.#level(l - 1)
      this.clearRun(this.path[l - 1]!, l - 1, (iova * scale) & indexMask, 1)
      this.tlb?.walk(iova - offsetWithin(iova, span), span, this.layout.granule)
    }
  }

  /**
   * True while a table maps something. Looking starts where something was last found, so that
   * unmapping page after page does not read the whole table each time.
   */
  #staysLive(table: Phys, level: number): boolean {
    const { entries } = this.#level(level)
    const start = this.#lastLive.get(table) ?? 0
    for (let i = 0; i < entries; i++) {
      const index = (start + i) & (entries - 1)
      this.load(this.at(table, index))
      if (this.kind(level) === EMPTY) continue
      if (i !== 0 || start === 0) this.#lastLive.set(table, index)
      return true
    }
    this.#lastLive.delete(table)
    return false
  }

  /** Gives every table back, also those that something overwrote the links to. */
  destroy(): void {
    for (const [level, tables] of this.#owned.entries()) {
      for (const table of tables) this.#pages.free(table, this.tableBytes(level))
      tables.clear()
    }
    if (this.#ownEmptyTable !== null) {
      const level = this.layout.levels.findIndex((l) => l.emptyLink)
      this.#pages.free(this.#ownEmptyTable, this.tableBytes(level + 1))
      this.#ownEmptyTable = null
    }
    if (this.ownsRoot) this.#pages.free(this.root, this.tableBytes(0))
  }

  #level(level: number): LevelLayout {
    return this.layout.levels[level]!
  }
}
