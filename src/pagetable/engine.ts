/** What drivers call: the short way where it serves (direct.ts), the general one for the rest. */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from './contract.ts'
import { type Direct, UNUSUAL } from './direct.ts'
import { LEAF } from './kind-table.ts'
import { protectionBits, type SizeLayout } from './layout.ts'
import { LongWay } from './long-way.ts'
import type { Tree } from './tree.ts'

/** See EnginePageTable. */
export class Engine implements EnginePageTable {
  #pageSizes: readonly number[] = []
  #tree: Tree
  readonly #long: LongWay
  /** The arguments of the call under way. */
  #args = new Float64Array(2)
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
  #mapShort(size: number, count: number, prot: Protection): number {
    const direct = this.#direct!
    const tree = this.#tree
    direct.installed = 0
    const bits = protectionBits(prot)
    const planned = size === this.#plannedSize && bits === this.#plannedBits
    if (!planned && !this.#plan(size, prot, bits)) return 0
    const args = this.#args
    if (!(args[0]! < this.#iovaLimit && args[1]! < this.#outputLimit) || count <= 0) return 0
    const { rules } = tree
    const pages = this.#planned!
    if (!rules.mapsUnaligned && this.#long.misaligned(args[0]!, args[1]!, pages)) return 0
    const { leaf } = pages
    tree.written = 0
    tree.warnings = 0
    this.#long.outcome.conflict = null
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
    this.#long.installedTable = installed > 0
    this.#long.mapped = done * size
    return done
  }

  /** Remembers what pages of a size with this protection are made of. False: not the short way. */
  #plan(size: number, prot: Protection, bits: number): boolean {
    const pages = this.#long.sizeOf(size)
    if (pages === null || !pages.short || (bits & 3) === 0) return false
    pages.leaf.learn(prot, bits)
    this.#planned = pages
    this.#plannedSize = size
    this.#plannedBits = bits
    this.#plannedLo = pages.leaf.attributesLo(bits)
    this.#plannedHi = pages.leaf.attributesHi(bits)
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
    assert(!this.#destroyed, 'unmap after destroy')
    return this.#long.unmap(this.#args[0]! - done * size, size, count, done)
  }

  /** The pages that go the short way; all of them, as a rule. */
  #unmapShort(size: number, count: number): number {
    const direct = this.#direct!
    const tree = this.#tree
    const args = this.#args
    const pages = size === this.#plannedSize ? this.#planned : this.#long.sizeOf(size)
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
    return this.#long.translate(iova)
  }

  destroy(): void {
    assert(!this.#destroyed, 'destroyed twice')
    this.#destroyed = true
    this.#direct = null
    this.#unmapsShort = false
    this.#tree.destroy()
  }
}
