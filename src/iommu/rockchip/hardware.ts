/**
 * The Rockchip IOMMU as hardware, version 1: registers, tables in memory, a TLB and an interrupt
 * line. Behaviour: the Mali-400 MMU's public manual and what the drivers rely on.
 */
import { hex, type Iova } from '../../base/addr.ts'
import type { FaultKind, FaultRecord } from '../../base/fault.ts'
import { RegisterFile } from '../../base/registers.ts'
import type { Access, Translation } from '../../interconnect/translation.ts'
import { rockchipV1 } from '../../pagetable/formats/rockchip-v1.ts'
import { walk } from '../../pagetable/walk.ts'
import type { HardwareModel, HardwarePorts, IommuHardware } from '../family.ts'
import { type CachedPage, TranslationCache } from '../translation-cache.ts'
import { invalidWords, walkWords } from '../walk-words.ts'
import { command, interrupt, rockchipRegisters, status } from './regs.ts'

const { at } = rockchipRegisters
const ENTRY_NAMES = ['DTE', 'PTE']

/** One instance: one `reg` entry of a node. */
export class RockchipIommu implements IommuHardware {
  readonly block = rockchipRegisters
  readonly name: string
  readonly #ports: HardwarePorts
  readonly #file = new RegisterFile(rockchipRegisters)
  readonly #tlb = new TranslationCache()
  #paging = false
  #stalled = false
  /** Stopped at a page fault until command 5. */
  #stopped = false
  /** The last page fault. */
  #fault: FaultRecord | null = null
  #faultWasWrite = false

  constructor(ports: HardwarePorts) {
    this.#ports = ports
    this.name = ports.name
  }

  read32(offset: number): number {
    if (offset === at.STATUS) return this.#status()
    if (offset === at.INT_STATUS) return this.#pending()
    return this.#file.read(offset)
  }

  write32(offset: number, value: number): void {
    this.#file.write(offset, value)
    if (offset === at.COMMAND) this.#command(value)
    else if (offset === at.ZAP_ONE_LINE) this.#tlb.drop(value >>> 0)
    else if (offset === at.INT_CLEAR) {
      this.#file.poke('INT_RAWSTAT', this.#file.peek('INT_RAWSTAT') & ~value)
    }
  }

