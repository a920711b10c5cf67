/** What hardware reports when it refuses an access. */
import type { Addr } from './addr.ts'

/**
 * Why an access was refused, in terms that hold for every kind of hardware. Ours; each model names
 * its own status bits in `detail`.
 */
export type FaultKind =
  /** No valid entry for the address. */
  | 'translation'
  /** An entry that does not allow this direction. */
  | 'permission'
  /** A table or descriptor read that memory did not answer, seen by the IOMMU. */
  | 'walk-bus-error'
  /** The stream is not allowed through. */
  | 'blocked'
  /** No memory and no device answers at the address. */
  | 'no-target'
  /** The address is outside every window of a bus on the way. */
  | 'outside-window'

/** One refused access, as the block that refused it saw it and left it in its registers. */
export interface FaultRecord {
  /** Name of the block that refused: an IOMMU instance, a bus, or `interconnect`. */
  block: string
  kind: FaultKind
  /** The address as it reached the block, bytes. */
  address: Addr
  write: boolean
  /** In that hardware's own terms, e.g. `DTE[1] = 0x00000000 is not valid`. */
  detail: string
  /** Registers that now describe the fault, in reading order. */
  registers: readonly { name: string; value: number }[]
}
