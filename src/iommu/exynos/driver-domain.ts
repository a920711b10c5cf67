/**
 * An Exynos domain: one table, and the masters that use it. struct exynos_iommu_domain, map and
 * unmap of drivers/iommu/exynos-iommu.c, v3.19.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import type { Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import type { Device } from '../../driver-core/device.ts'
import type { EnginePageTable, Protection } from '../../pagetable/contract.ts'
import { walk } from '../../pagetable/walk.ts'
import { printAlternateHex } from '../printk.ts'
import type { IommuDomain } from '../domain.ts'
import type { Sysmmu } from './driver-instance.ts'

/** struct exynos_iommu_owner, in archdata.iommu of a master. */
export interface ExynosOwner {
  readonly device: Device
  /** Nodes of its System MMUs. v3.18 and v3.19 know one; only the ported driver notes several. */
  readonly sysmmus: readonly DtNode[]
  domain: IommuDomain | null
}

/**
 * The private data behind an `IommuDomain` of this family. What is unmapped is dropped from the
 * System MMUs of all `clients`.
 */
export class ExynosDomain {
  readonly table: EnginePageTable
  readonly #journal: Journal
  /** dev_get_drvdata(): the driver data behind a System MMU's node. */
  readonly #sysmmusOf: (owner: ExynosOwner) => readonly Sysmmu[]
  clients: readonly ExynosOwner[] = []

  constructor(
    table: EnginePageTable,
    journal: Journal,
    sysmmusOf: (owner: ExynosOwner) => readonly Sysmmu[],
  ) {
    this.table = table
    this.#journal = journal
    this.#sysmmusOf = sysmmusOf
  }

  /** One page of a supported size, bytes. 0, -ENOMEM, or -EADDRINUSE with a WARN. */
  map(iova: Iova, phys: Phys, size: number, prot: Protection): Errno {
    const { table } = this
    const result = table.map(iova, phys, size, prot)
    // A new second-level table replaced the link to the empty one, which 3.3 may have cached.
    if (result === 0 && table.installedTable)
      this.#each((sysmmu) => sysmmu.invalidateFirstLevel(iova))
    if (result !== 0) {
      this.#journal.log(
        'err',
        '',
        `exynos_iommu_map: Failed(${result}) to map ${printAlternateHex(size)} bytes @ ${printAlternateHex(iova)}`,
      )
    }
    return result
  }

  /** Bytes unmapped; a hole counts. 0 for a part of a larger page, which is refused. */
  unmap(iova: Iova, size: number): number {
    const done = this.table.unmap(iova, size)
    if (done === 0) {
      const found = walk(this.table.format, this.table.memory, this.table.root, iova)
      const page = found.kind === 'mapped' ? 2 ** found.lg2 : size
      this.#journal.log(
        'err',
        '',
        `exynos_iommu_unmap: Failed: size(${printAlternateHex(size)}) @ ${printAlternateHex(iova)} is smaller than page size ${printAlternateHex(page)}`,
      )
      return 0
    }
    this.#each((sysmmu) => sysmmu.invalidate(iova, done))
    return done
  }

  #each(act: (sysmmu: Sysmmu) => void): void {
    for (const owner of this.clients) for (const sysmmu of this.#sysmmusOf(owner)) act(sysmmu)
  }
}
