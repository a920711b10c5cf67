/** What drivers call: the short way where it serves (direct.ts), the general one for the rest. */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { Errno } from '../base/errno.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from './contract.ts'
import { type Direct, UNUSUAL } from './direct.ts'
import { protectionBits } from './layout.ts'
import { LongWay } from './long-way.ts'
import { MAP, PagePlan, UNMAP } from './page-plan.ts'
import type { Tree } from './tree.ts'

/** See EnginePageTable. */
export class Engine implements EnginePageTable {
  #tree: Tree
  readonly #long: LongWay
  /** The short way, where the format and memory allow it: see direct.ts. */
  #direct: Direct | null = null
  /** The kind of page that the last short map wrote, and the addresses of the call under way. */
  #plan: PagePlan
  #destroyed = false
  /** Calls under way that go on after an observer was told something. */
  #busy = 0

  constructor(tree: Tree) {
    this.#tree = tree
    this.#long = new LongWay(tree)
    this.#direct = tree.direct
    this.#plan = tree.direct?.plan ?? new PagePlan()
  }

  #use(tree: Tree): void {
    this.#tree = tree
    this.#direct = tree.direct
    this.#plan = tree.direct?.plan ?? new PagePlan()
  }

  get pageSizes(): readonly number[] {
    return this.#tree.layout.pageSizes
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
    return this.#plan.mapped === 0 && this.#long.installedTable
  }

  get mapped(): number {
    return this.#plan.mapped === 0 ? this.#long.mapped : this.#plan.size
  }

  get conflict(): Iova | null {
    return this.#plan.mapped === 0 ? this.#long.outcome.conflict : null
  }

  get written(): number {
    const { did, written } = this.#plan
    if (did === 0) return this.#tree.written
    return did === MAP ? written : this.#tree.stride
  }

  get warnings(): number {
    return this.#plan.did === 0 ? this.#tree.warnings : 0
  }

  get tableCount(): number {
    return this.#tree.tableCount
  }

  map(iova: Iova, address: Phys, size: number, prot: Protection): Errno {
    return this.mapPages(iova, address, size, 1, prot)
  }

  // What may exceed an int32 is handed on in the plan. The methods that do the work are large on
  // purpose, too large for V8 to take them into these, which a caller's loop then takes in.
  mapPages(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno {
    const plan = this.#plan
    plan.iova = iova
    plan.address = address
    return this.#mapPages(size, count, prot)
  }

  #mapPages(size: number, count: number, prot: Protection): Errno {
    const plan = this.#plan
    const bits = protectionBits(prot)
    if (count === 1 && size === plan.size && bits === plan.bits) {
      const { iova, address } = plan
      const below = iova < plan.iovaLimit && address < plan.outputLimit
      const fits = below && iova >= 0 && address >= 0
      if (fits && ((iova | address) & plan.offsetMask) === 0) {
        const at = plan.slot(iova)
        const { words } = plan
        if (at < 0) plan.learn(iova)
        else if ((words[at]! & plan.emptyMask) === plan.emptyType) {
          words[at] = plan.lo | (address & plan.addressLo)
          if (plan.wide === 1) {
            words[(at + 1) | 0] = plan.hi | ((address * 2.3283064365386963e-10) & plan.addressHi)
          }
          plan.mapped = 1
          plan.did = MAP
          return 0
        }
      }
    }
    // What a map of one page told stands where this one fails: that it installed nothing.
    if (plan.mapped === 1) this.#long.installedTable = false
    plan.mapped = 0
    plan.did = 0
    const direct = this.#direct
    let done = 0
    if (direct !== null) {
      direct.installed = 0
      const fits = this.#fits(plan.iova, plan.address) && Number.isInteger(count) && count > 0
      if (fits && this.#plans(size, prot, bits)) {
        done = this.#mapShort(direct, size, count)
        if (done > 0 && (done === count || this.#tree.rules.oneTablePerCall)) {
          this.#long.installedTable = direct.installed > 0
          return 0
        }
      }
    }
    assert(!this.#destroyed, 'map after destroy')
    const installed = direct !== null && direct.installed > 0
    const { iova, address } = plan
    this.#busy++
    try {
      return this.#long.map(iova, address, size, count, prot, done, installed)
    } finally {
      this.#busy--
      if (this.#long.tree !== this.#tree) this.#use(this.#long.tree)
    }
  }

  #fits(iova: Iova, address: Phys): boolean {
    const { iovaLimit, outputLimit } = this.#tree.layout
    return iova >= 0 && address >= 0 && iova < iovaLimit && address < outputLimit
  }

  /** The pages that go the short way; all of them, as a rule, and then everything is said. */
  #mapShort(direct: Direct, size: number, count: number): number {
    const tree = this.#tree
    const plan = this.#plan
    const { rules } = tree
    const pages = plan.pages!
    if (!rules.mapsUnaligned && this.#long.misaligned(plan.iova, plan.address, pages)) return 0
    const { leaf } = pages
    tree.written = 0
    tree.warnings = 0
    this.#long.outcome.conflict = null
    const { iova, address } = plan
    let done = 0
    let installed = 0
    do {
      plan.iova = iova + done * size
      plan.address = address + done * size
      if (done > 0 && !this.#fits(plan.iova, plan.address)) break
      const mapped = direct.map(leaf, count - done, plan.lo, plan.hi)
      installed += direct.installed
      if (mapped === UNUSUAL) break
      done += mapped
    } while (done < count && !rules.oneTablePerCall)
    plan.iova = iova
    plan.address = address
    direct.installed = installed
    this.#long.mapped = done * size
    return done
  }

  /** Remembers what pages of a size with this protection are made of. False: not the short way. */
  #plans(size: number, prot: Protection, bits: number): boolean {
    const plan = this.#plan
    if (size > 0 && size === plan.size && bits === plan.bits) return true
    const pages = this.#long.sizeOf(size)
    if (pages === null || !pages.short || (bits & 3) === 0) return false
    pages.leaf.learn(prot, bits)
    plan.make(this.#tree, pages, bits)
    return true
  }

  unmap(iova: Iova, size: number): number {
    return this.unmapPages(iova, size, 1)
  }

  unmapPages(iova: Iova, size: number, count: number): number {
    this.#plan.iova = iova
    return this.#unmapPages(size, count)
  }

  #unmapPages(size: number, count: number): number {
    const plan = this.#plan
    if (count === 1 && size === plan.size) {
      const { iova } = plan
      if (iova >= 0 && iova < plan.iovaLimit) {
        const at = plan.slot(iova)
        const { words } = plan
        if (at < 0) plan.learn(iova)
        else {
          const lo = words[at]!
          const hi = plan.wide === 1 ? words[(at + 1) | 0]! : 0
          const leaf = (lo & plan.leafMask) === plan.leafType
          if (leaf && (hi & plan.leafMaskHi) === plan.leafTypeHi) {
            words[at] = lo & plan.keepLo
            if (plan.wide === 1) words[(at + 1) | 0] = hi & plan.keepHi
            plan.did = UNMAP
            plan.tlb.page(iova, size, 1)
            return size
          }
        }
      }
    }
    plan.did = 0
    assert(!this.#destroyed, 'unmap after destroy')
    const tree = this.#tree
    const { iova } = plan
    let done = 0
    const pages = size > 0 && size === plan.size ? plan.pages : this.#long.sizeOf(size)
    const direct = tree.rules.unmapsBySize ? this.#direct : null
    const short = direct !== null && pages?.entries === 1
    this.#busy++
    try {
      if (short && iova >= 0 && Number.isInteger(count) && count > 0) {
        const { iovaLimit } = tree.layout
        tree.written = 0
        tree.warnings = 0
        for (let at = iova; at < iovaLimit; at = iova + done * size) {
          // The one who hears of it may call, too.
          plan.iova = at
          const unmapped = direct.unmap(pages.leaf, count - done)
          if (unmapped === UNUSUAL) break
          done += unmapped
          if (done === count || tree.rules.oneTablePerCall) return done * size
        }
      }
      return this.#long.unmap(iova, size, count, done)
    } finally {
      this.#busy--
    }
  }

  iovaToPhys(iova: Iova): Phys | null {
    const to = this.translate(iova)
    return to < 0 ? null : to
  }

  translate(iova: Iova): number {
    const to = this.#plan.translate(iova)
    // A sum is a number: the answer needs no box then, whichever way it came.
    return to >= 0 || this.#destroyed ? to : +this.#long.translate(iova)
  }

  destroy(): void {
    assert(!this.#destroyed, 'destroyed twice')
    assert(this.#busy === 0, 'destroyed by an observer of a call that is under way')
    this.#destroyed = true
    this.#direct = null
    this.#plan.end()
    this.#tree.destroy()
  }
}
