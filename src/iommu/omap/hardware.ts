/**
 * The MMU of OMAP2 and later as hardware: registers, tables in memory, a TLB and an interrupt line.
 * Behaviour: OMAP3 and OMAP4 reference manuals; rows marked (unconfirmed) nobody has measured.
 */
import { hex } from '../../base/addr.ts'
import type { FaultKind, FaultRecord } from '../../base/fault.ts'
import { RegisterFile } from '../../base/registers.ts'
import type { Access, Translation } from '../../interconnect/translation.ts'
import { omap2 } from '../../pagetable/formats/omap2.ts'
import { walk } from '../../pagetable/walk.ts'
import type { HardwareModel, HardwarePorts, IommuHardware } from '../family.ts'
import { faultRecord } from '../fault-record.ts'
import { invalidWords, walkWords } from '../walk-words.ts'
import { OmapTlb } from './hardware-tlb.ts'
import { control, irq, lockWord, omapRegisters } from './regs.ts'

const { at } = omapRegisters
const ENTRY_NAMES = ['L1', 'L2']
/** Registers that describe a fault, in reading order. */
const FAULT_REGISTERS = ['IRQSTATUS', 'FAULT_AD', 'TTB', 'CNTL'] as const
/** Slots where the node does not tell. */
const USUAL_SLOTS = 32
/** Slots where nobody asked the node: no driver looks at fewer, so none is blamed for the rest. */
const LEAST_SLOTS = 8

/**
 * One MMU instance. `ti,#tlb-entries` of its node sizes the TLB. A fault stalls it until IRQSTATUS
 * reads 0, unless GP_REG (BUS_ERR_BACK_EN) is set.
 */
export class OmapMmu implements IommuHardware {
  readonly block = omapRegisters
  readonly name: string
  readonly #ports: HardwarePorts
  readonly #file = new RegisterFile(omapRegisters)
  readonly #tlb: OmapTlb
  /** Why the unit stalls, while a cause is pending in IRQSTATUS. */
  #fault: FaultRecord | null = null

  constructor(ports: HardwarePorts) {
    this.#ports = ports
    this.name = ports.name
    const slots =
      ports.parameter === undefined
        ? LEAST_SLOTS
        : (ports.parameter('ti,#tlb-entries') ?? USUAL_SLOTS)
    this.#tlb = new OmapTlb(slots)
  }

  read32(offset: number): number {
    if (offset === at.READ_CAM) return this.#tlb.read(this.#victim()).cam
    if (offset === at.READ_RAM) return this.#tlb.read(this.#victim()).ram
    return this.#file.read(offset)
  }

