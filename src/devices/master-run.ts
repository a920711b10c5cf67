/** One run of a bus master: the accesses it issues and what became of them. */
import { type Addr, alignDown } from '../base/addr.ts'
import type { FaultRecord } from '../base/fault.ts'
import type { MasterOutcome } from './bus-master.ts'
import type { DmaPort } from '../base/dma-port.ts'

/** log2 of the boundary that no burst crosses, as on AXI. */
const BURST_LG2 = 12

/** How a channel ended. */
export type ChannelEnd = 'done' | 'fault' | 'bad'

/**
 * The state of one `GO`, for all channels. Bursts end at 4 KiB boundaries, and addresses wrap at
 * `addressBits`, as the device's counters do.
 */
export class MasterRun {
  readonly #addressBits: number
  readonly #emitted: Uint8Array[][]
  readonly #faults: FaultRecord[] = []
  /** The first refused access: channel and the address the device issued. */
  firstFault: { channel: number; address: Addr } | null = null
  completed = true

  constructor(channels: number, addressBits: number) {
    this.#addressBits = addressBits
    this.#emitted = Array.from({ length: channels }, () => [])
  }

  /** Bytes that leave for the outside world on a channel. */
  emit(channel: number, bytes: Uint8Array): void {
    this.#emitted[channel]?.push(bytes)
  }

  /**
   * Reads `length` bytes in bursts and hands over each as it arrives. False when an access was
   * refused or `take` returned false; bursts before that have been handed over.
   */
  readBursts(
    channel: number,
    port: DmaPort,
    from: Addr,
    length: number,
    take: (bytes: Uint8Array, offset: number) => boolean,
  ): boolean {
    for (let done = 0; done < length; ) {
      const at = this.#drop(from + done)
      const bytes = new Uint8Array(Math.min(length - done, bytesToBoundary(at)))
      const response = port.read(at, bytes)
      if (!response.ok) return this.#refused(channel, at, response.fault)
      if (!take(bytes, done)) return false
      done += bytes.length
    }
    return true
  }

  /** Reads `length` bytes at once; null when an access was refused. */
  read(channel: number, port: DmaPort, from: Addr, length: number): Uint8Array | null {
    const whole = new Uint8Array(length)
    const ok = this.readBursts(channel, port, from, length, (bytes, offset) => {
      whole.set(bytes, offset)
      return true
    })
    return ok ? whole : null
  }

  /** Writes in bursts. False when an access was refused; bursts before that have been written. */
  write(channel: number, port: DmaPort, to: Addr, bytes: Uint8Array): boolean {
    for (let done = 0; done < bytes.length; ) {
      const at = this.#drop(to + done)
      const end = done + Math.min(bytes.length - done, bytesToBoundary(at))
      const response = port.write(at, bytes.subarray(done, end))
      if (!response.ok) return this.#refused(channel, at, response.fault)
      done = end
    }
    return true
  }

  /** What the run looks like from outside. */
  outcome(): MasterOutcome {
    return {
      emitted: this.#emitted.map(joined),
      faults: this.#faults,
      completed: this.completed,
    }
  }

  #drop(address: Addr): Addr {
    return address % 2 ** this.#addressBits
  }

  #refused(channel: number, at: Addr, fault: FaultRecord): false {
    this.#faults.push(fault)
    this.firstFault ??= { channel, address: at }
    return false
  }
}

function bytesToBoundary(at: Addr): number {
  return alignDown(at, BURST_LG2) + 2 ** BURST_LG2 - at
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
