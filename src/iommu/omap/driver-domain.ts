/**
 * An OMAP domain: a table of its own, and the MMU and client that use it. map and unmap of
 * drivers/iommu/omap-iommu.c, v3.19: both work on the table that the MMU *now* walks, so a domain
 * that another one has displaced changes the other's table.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import { EINVAL, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import { type Device, KernelBug } from '../../driver-core/device.ts'
import type { EnginePageTable, Protection } from '../../pagetable/contract.ts'
import { printHex } from '../printk.ts'
import type { OmapIommu } from './driver-instance.ts'

const MIB = 0x10_0000
const PAGE = 4096
/** Entries of the first level. */
const L1_ENTRIES = 4096

/** The functions that insist on alignment, by page size. */
const aligners: ReadonlyMap<number, string> = new Map([
  [16 * PAGE, 'iopte_alloc_large'],
  [MIB, 'iopgd_alloc_section'],
  [16 * MIB, 'iopgd_alloc_super'],
])

/**
 * The private data behind an `IommuDomain` of this family: one client and one MMU at a time.
 * Mapping one page over a section is a BUG, as in Linux.
 */
export class OmapDomain {
  readonly table: EnginePageTable
  readonly #journal: Journal
  iommu: OmapIommu | null = null
  device: Device | null = null

  constructor(table: EnginePageTable, journal: Journal) {
    this.table = table
    this.#journal = journal
  }

  /** One page of a supported size, bytes. The protection is ignored: everything is read-write. */
  map(iova: Iova, phys: Phys, size: number, prot: Protection): Errno {
    const [iommu, table] = this.#inUse()
    iommu.flushPage(iova)
    if (size < MIB && isSection(table, iova)) {
      throw new KernelBug('drivers/iommu/omap-iommu.c: iopte_alloc takes a section for a table')
    }
    const result = table.map(iova, phys, size, prot)
    const aligner = aligners.get(size)
    if (result === -EINVAL && aligner !== undefined) {
      const text = `${aligner}: ${printHex(iova, 8)}:${printHex(phys, 8)} should aligned on ${printHex(size, 8)}`
      this.#journal.log('err', iommu.name, text)
    }
    if (result !== 0) {
      const text = `omap_iopgtable_store_entry failed: ${result}`
      this.#journal.log('err', iommu.name, text)
    }
    return result
  }

  /** Clears the one entry that holds `iova`; returns its size in bytes. */
  unmap(iova: Iova, size: number): number {
    const [iommu, table] = this.#inUse()
    const bytes = table.unmap(iova, size)
    iommu.flushPage(iova)
    return bytes
  }

  /** The kernel follows both pointers without a look. */
  #inUse(): [OmapIommu, EnginePageTable] {
    const { iommu } = this
    if (iommu === null || iommu.table === null) {
      throw new KernelBug('drivers/iommu/omap-iommu.c: NULL pointer, the domain has no MMU')
    }
    return [iommu, iommu.table]
  }
}

/** True when the first-level entry of `iova` maps a section or supersection. */
function isSection(table: EnginePageTable, iova: Iova): boolean {
  return (table.memory.read32(table.root + 4 * Math.floor(iova / MIB)) & 3) === 2
}

/** iopgtable_clear_entry_all(): everything that an MMU's present table maps goes. */
export function clearTable(iommu: OmapIommu): void {
  const { table } = iommu
  if (table === null) return
  for (let i = 0; i < L1_ENTRIES; i++) {
    const at = table.root + 4 * i
    for (let page = 0; page < MIB / PAGE && table.memory.read32(at) !== 0; page++) {
      table.unmap(i * MIB + page * PAGE, PAGE)
    }
  }
  iommu.flushAll()
}
