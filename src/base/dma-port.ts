/** Where a bus master's accesses leave it. It knows nothing of what lies beyond. */
import type { Addr } from './addr.ts'
import type { FaultRecord } from './fault.ts'

/** The answer to an access: done, or refused by something on the way. */
export type BusResponse = { ok: true } | { ok: false; fault: FaultRecord }

/** The answer of a port whose whole access arrived; one object, as it carries nothing. */
export const DONE: BusResponse = { ok: true }

/**
 * One master interface of a device. A device with several (one per `iommus` entry, say) has one
 * port each. Addresses are bus addresses in bytes; accesses may have any length.
 */
export interface DmaPort {
  read(address: Addr, into: Uint8Array): BusResponse
  write(address: Addr, bytes: Uint8Array): BusResponse
}
