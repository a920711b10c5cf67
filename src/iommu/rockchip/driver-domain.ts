/**
 * A Rockchip domain: one table, and the IOMMUs that walk it. struct rk_iommu_domain, map and unmap
 * of drivers/iommu/rockchip-iommu.c, v3.19.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import { EADDRINUSE, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import { KernelBug } from '../../driver-core/device.ts'
import type { EnginePageTable, Protection } from '../../pagetable/contract.ts'
import { protectionBits } from '../../pagetable/layout.ts'
import { printAddress, printAlternateHex } from '../printk.ts'
import type { RkIommu } from './driver-instance.ts'

const PAGE = 4096

/**
 * The private data behind an `IommuDomain` of this family: 4 KiB pages in one table, and the list
 * of IOMMUs whose TLB an unmap has to reach.
 */
export class RkDomain {
  readonly table: EnginePageTable
  readonly #journal: Journal
  readonly #iommus: RkIommu[] = []
  /** A node was added to a second list, or twice to this one: walking it never ends. */
  #broken = false

  constructor(table: EnginePageTable, journal: Journal) {
    this.table = table
    this.#journal = journal
  }

  /** IOMMUs that are told about unmapped pages. */
  get iommus(): readonly RkIommu[] {
    return this.#iommus
  }

  /**
   * list_add_tail() of an IOMMU. v3.19 does not look whether the node is on a list already: the
   * old list's head keeps pointing at a node that now leads into the new list.
   */
  list(iommu: RkIommu): void {
    if (iommu.listedBy !== null) {
      iommu.listedBy.#broken = true
      this.#journal.add(
        'domain',
        iommu.name,
        `list node of ${iommu.name} added a second time: the list of its former domain is corrupt`,
      )
      iommu.listedBy.#forget(iommu)
    }
    this.#iommus.push(iommu)
    iommu.listedBy = this
  }

  /** list_del_init() of an IOMMU, from whichever list it is on. */
  static unlist(iommu: RkIommu): void {
    if (iommu.listedBy !== null) iommu.listedBy.#forget(iommu)
    iommu.listedBy = null
  }

  /** One page of a supported size, bytes. 0, -ENOMEM or -EADDRINUSE; else the engine's error. */
  map(iova: Iova, phys: Phys, size: number, prot: Protection): Errno {
    const { table } = this
    const result = table.map(iova, phys, size, prot)
    // The hardware caches directory entries: only a new table needs a zap, of its first page.
    if (result === 0 && table.installedTable) this.zap(iova, PAGE)
    if (result === -EADDRINUSE && table.conflict !== null) {
      const occupied = table.conflict - (table.conflict % PAGE)
      const wanted = phys + (occupied - iova)
      const there = table.iovaToPhys(occupied) ?? 0
      this.#journal.log(
        'err',
        '',
        `iova: ${printAddress(occupied)} already mapped to ${printAddress(there)} cannot remap to phys: ${printAddress(wanted)} prot: ${printAlternateHex(protectionBits(prot))}`,
      )
    }
    return result
  }

  /** Bytes unmapped: up to the first hole. Each page is zapped on every IOMMU of the list. */
  unmap(iova: Iova, size: number): number {
    const done = this.table.unmap(iova, size)
    if (done > 0) this.zap(iova, done)
    return done
  }

  /** rk_iommu_zap_iova(), bytes. Throws KernelBug on a list that a second attach has corrupted. */
  zap(iova: Iova, size: number): void {
    if (this.#broken) {
      throw new KernelBug('drivers/iommu/rockchip-iommu.c: rk_iommu_zap_iova walks a corrupt list')
    }
    for (const iommu of this.#iommus) iommu.zapLines(iova, size)
  }

  #forget(iommu: RkIommu): void {
    const index = this.#iommus.indexOf(iommu)
    if (index >= 0) this.#iommus.splice(index, 1)
  }
}
