/**
 * A round: one use of a device from allocation to a look at the bytes. Its verdict rests on what
 * arrived, never on what was mapped.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import type { Errno } from '../../base/errno.ts'
import type { FaultRecord } from '../../base/fault.ts'

/** How a driver got memory that its device can reach. */
export type BufferKind =
  | 'coherent'
  | 'streaming'
  | 'scatterlist'
  /** Allocated against another device, as a DRM driver does. */
  | 'card'
  /** Mapped by hand with iommu_map(). */
  | 'raw'

/** Memory that a driver handed to its device. Sizes in bytes. */
export interface DmaBuffer {
  readonly kind: BufferKind
  /** What the driver writes into the device's address register. */
  readonly handle: Iova
  readonly size: number
  /** The 4 KiB pages behind it, in order. */
  readonly pages: readonly Phys[]
  /** CPU fills the buffer and hands it to the device. */
  fill(bytes: Uint8Array): void
  /** CPU takes the buffer back and reads it. */
  take(): Uint8Array
  /** Unmaps and frees. */
  release(): void
}

/** No buffer: what the kernel answered. */
export interface Refusal {
  refused: string
  errno: Errno
}

/** What an allocation or mapping yields; tell them apart with `isRefusal`. */
export type BufferOrRefusal = DmaBuffer | Refusal

/** True for the answer "no", whatever the success case would have been. */
export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}

/** Which way a buffer travels, seen from the device. */
export type Travel = 'device-reads' | 'device-writes'

/**
 * Allocates and maps `size` bytes the way one driver does it; a refusal carries the errno of the
 * call that failed.
 */
export type MakeBuffer = (size: number, travel: Travel) => BufferOrRefusal

/** What a round found. */
export type RoundVerdict =
  | { verdict: 'ok' }
  | { verdict: 'fault'; fault: FaultRecord; buffer: DmaBuffer }
  /** Bytes arrived that should not have, or did not arrive where they should. */
  | { verdict: 'corrupt'; detail: string; buffer: DmaBuffer }

/** A round that is set up: registers programmed, `GO` not yet written. */
export interface PreparedRound {
  readonly buffers: readonly DmaBuffer[]
  go(): void
  verify(): RoundVerdict
  release(): void
}

/**
 * One use that a driver can make of its device. `prepare` may be refused; what it returns has to be
 * released by the caller, whatever the outcome.
 */
export interface Round {
  /** E.g. `scans out a framebuffer`. */
  readonly name: string
  prepare(): PreparedRound | Refusal
}
