/**
 * The Exynos System MMU as hardware, version 3.3: registers, tables in memory, a TLB and an
 * interrupt line. The cache of first-level entries is not modelled: it only ever makes a driver
 * fault that does not flush it, and v3.19's does where it must.
 */
import { hex } from '../../base/addr.ts'
import type { FaultKind, FaultRecord } from '../../base/fault.ts'
import { RegisterFile } from '../../base/registers.ts'
import type { Access, Translation } from '../../interconnect/translation.ts'
import { exynosV1, exynosV1Prot } from '../../pagetable/formats/exynos-v1.ts'
import { walk } from '../../pagetable/walk.ts'
import type { HardwareModel, HardwarePorts, IommuHardware } from '../family.ts'
import { faultRecord } from '../fault-record.ts'
import { type CachedPage, TranslationCache } from '../translation-cache.ts'
import { invalidWords, walkWords } from '../walk-words.ts'
import { config, control, controlBit, exynosRegisters } from './regs.ts'

const { at } = exynosRegisters
const ENTRY_NAMES = ['L1', 'L2']
/** Registers that describe a fault, in reading order. */
const FAULT_REGISTERS = ['INT_STATUS', 'PAGE_FAULT_ADDR', 'PT_BASE_ADDR', 'CTRL'] as const
/** PT_BASE_ADDR as the walker uses it: a 16 KiB table. */
const L1_ALIGNMENT = 0x4000
/** Causes of INT_STATUS that the model raises. */
const cause = { page: 0x01, busError: 0x08, readDenied: 0x20, writeDenied: 0x80 } as const

/**
 * One System MMU instance: a master is behind one or two. A fault blocks it until INT_CLEAR has
 * cleared its cause and CTRL is written 5 again; later accesses repeat the fault.
 */
export class ExynosSysmmu implements IommuHardware {
  readonly block = exynosRegisters
  readonly name: string
  readonly #ports: HardwarePorts
  readonly #file = new RegisterFile(exynosRegisters)
  readonly #tlb = new TranslationCache()
  /** The fault that the unit blocked itself at, until it is cleared and CTRL enables again. */
  #fault: FaultRecord | null = null

  constructor(ports: HardwarePorts) {
    this.#ports = ports
    this.name = ports.name
  }

  read32(offset: number): number {
    if (offset === at.STATUS) return this.#blocked() ? 1 : 0
    return this.#file.read(offset)
  }

  write32(offset: number, value: number): void {
    this.#file.write(offset, value)
    if (offset === at.FLUSH && (value & 1) !== 0) this.#tlb.clear()
    else if (offset === at.FLUSH_ENTRY && (value & 1) !== 0) this.#tlb.drop((value & ~0xfff) >>> 0)
    else if (offset === at.INT_CLEAR) {
      this.#file.poke('INT_STATUS', this.#file.peek('INT_STATUS') & ~value)
    } else if (offset === at.CTRL) this.#control(value)
  }

