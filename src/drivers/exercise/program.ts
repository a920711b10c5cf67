/** How a driver programs its device: address and value registers of a channel. */
import { type Iova, hi32, lo32 } from '../../base/addr.ts'
import type { RegisterBlock } from '../../base/registers.ts'
import type { BusMaster } from '../../devices/bus-master.ts'
import { channelOffset, controlRegisters, controlWord } from '../../devices/control.ts'

/** Writes one channel's registers by name. */
export class ChannelRegisters<Name extends string> {
  readonly #master: BusMaster
  readonly #table: RegisterBlock<Name>
  readonly #base: number

  constructor(master: BusMaster, table: RegisterBlock<Name>, channel: number) {
    this.#master = master
    this.#table = table
    this.#base = channelOffset(channel)
  }

  write(name: Name, value: number): void {
    this.#master.write32(this.#base + this.#table.at[name], value)
  }

  /** A bus address into a low and a high register; a 32-bit device has no high one. */
  writeAddress(low: Name, high: Name, handle: Iova): void {
    this.write(low, lo32(handle))
    this.write(high, hi32(handle))
  }
}

/** Number of channels that the device says it has. */
export function channelCount(master: BusMaster): number {
  return master.read32(controlRegisters.at.CHANNELS)
}

/** Starts every enabled channel; the device has finished when this returns. */
export function start(master: BusMaster): void {
  master.write32(controlRegisters.at.CTRL, controlWord.encode({ GO: 1 }).lo)
}
