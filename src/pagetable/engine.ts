/** What drivers call: the short way where it serves (direct.ts), the general one for the rest. */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from './contract.ts'
import { type Direct, UNUSUAL } from './direct.ts'
import { protectionBits } from './layout.ts'
import { LongWay } from './long-way.ts'
import { PagePlan } from './page-plan.ts'
import type { Tree } from './tree.ts'
import { noWay, type WayDown } from './way-down.ts'

/** See EnginePageTable. */
export class Engine implements EnginePageTable {
  #pageSizes: readonly number[] = []
  #tree: Tree
  readonly #long: LongWay
  /** The arguments of the call under way. */
  #args = new Float64Array(2)
  /** The short way, where the format and memory allow it: see direct.ts, way-down.ts. */
  #direct: Direct | null = null
  #way: WayDown = noWay
  #words: Int32Array = new Int32Array(0)
  /** 1 where entries have two words. */
  #wide = 0
  /** It serves to unmap, too. */
  #unmapsShort = false
  /** The kind of page that the last short map wrote. */
  readonly #plan = new PagePlan()
  /** First addresses that are too wide. */
  #iovaLimit = 0.5
  #outputLimit = 0.5
  #destroyed = false

  constructor(tree: Tree) {
    this.#tree = tree
    this.#long = new LongWay(tree)
    this.#use(tree)
  }