  write32(offset: number, value: number): void {
    this.#file.write(offset, value)
    const on = (value & 1) !== 0
    if (offset === at.LD_TLB && on) {
      this.#tlb.load(this.#victim(), this.#file.peek('CAM'), this.#file.peek('RAM'))
    } else if (offset === at.FLUSH_ENTRY && on) this.#tlb.drop(this.#file.peek('CAM'))
    else if (offset === at.GFLUSH && on) this.#tlb.flush()
    else if (offset === at.IRQSTATUS && this.#file.peek('IRQSTATUS') === 0) this.#fault = null
  }

  translate(access: Access): Translation {
    const cntl = this.#file.peek('CNTL')
    if ((cntl & control.mmuEnable) === 0) return { kind: 'pass', why: 'CNTL.MMU_EN is 0' }
    if (this.#fault !== null) return this.#stillStalled(access, this.#fault)
    const cached = this.#tlb.lookUp(access.address)
    if (cached.hits === 1) return { kind: 'translated', address: cached.phys }
    if (cached.hits > 1) {
      return this.#refuse(access, 'translation', irq.multiHit, `${cached.hits} TLB entries match`)
    }
    if ((cntl & control.walkerEnable) === 0) {
      const detail = 'no TLB entry matches and CNTL.TWL_EN is 0'
      return this.#refuse(access, 'translation', irq.tlbMiss, detail)
    }
    return this.#walk(access)
  }

  #walk(access: Access): Translation {
    const root = this.#file.peek('TTB')
    const found = walk(omap2, this.#ports.memory, root, access.address)
    const walked = [omap2, ENTRY_NAMES, found.steps, access.address] as const
    if (found.kind === 'fault') {
      if (found.reason === 'invalid') {
        const detail = invalidWords(...walked, 'is no descriptor')
        return this.#refuse(access, 'translation', irq.translationFault, detail)
      }
      const table =
        found.steps.length === 0 ? `TTB ${hex(root, 8)}` : `the table of ${walkWords(...walked)}`
      const detail = `${table}: no memory answers`
      return this.#refuse(access, 'walk-bus-error', irq.tableWalkFault, detail)
    }
    const offset = access.address % 2 ** found.lg2
    const lock = this.#file.peek('LOCK')
    const base = lockWord.field('base', lock)
    const page = { iova: access.address - offset, phys: found.address - offset, lg2: found.lg2 }
    const victim = this.#tlb.fill(this.#victim(), base, page)
    this.#file.poke('LOCK', lockWord.encode({ base, victim }).lo)
    return { kind: 'translated', address: found.address }
  }

  #refuse(access: Access, kind: FaultKind, cause: number, detail: string): Translation {
    this.#file.poke('FAULT_AD', access.address)
    this.#file.poke('IRQSTATUS', this.#file.peek('IRQSTATUS') | cause)
    const fault = this.#record(access, kind, detail)
    // With BUS_ERR_BACK_EN the initiator gets an error response and the unit goes on (unconfirmed).
    if (this.#file.peek('GP_REG') === 0) this.#fault = fault
    if ((this.#file.peek('IRQSTATUS') & this.#file.peek('IRQENABLE')) !== 0) {
      this.#ports.raiseIrq()
    }
    return { kind: 'fault', fault }
  }

  #stillStalled(access: Access, first: FaultRecord): Translation {
    const status = hex(this.#file.peek('IRQSTATUS'))
    const detail = `stalled at ${hex(first.address, 8)}, IRQSTATUS ${status} is not acknowledged: ${first.detail}`
    return { kind: 'fault', fault: this.#record(access, first.kind, detail) }
  }

  #victim(): number {
    return lockWord.field('victim', this.#file.peek('LOCK'))
  }

  #record(access: Access, kind: FaultKind, detail: string): FaultRecord {
    return faultRecord(this.name, this.#file, FAULT_REGISTERS, { access, kind, detail })
  }
}

/** The family's hardware. */
export const omapHardware: HardwareModel = {
  id: 'omap',
  compatibles: ['ti,omap2-iommu', 'ti,omap4-iommu', 'ti,dra7-iommu', 'ti,dra7-dsp-iommu'],
  block: omapRegisters,
  format: omap2,
  states: {
    reset: {
      outcome: 'pass',
      doc: 'CNTL.MMU_EN is 0: addresses pass unchanged',
      source: 'OMAP3 and OMAP4 reference manuals, MMU',
    },
    disabled: {
      outcome: 'pass',
      doc: 'CNTL.MMU_EN cleared: addresses pass unchanged',
      source: 'OMAP3 and OMAP4 reference manuals, MMU; the identity domain of later drivers',
    },
    unmatched: {
      outcome: 'not-applicable',
      doc: 'a unit serves one master, nothing selects a stream',
      source: 'binding: #iommu-cells = 0',
    },
    emptyTable: {
      outcome: 'fault',
      doc: 'no descriptor: translation fault, the unit stalls until IRQSTATUS is acknowledged',
      source: 'OMAP3 and OMAP4 reference manuals, MMU',
    },
  },
  scripts: {
    enable(window, root) {
      window.write32(at.TTB, root)
      window.write32(at.GFLUSH, 1)
      window.write32(at.IRQENABLE, irq.all - irq.tlbMiss)
      window.write32(at.CNTL, control.mmuEnable + control.walkerEnable)
    },
    disable(window) {
      window.write32(at.CNTL, 0)
    },
  },
  instances: () => 1,
  create: (ports) => new OmapMmu(ports),
}
