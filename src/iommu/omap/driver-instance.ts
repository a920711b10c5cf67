/**
 * One OMAP MMU as its driver drives it: struct omap_iommu and the TLB primitives of
 * drivers/iommu/omap-iommu.c, v3.19.
 */
import type { Iova } from '../../base/addr.ts'
import type { Journal } from '../../base/journal.ts'
import type { RegisterWindow } from '../../base/registers.ts'
import type { EnginePageTable } from '../../pagetable/contract.ts'
import type { IommuDomain } from '../domain.ts'
import type { NodeIo } from '../node-io.ts'
import { camPageLg2, camWord, control, irq, lockWord, omapRegisters } from './regs.ts'

const { at } = omapRegisters
const CAM_VALID = camWord.encode({ valid: 1 }).lo

/** What a node says about its MMU. */
export interface OmapMmuTraits {
  /** `ti,#tlb-entries`: 8 or 32. */
  tlbEntries: number
  /** `ti,iommu-bus-err-back` */
  busErrorBack: boolean
}

/**
 * What the driver keeps for an MMU (one table, the last domain, a count of attaches) and how it
 * programs it. Every map and unmap costs a `flushPage`.
 */
export class OmapIommu {
  /** Linux name of the device; attach looks an MMU up by it. */
  readonly name: string
  readonly window: RegisterWindow
  readonly io: NodeIo
  readonly #traits: OmapMmuTraits
  readonly #journal: Journal
  /** obj->iopgd: the table that map and unmap change, whichever domain they are called for. */
  table: EnginePageTable | null = null
  /** The domain that was attached last. */
  domain: IommuDomain | null = null
  /** v3.18's count of attachments. */
  references = 0

  constructor(
    name: string,
    window: RegisterWindow,
    io: NodeIo,
    traits: OmapMmuTraits,
    journal: Journal,
  ) {
    this.name = name
    this.window = window
    this.io = io
    this.#traits = traits
    this.#journal = journal
  }

  /** iommu_enable(): points the unit at `table` and turns walker and interrupts on. */
  enable(table: EnginePageTable): void {
    const { window } = this
    this.table = table
    const revision = window.read32(at.REVISION)
    const version = `${(revision >>> 4) & 0xf}.${revision & 0xf}`
    this.#journal.log('info', this.name, `${this.name}: version ${version}`)
    window.write32(at.TTB, table.root)
    if (this.#traits.busErrorBack) window.write32(at.GP_REG, 1)
    const cntl = window.read32(at.CNTL)
    window.write32(at.IRQENABLE, irq.all & ~irq.tlbMiss)
    window.write32(at.CNTL, (cntl & ~control.mask) | control.mmuEnable | control.walkerEnable)
  }

  /** iommu_disable(): translation off; accesses pass through from here on. */
  disable(): void {
    this.window.write32(at.CNTL, this.window.read32(at.CNTL) & ~control.mask)
  }

  /** flush_iotlb_all() */
  flushAll(): void {
    this.window.write32(at.LOCK, 0)
    this.window.write32(at.GFLUSH, 1)
  }

  /** flush_iotlb_page(): reads slot after slot and drops the first valid one that holds `da`. */
  flushPage(da: Iova): void {
    const { window } = this
    for (let slot = 0; slot < this.#traits.tlbEntries; slot++) {
      const base = lockWord.field('base', window.read32(at.LOCK))
      window.write32(at.LOCK, lockWord.encode({ base, victim: slot }).lo)
      const cam = window.read32(at.READ_CAM)
      const ram = window.read32(at.READ_RAM)
      if ((cam & CAM_VALID) === 0) continue
      const size = 2 ** camPageLg2[cam & 3]!
      const tag = camWord.address(cam)
      const start = tag - (tag % size)
      if (da < start || da >= start + size) continue
      window.write32(at.CAM, (cam | CAM_VALID) >>> 0)
      window.write32(at.RAM, ram)
      window.write32(at.FLUSH_ENTRY, 1)
      window.write32(at.LD_TLB, 1)
      window.write32(at.FLUSH_ENTRY, 1)
      return
    }
  }
}