  translate(access: Access): Translation {
    if (!this.#paging) return { kind: 'pass', why: 'STATUS.0 is 0: paging is off' }
    if (this.#stopped) return this.#stillStopped(access)
    if (this.#stalled) {
      const detail = 'STATUS.2 is 1: stalled by command 2, accesses wait'
      return { kind: 'fault', fault: this.#record('blocked', access, detail) }
    }
    const cached = this.#tlb.find(access.address)
    if (cached !== null) return this.#permit(access, cached, 'TLB line')
    const root = this.#file.peek('DTE_ADDR')
    const found = walk(rockchipV1, this.#ports.memory, root, access.address)
    const walked = [rockchipV1, ENTRY_NAMES, found.steps, access.address] as const
    const words = walkWords(...walked)
    if (found.kind === 'mapped') {
      return this.#permit(access, this.#tlb.fill(access.address, found), words)
    }
    if (found.reason === 'invalid') {
      return this.#pageFault(access, 'translation', invalidWords(...walked, 'is not valid'))
    }
    const table = found.steps.length === 0 ? `directory at ${hex(root, 8)}` : `table of ${words}`
    return this.#busError(access, `${table}: no memory answers`)
  }

  #permit(access: Access, page: CachedPage, words: string): Translation {
    if (access.write ? page.write : page.read) {
      return { kind: 'translated', address: page.phys + (access.address - page.iova) }
    }
    const bit = access.write ? 'writable (2)' : 'readable (1)'
    return this.#pageFault(access, 'permission', `${words}: bit ${bit} is 0`)
  }

  /** Stops the unit: further faults are not recorded until command 5. */
  #pageFault(access: Access, kind: FaultKind, detail: string): Translation {
    this.#file.poke('PAGE_FAULT_ADDR', access.address)
    this.#stopped = true
    this.#faultWasWrite = access.write
    this.#raise(interrupt.pageFault)
    this.#fault = this.#record(kind, access, detail)
    const answer: Translation = { kind: 'fault', fault: this.#fault }
    this.#interruptIfUnmasked()
    return answer
  }

  #busError(access: Access, detail: string): Translation {
    this.#file.poke('PAGE_FAULT_ADDR', access.address)
    this.#raise(interrupt.busError)
    const fault = this.#record('walk-bus-error', access, detail)
    this.#interruptIfUnmasked()
    return { kind: 'fault', fault }
  }

  #stillStopped(access: Access): Translation {
    const first = this.#fault as FaultRecord
    const detail = `stopped at the fault of ${hex(first.address, 8)} until command 5: ${first.detail}`
    return { kind: 'fault', fault: this.#record(first.kind, access, detail) }
  }

  #raise(cause: number): void {
    this.#file.poke('INT_RAWSTAT', this.#file.peek('INT_RAWSTAT') | cause)
  }

  #interruptIfUnmasked(): void {
    if (this.#pending() !== 0) this.#ports.raiseIrq()
  }

  #pending(): number {
    return (this.#file.peek('INT_RAWSTAT') & this.#file.peek('INT_MASK')) >>> 0
  }

  #status(): number {
    let value: number = status.idle
    if (this.#paging) value |= status.paging
    if (this.#stopped) value |= status.faultActive
    else value |= status.replayEmpty
    if (this.#stalled) value |= status.stallActive
    if (this.#faultWasWrite) value |= status.faultWasWrite
    return value
  }

  #command(value: number): void {
    if (value === command.enablePaging) this.#paging = true
    else if (value === command.disablePaging) this.#paging = false
    // While a fault is active the outstanding access never drains, so the stall never begins.
    else if (value === command.enableStall) this.#stalled ||= this.#paging && !this.#stopped
    else if (value === command.disableStall) this.#stalled = false
    else if (value === command.zapCache) this.#tlb.clear()
    else if (value === command.pageFaultDone) this.#stopped = false
    else if (value === command.forceReset) this.#reset()
  }

  #reset(): void {
    this.#file.reset()
    this.#tlb.clear()
    this.#paging = false
    this.#stalled = false
    this.#stopped = false
    this.#faultWasWrite = false
  }

  #record(kind: FaultKind, access: Access, detail: string): FaultRecord {
    const address: Iova = access.address
    const registers = [
      { name: 'INT_RAWSTAT', value: this.#file.peek('INT_RAWSTAT') },
      { name: 'STATUS', value: this.#status() },
      { name: 'PAGE_FAULT_ADDR', value: this.#file.peek('PAGE_FAULT_ADDR') },
      { name: 'DTE_ADDR', value: this.#file.peek('DTE_ADDR') },
    ]
    return { block: this.name, kind, address, write: access.write, detail, registers }
  }
}

/** The family's hardware. One instance for each `reg` entry; how they share traffic is wiring. */
export const rockchipHardware: HardwareModel = {
  id: 'rockchip',
  compatibles: ['rockchip,iommu'],
  block: rockchipRegisters,
  format: rockchipV1,
  states: {
    reset: {
      outcome: 'pass',
      doc: 'STATUS.0 is 0 after reset: addresses pass unchanged',
      source: 'driver treats paging off as identity; VOPs run without an IOMMU driver',
    },
    disabled: {
      outcome: 'pass',
      doc: 'command 1: addresses pass unchanged, no permission check',
      source: 'drivers/iommu/rockchip-iommu.c detaches this way',
    },
    unmatched: {
      outcome: 'not-applicable',
      doc: 'an instance serves one master, nothing selects a stream',
      source: 'binding: #iommu-cells = 0',
    },
    emptyTable: {
      outcome: 'fault',
      doc: 'DTE not valid: page fault, the master stalls until command 5',
      source: 'Mali-400 MMU register manual; drivers/iommu/rockchip-iommu.c',
    },
  },
  scripts: {
    enable(window, root) {
      window.write32(at.DTE_ADDR, root)
      window.write32(at.COMMAND, command.zapCache)
      window.write32(at.INT_MASK, interrupt.all)
      window.write32(at.COMMAND, command.enablePaging)
    },
    disable(window) {
      window.write32(at.COMMAND, command.disablePaging)
    },
  },
  instances: (regCount) => regCount,
  create: (ports) => new RockchipIommu(ports),
}