  #use(tree: Tree): void {
    const { layout, rules } = tree
    this.#tree = tree
    this.#pageSizes = layout.sizes.map((s) => s.size)
    this.#direct = tree.direct
    if (tree.direct !== null) this.#args = tree.direct.args
    this.#way = tree.direct?.way ?? noWay
    this.#words = tree.direct?.words ?? this.#words
    this.#wide = tree.stride === 8 ? 1 : 0
    this.#plan.size = 0
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
    return this.#long.installedTable
  }

  get mapped(): number {
    return this.#long.mapped
  }

  get conflict(): Iova | null {
    return this.#long.outcome.conflict
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

  // What may exceed an int32 is handed on in `args`: see direct.ts. The methods that do the work are
  // large on purpose, too large for V8 to take them into these, which a caller's loop then takes in.
  mapPages(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    const args = this.#args
    args[0] = iova
    args[1] = address
    return this.#mapPages(size, count, prot)
  }

  #mapPages(size: number, count: number, prot: Protection): Errno {
    const plan = this.#plan
    const args = this.#args
    const long = this.#long
    const bits = protectionBits(prot)
    const planned = size === plan.size && bits === plan.bits
    const iova = args[0]!
    const address = args[1]!
    const fits = iova < this.#iovaLimit && address < this.#outputLimit
    if (planned && fits && count === 1 && ((iova | address) & plan.offsetMask) === 0) {
      const words = this.#words
      const at = this.#way.slot(iova, plan.level)
      // Beyond the array there is undefined.
      const old = at < 0 ? undefined : words[at]
      if (old !== undefined && (old & plan.emptyMask) === plan.emptyType) {
        words[at] = plan.lo | (address & plan.addressLo)
        if (this.#wide === 1) {
          words[(at + 1) | 0] = plan.hi | ((address * 2.3283064365386963e-10) & plan.addressHi)
        }
        const tree = this.#tree
        tree.written = plan.written
        tree.warnings = 0
        long.outcome.conflict = null
        long.installedTable = false
        long.mapped = size
        return 0
      }
    }
    const direct = this.#direct
    let done = 0
    if (direct !== null) {
      direct.installed = 0
      if (fits && count > 0 && (planned || this.#plans(size, prot, bits))) {
        done = this.#mapShort(direct, size, count)
        if (done > 0 && (done === count || this.#tree.rules.oneTablePerCall)) return 0
      }
    }
    // The short way has moved the arguments on with what it did.
    const before = done * size
    return this.#mapLong(args[0]! - before, args[1]! - before, size, count, prot, done)
  }

  #mapLong(
    iova: Iova,
    address: Phys,
    size: number,
    count: number,
    prot: Protection,
    done: number,
  ): Errno {
    assert(!this.#destroyed, 'map after destroy')
    const installed = (this.#direct?.installed ?? 0) > 0
    if (this.#direct !== null) this.#direct.installed = 0
    const result = this.#long.map(iova, address, size, count, prot, done, installed)
    if (this.#long.tree !== this.#tree) this.#use(this.#long.tree)
    return result
  }

  /** The pages that go the short way; all of them, as a rule, and then everything is said. */
  #mapShort(direct: Direct, size: number, count: number): number {
    const tree = this.#tree
    const plan = this.#plan
    const args = this.#args
    const { rules } = tree
    const pages = plan.pages!
    if (!rules.mapsUnaligned && this.#long.misaligned(args[0]!, args[1]!, pages)) return 0
    const { leaf } = pages
    tree.written = 0
    tree.warnings = 0
    this.#long.outcome.conflict = null
    let done = 0
    let installed = 0
    for (;;) {
      const mapped = direct.map(leaf, count - done, plan.lo, plan.hi)
      installed += direct.installed
      if (mapped === UNUSUAL) break
      done += mapped
      if (done === count || rules.oneTablePerCall) break
      args[0]! += mapped * size
      args[1]! += mapped * size
      if (!(args[0]! < this.#iovaLimit && args[1]! < this.#outputLimit)) break
    }
    direct.installed = installed
    this.#long.installedTable = installed > 0
    this.#long.mapped = done * size
    return done
  }

  /** Remembers what pages of a size with this protection are made of. False: not the short way. */
  #plans(size: number, prot: Protection, bits: number): boolean {
    const pages = this.#long.sizeOf(size)
    if (pages === null || !pages.short || (bits & 3) === 0) return false
    pages.leaf.learn(prot, bits)
    this.#plan.make(this.#tree, pages, bits)
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
    const plan = this.#plan
    const args = this.#args
    const tree = this.#tree
    const iova = args[0]!
    if (size === plan.size && count === 1 && iova < this.#iovaLimit) {
      const words = this.#words
      const at = this.#way.slot(iova, plan.level)
      const lo = at < 0 ? undefined : words[at]
      if (lo !== undefined) {
        const hi = this.#wide === 1 ? words[(at + 1) | 0]! : 0
        if ((lo & plan.leafMask) === plan.leafType && (hi & plan.leafMaskHi) === plan.leafTypeHi) {
          words[at] = lo & plan.keepLo
          if (this.#wide === 1) words[(at + 1) | 0] = hi & plan.keepHi
          tree.written = tree.stride
          tree.warnings = 0
          tree.tlb?.page(iova, size, 1)
          return size
        }
      }
    }
    let done = 0
    const pages = size === plan.size ? plan.pages : this.#long.sizeOf(size)
    if (this.#unmapsShort && pages !== null && pages.entries === 1 && count > 0) {
      const direct = this.#direct!
      tree.written = 0
      tree.warnings = 0
      while (args[0]! < this.#iovaLimit) {
        const unmapped = direct.unmap(pages.leaf, count - done)
        if (unmapped === UNUSUAL) break
        done += unmapped
        if (done === count || tree.rules.oneTablePerCall) return done * size
        args[0]! += unmapped * size
      }
    }
    assert(!this.#destroyed, 'unmap after destroy')
    return this.#long.unmap(args[0]! - done * size, size, count, done)
  }

  iovaToPhys(iova: Iova): Phys | null {
    const to = this.translate(iova)
    return to < 0 ? null : to
  }

  translate(iova: Iova): number {
    const to = this.#way.translate(iova)
    // A sum is a number: the answer needs no box then, whichever way it came.
    return to >= 0 ? to : +this.#long.translate(iova)
  }

  destroy(): void {
    assert(!this.#destroyed, 'destroyed twice')
    this.#destroyed = true
    this.#direct = null
    this.#way = noWay
    this.#plan.size = 0
    this.#unmapsShort = false
    this.#tree.destroy()
  }
}
