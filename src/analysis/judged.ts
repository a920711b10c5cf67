/** What a boot and the use of every master leave behind, for reports to read. */
import type { DtNode } from '../devicetree/tree.ts'
import type { ArmMapping } from '../dma/dma-iommu-mapping.ts'
import type { Device } from '../driver-core/device.ts'
import type { Binding } from '../machine/binding.ts'
import type { RoundResult } from '../machine/exercise.ts'
import type { Machine } from '../machine/machine.ts'
import type { Board, DeviceReport, NotExercised, Verdict } from './contract.ts'
import type { Prepared } from './prepare.ts'

/** Everything known about one master after the boot. */
export interface Judged {
  node: DtNode
  name: string
  device: Device | null
  binding: Binding
  verdict: Verdict
  notExercised: NotExercised | null
  /** The node that is disabled, or that nothing descends into. */
  blockedBy: DtNode | null
  /** Why a bound device was never put to use; null when it was, or when something else kept it. */
  idle: string | null
  assumed: readonly string[]
  rounds: readonly RoundResult[]
  /** The round that decided; null when none was played. */
  decisive: RoundResult | null
  /** What the device looked like while it was used. */
  inUse: InUse | null
  /** One sentence. */
  reason: string
}

/** State of a device at the moment its first transfer starts, or after boot if none does. */
export interface InUse {
  dma: DeviceReport['dma']
  domain: DeviceReport['domain']
  mapping: ArmMapping | null
  group: number | null
}

/** A booted board with its verdicts, masters in document order. */
export interface Judgement {
  board: Board
  prepared: Prepared
  machine: Machine
  masters: readonly Judged[]
}
