/**
 * The contract of bus-master hardware: it knows its registers and what its descriptors in memory
 * say, and issues reads and writes on its ports. It never sees a page table, a mapping or a driver.
 */
import type { FaultRecord } from '../base/fault.ts'
import type { RegisterBlock, RegisterWindow } from '../base/registers.ts'
import type { DmaPort } from '../base/dma-port.ts'

/** What a device did since the last `GO`, as its outside world and its status registers show it. */
export interface MasterOutcome {
  /** Bytes that left for the outside world (a screen, a wire, a decoder), in order; per channel. */
  readonly emitted: readonly Uint8Array[]
  /** Accesses that were refused, in order. */
  readonly faults: readonly FaultRecord[]
  /** False when the device stopped early. */
  readonly completed: boolean
}

/**
 * A device with DMA, as its driver and whoever judges a round see it: registers (32-bit accesses at
 * byte offsets of `block`) and what came of the last run, which ends before the write of `GO`
 * returns.
 */
export interface BusMaster extends RegisterWindow {
  readonly archetype: Archetype
  readonly block: RegisterBlock
  readonly outcome: MasterOutcome
}

/** `raw` executes a command list in memory; `ring` works through a descriptor ring. */
export type Archetype = 'scanout' | 'capture' | 'mem2mem' | 'ring' | 'raw'

/** What a device is built from. */
export interface BusMasterPorts {
  /** At least one; a device uses all of them: channel n issues on port n modulo their number. */
  readonly ports: readonly DmaPort[]
  /** Width of the addresses that the device can issue, bits (32..52); registers drop the rest. */
  readonly addressBits: number
}