  translate(access: Access): Translation {
    const ctrl = this.#file.peek('CTRL')
    if ((ctrl & controlBit.enable) === 0) return { kind: 'pass', why: 'CTRL.0 is 0: disabled' }
    if (this.#fault !== null) return this.#stillBlocked(access, this.#fault)
    if ((ctrl & controlBit.block) !== 0) {
      const detail = 'CTRL is 7: blocked, accesses wait'
      return { kind: 'fault', fault: this.#record(access, 'blocked', detail) }
    }
    const cached = this.#tlb.find(access.address)
    if (cached !== null) return this.#permit(access, cached, 'TLB entry')
    // Permission bits count only where CFG says so; the tables are the same.
    const checked = (this.#file.peek('CFG') & config.checkPermissions) !== 0
    const format = checked ? exynosV1Prot : exynosV1
    const base = this.#file.peek('PT_BASE_ADDR')
    const root = base - (base % L1_ALIGNMENT)
    const found = walk(format, this.#ports.memory, root, access.address)
    const walked = [format, ENTRY_NAMES, found.steps, access.address] as const
    const words = walkWords(...walked)
    if (found.kind === 'mapped') {
      return this.#permit(access, this.#tlb.fill(access.address, found), words)
    }
    if (found.reason === 'invalid') {
      const detail = invalidWords(...walked, 'is a fault entry')
      return this.#refuse(access, 'translation', cause.page, detail)
    }
    const table =
      found.steps.length === 0 ? `PT_BASE_ADDR ${hex(root, 8)}` : `the table of ${words}`
    return this.#refuse(access, 'walk-bus-error', cause.busError, `${table}: no memory answers`)
  }

  #permit(access: Access, page: CachedPage, words: string): Translation {
    if (access.write ? page.write : page.read) {
      return { kind: 'translated', address: page.phys + (access.address - page.iova) }
    }
    const bit = access.write ? cause.writeDenied : cause.readDenied
    const detail = `${words} does not allow a ${access.write ? 'write' : 'read'} (CFG.2 is 1)`
    return this.#refuse(access, 'permission', bit, detail)
  }

  /** Records the fault and blocks: nothing goes through until INT_CLEAR and CTRL = 5. */
  #refuse(access: Access, kind: FaultKind, bit: number, detail: string): Translation {
    const addressIn = {
      [cause.page]: 'PAGE_FAULT_ADDR',
      [cause.busError]: 'DEFAULT_SLAVE_ADDR',
      [cause.readDenied]: 'AR_FAULT_ADDR',
      [cause.writeDenied]: 'AW_FAULT_ADDR',
    } as const
    this.#file.poke(addressIn[bit as keyof typeof addressIn], access.address)
    this.#file.poke('INT_STATUS', this.#file.peek('INT_STATUS') | bit)
    const fault = this.#record(access, kind, detail)
    this.#fault = fault
    if ((this.#file.peek('CTRL') & controlBit.interrupt) !== 0) this.#ports.raiseIrq()
    return { kind: 'fault', fault }
  }

  #stillBlocked(access: Access, first: FaultRecord): Translation {
    const detail = `blocked since the fault of ${hex(first.address, 8)}, not cleared and enabled: ${first.detail}`
    return { kind: 'fault', fault: this.#record(access, first.kind, detail) }
  }

  #control(value: number): void {
    const off = (value & controlBit.enable) === 0
    const again = value === control.enable && this.#file.peek('INT_STATUS') === 0
    if (off || again) this.#fault = null
  }

  #blocked(): boolean {
    return this.#fault !== null || (this.#file.peek('CTRL') & controlBit.block) !== 0
  }

  #record(access: Access, kind: FaultKind, detail: string): FaultRecord {
    return faultRecord(this.name, this.#file, FAULT_REGISTERS, { access, kind, detail })
  }
}

/** The family's hardware, register set of versions 1 to 3. */
export const exynosHardware: HardwareModel = {
  id: 'exynos',
  compatibles: ['samsung,exynos-sysmmu'],
  block: exynosRegisters,
  format: exynosV1,
  states: {
    reset: {
      outcome: 'pass',
      doc: 'CTRL is 0: addresses pass unchanged',
      source: 'masters run without an IOMMU driver on every board',
    },
    disabled: {
      outcome: 'pass',
      doc: 'CTRL = 0: addresses pass unchanged',
      source: 'drivers/iommu/exynos-iommu.c detaches this way',
    },
    unmatched: {
      outcome: 'not-applicable',
      doc: 'a unit serves one master, nothing selects a stream',
      source: 'binding: #iommu-cells = 0',
    },
    emptyTable: {
      outcome: 'fault',
      doc: 'L1 is a fault entry or links to one: page fault, the unit blocks until cleared and enabled',
      source: 'drivers/iommu/exynos-iommu.c, interrupt handler',
    },
  },
  scripts: {
    enable(window, root) {
      window.write32(at.CTRL, control.block)
      window.write32(at.PT_BASE_ADDR, root)
      window.write32(at.FLUSH, 1)
      window.write32(at.CTRL, control.enable)
    },
    disable(window) {
      window.write32(at.CTRL, control.disable)
    },
  },
  instances: () => 1,
  create: (ports) => new ExynosSysmmu(ports),
}
