/**
 * An IOMMU family: one hardware model, one driver model, and the rows that say how the hardware
 * behaves without, before and after programming. They meet at registers and memory only.
 */
import type { MemoryPort } from '../base/memory.ts'
import type { RegisterBlock, RegisterWindow } from '../base/registers.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { Initcall } from '../driver-core/initcalls.ts'
import type { TranslationUnit } from '../interconnect/translation.ts'
import type { FormatSpec } from '../pagetable/contract.ts'
import type { IommuDriverContext } from './ports.ts'

/** What an access meets in one state of the hardware. */
export interface StateRow {
  outcome: 'pass' | 'fault' | 'error' | 'not-applicable'
  /** In the hardware's own terms. */
  doc: string
  /** Manual, driver or emulator; ends with "(unconfirmed)" where nobody has measured it. */
  source: string
}

/** The four states that every hardware model must answer for. */
export interface HardwareStates {
  reset: StateRow
  disabled: StateRow
  /** Enabled, and no entry selects the stream. */
  unmatched: StateRow
  /** Enabled for the stream, with an empty table. */
  emptyTable: StateRow
}

/** What a hardware instance is built from: never the machine. */
export interface HardwarePorts {
  /** `ff930300.iommu`, with `[1]` for further `reg` entries. */
  name: string
  memory: MemoryPort
  /** Raises the instance's interrupt line. */
  raiseIrq(): void
  /**
   * How the block was synthesized, where only its node tells, e.g. `ti,#tlb-entries`: the first
   * cell of that property, or null. Left out, blocks are of their usual size.
   */
  parameter?(property: string): number | null
}

/** One instance: what masters and drivers see of it. */
export type IommuHardware = TranslationUnit & RegisterWindow & { readonly block: RegisterBlock }

/** Register scripts that put hardware into a state, written from the manual and not from the driver. */
export interface HardwareScripts {
  /** Turns translation on for a stream with the table at `root` (bytes). */
  enable(window: RegisterWindow, root: number, stream: readonly number[]): void
  /** Turns translation off again. */
  disable(window: RegisterWindow): void
}

/** The hardware of a family. */
export interface HardwareModel {
  /** Family id, e.g. `rockchip`. */
  readonly id: string
  readonly compatibles: readonly string[]
  readonly states: HardwareStates
  readonly block: RegisterBlock
  /** Format that the scripts' tables are in. */
  readonly format: FormatSpec
  readonly scripts: HardwareScripts
  /** Number of independent instances that a node describes (usually 1, rockchip: one per `reg`). */
  instances(regCount: number): number
  create(ports: HardwarePorts): IommuHardware
}

/** The Linux driver of a family. */
export interface IommuDriverModel {
  readonly id: string
  /** Linux's driver name, e.g. `rk_iommu`. */
  readonly name: string
  readonly compatibles: readonly string[]
  readonly kconfig: string
  /** True when this kernel has the driver at all. */
  present(context: Pick<IommuDriverContext, 'policy'>): boolean
  /** Its initcalls, bound to the context. Link order: drivers/iommu/Makefile. */
  initcalls(context: IommuDriverContext): Initcall[]
  /** IOMMU_OF_DECLARE function, called for each matching node before devices exist; or null. */
  earlyInit(context: IommuDriverContext): ((node: DtNode) => number) | null
}
