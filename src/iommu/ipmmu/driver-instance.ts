/**
 * One IPMMU as its driver drives it: struct ipmmu_vmsa_device and the register helpers of
 * drivers/iommu/ipmmu-vmsa.c, v3.19. Software uses context 0 only.
 */
import type { Phys } from '../../base/addr.ts'
import { hi32, lo32 } from '../../base/addr.ts'
import type { Journal } from '../../base/journal.ts'
import type { RegisterWindow } from '../../base/registers.ts'
import type { DtNode } from '../../devicetree/tree.ts'
import type { IommuDomain } from '../domain.ts'
import type { NodeIo } from '../node-io.ts'
import type { IpmmuPlatformData } from './koelsch-data.ts'
import {
  CONTEXTS,
  type ContextRegister,
  contextOffset,
  imctr,
  imuctr,
  utlbAsidAt,
  utlbControlAt,
} from './regs.ts'

/** EAE, inner shareable, write-back write-allocate walks, begin at level 1. */
const IMTTBCR = 0x8000_3510
/** Attribute 0 non-cacheable, 1 write-back, 2 device. */
const IMMAIR0 = 0x0004_ff44
/** DVM and BUSSEL of IMBUSCR. */
const IMBUSCR_MASK = 0x7
/** Reads of IMCTR before a flush is given up. */
const FLUSH_READS = 100
/** The only context that v3.19 uses. */
const CONTEXT = 0

/**
 * The register accesses of the driver, and what it remembers of an IPMMU: its one mapping, and
 * whose table context 0 has.
 */
export class IpmmuInstance {
  /** Linux name of the device. */
  readonly name: string
  readonly node: DtNode | null
  readonly io: NodeIo
  /** Masters by name; null where they are in the tree. */
  readonly platformData: IpmmuPlatformData | null
  readonly #window: RegisterWindow
  /** Byte offset of the register bank that the driver uses. */
  readonly #bank: number
  readonly #journal: Journal
  /** The ARM mapping that all masters of this IPMMU share, once made. */
  mapping: object | null = null
  /** The domain that programmed context 0 last. */
  domain: IommuDomain | null = null

  constructor(init: {
    name: string
    node: DtNode | null
    io: NodeIo
    platformData: IpmmuPlatformData | null
    window: RegisterWindow
    bank: number
    journal: Journal
  }) {
    this.name = init.name
    this.node = init.node
    this.io = init.io
    this.platformData = init.platformData
    this.#window = init.window
    this.#bank = init.bank
    this.#journal = init.journal
  }

  /** ipmmu_device_reset(): all contexts off. */
  reset(): void {
    for (let c = 0; c < CONTEXTS; c++) this.#write(contextOffset(c, 'IMCTR'), 0)
  }

  /** ipmmu_domain_init_context(): whatever context 0 pointed at before is overwritten. */
  programContext(table: Phys): void {
    this.writeContext('IMTTLBR0', lo32(table))
    this.writeContext('IMTTUBR0', hi32(table))
    this.writeContext('IMTTBCR', IMTTBCR)
    this.writeContext('IMMAIR0', IMMAIR0)
    this.writeContext('IMBUSCR', this.readContext('IMBUSCR') & ~IMBUSCR_MASK)
    this.writeContext('IMSTR', this.readContext('IMSTR'))
    this.writeContext('IMCTR', imctr.interrupt | imctr.flush | imctr.enable)
  }

  /** ipmmu_domain_destroy_context() */
  stopContext(): void {
    this.writeContext('IMCTR', imctr.flush)
    this.#waitForFlush()
  }

  /** ipmmu_tlb_invalidate(): the hardware can only flush a whole context. */
  flush(): void {
    this.writeContext('IMCTR', this.readContext('IMCTR') | imctr.flush)
    this.#waitForFlush()
  }

  enableUtlb(utlb: number): void {
    this.#write(utlbAsidAt(utlb), 0)
    const control = (CONTEXT << imuctr.contextShift) | imuctr.flush | imuctr.enable
    this.#write(utlbControlAt(utlb), control)
  }

  disableUtlb(utlb: number): void {
    this.#write(utlbControlAt(utlb), 0)
  }

  readContext(name: ContextRegister): number {
    return this.#window.read32(this.#bank + contextOffset(CONTEXT, name))
  }

  writeContext(name: ContextRegister, value: number): void {
    this.#write(contextOffset(CONTEXT, name), value >>> 0)
  }

  #write(offset: number, value: number): void {
    this.#window.write32(this.#bank + offset, value)
  }

  #waitForFlush(): void {
    for (let i = 0; i < FLUSH_READS; i++) {
      if ((this.readContext('IMCTR') & imctr.flush) === 0) return
    }
    const text = 'TLB sync timed out -- MMU may be deadlocked'
    this.#journal.log('err', this.name, text)
  }
}
