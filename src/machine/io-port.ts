/** ioremap() and request_irq() for IOMMU drivers, with every register write in the journal. */
import { hex } from '../base/addr.ts'
import type { Journal } from '../base/journal.ts'
import type { RegisterBlock, RegisterWindow } from '../base/registers.ts'
import { regs, translatedReg } from '../devicetree/addresses.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { Device } from '../driver-core/device.ts'
import type { IoPort } from '../iommu/ports.ts'
import type { Interrupts } from './interrupts.ts'

/** A register block on the bus. */
export interface MappedBlock {
  /** For people: `ff930300.iommu`. */
  name: string
  block: RegisterBlock
  window: RegisterWindow
}

/** Register blocks by physical base address, from the wiring and not from the tree under test. */
export class MmioMap {
  readonly #blocks = new Map<number, MappedBlock>()

  /** The first block at an address stays. */
  add(base: number, mapped: MappedBlock): void {
    if (!this.#blocks.has(base)) this.#blocks.set(base, mapped)
  }

  at(base: number): MappedBlock | null {
    return this.#blocks.get(base) ?? null
  }
}

/** What the CPU sees where nothing answers. */
const nothing: RegisterWindow = { read32: () => 0xffff_ffff, write32: () => {} }

/**
 * The `IoPort` of one machine: a node finds the block that the wiring has at the address in its
 * `reg`. Where there is none reads are 0xffffffff and writes are lost.
 */
export class MachineIo implements IoPort {
  readonly #mmio: MmioMap
  readonly #interrupts: Interrupts
  readonly #journal: Journal

  constructor(mmio: MmioMap, interrupts: Interrupts, journal: Journal) {
    this.#mmio = mmio
    this.#interrupts = interrupts
    this.#journal = journal
  }

  map(device: Device, index: number): RegisterWindow | null {
    return device.node === null ? null : this.mapNode(device.node, index)
  }

  mapNode(node: DtNode, index: number): RegisterWindow | null {
    const base = translatedReg(node, index)
    if (base === null) return null
    const mapped = this.#mmio.at(base)
    return mapped === null ? nothing : this.#recorded(mapped)
  }

  regCount(device: Device): number {
    return device.node === null ? 0 : regs(device.node).length
  }

  requestIrq(device: Device, handler: () => void): void {
    if (device.node !== null) this.requestNodeIrq(device.node, handler)
  }

  requestNodeIrq(node: DtNode, handler: () => void): void {
    const line = irqLine(node)
    if (line !== null) this.#interrupts.request(line, handler)
  }

  freeIrq(device: Device): void {
    if (device.node !== null) this.freeNodeIrq(device.node)
  }

  freeNodeIrq(node: DtNode): void {
    const line = irqLine(node)
    if (line !== null) this.#interrupts.free(line)
  }

  #recorded(mapped: MappedBlock): RegisterWindow {
    const { window, block, name } = mapped
    return {
      read32: (offset) => window.read32(offset),
      write32: (offset, value) => {
        const register = block.find(offset)?.name ?? hex(offset)
        this.#journal.add(
          'register-write',
          name,
          `${name}: ${register} = ${hex(value >>> 0)}`,
          [{ kind: 'register', block: name, register, value: value >>> 0 }],
          { register, value: value >>> 0 },
        )
        window.write32(offset, value)
      },
    }
  }
}

/** An interrupt line goes by the physical address of its block's first register range. */
export function irqLine(node: DtNode): string | null {
  const base = translatedReg(node, 0)
  return base === null ? null : hex(base)
}
