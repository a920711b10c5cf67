/** What all bus masters have in common: registers, GO, and channels that run one after the other. */
import { type Addr, GIB4, hi32, lo32 } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import { type RegisterBlock, RegisterFile } from '../base/registers.ts'
import type { Archetype, BusMaster, BusMasterPorts, MasterOutcome } from './bus-master.ts'
import {
  channelOffset,
  type controlRegisters,
  controlWord,
  masterBlock,
  statusWord,
} from './control.ts'
import type { DmaPort } from '../base/dma-port.ts'
import { type ChannelEnd, MasterRun } from './master-run.ts'

/** A bus master with `channels` equal channels; a subclass says what a channel does. */
export abstract class ChannelMaster<Name extends string> implements BusMaster {
  abstract readonly archetype: Archetype
  readonly block: RegisterBlock
  readonly channels: number
  readonly #ports: readonly DmaPort[]
  readonly #addressBits: number
  readonly #channelBlock: RegisterBlock<Name>
  readonly #registers: RegisterFile
  #outcome: MasterOutcome

  constructor(
    name: string,
    channelBlock: RegisterBlock<Name>,
    channels: number,
    ports: BusMasterPorts,
  ) {
    assert(ports.ports.length > 0, `${name} without a port`)
    this.channels = channels
    this.#ports = ports.ports
    this.#addressBits = ports.addressBits
    this.#channelBlock = channelBlock
    this.block = masterBlock(name, channelBlock, channels, ports.addressBits)
    this.#registers = new RegisterFile(this.block)
    this.#outcome = { ...new MasterRun(channels, ports.addressBits).outcome(), completed: false }
  }

  /** Of the last run; before the first one nothing is emitted and `completed` is false. */
  get outcome(): MasterOutcome {
    return this.#outcome
  }

  read32(offset: number): number {
    return this.#registers.read(offset)
  }

  write32(offset: number, value: number): void {
    const row = this.#registers.write(offset, value)
    if (row?.name === 'CTRL' && controlWord.field('GO', value) === 1) this.#go()
  }

  /** Runs one channel; null when it is not enabled. */
  protected abstract runChannel(channel: number, run: MasterRun): ChannelEnd | null

  /** Port `n` modulo the number of ports. */
  protected port(n: number): DmaPort {
    return this.#ports[n % this.#ports.length]!
  }

  protected get portCount(): number {
    return this.#ports.length
  }

  /** Value of a channel's register; 0 where this device has no such register. */
  protected value(channel: number, name: Name): number {
    return this.#registers.read(this.#at(channel, name))
  }

  /** An address held in two registers, bytes. */
  protected address(channel: number, low: Name, high: Name): Addr {
    return this.join(this.value(channel, low), this.value(channel, high))
  }

  /** An address from two words, without the bits that this device does not have. */
  protected join(low: number, high: number): Addr {
    const drop = 2 ** Math.max(0, this.#addressBits - 32)
    return ((high >>> 0) % drop) * GIB4 + ((low >>> 0) % 2 ** Math.min(32, this.#addressBits))
  }

  /** Sets a channel's register past its access rule. */
  protected set(channel: number, name: Name, value: number): void {
    this.#registers.poke(`CH${channel}_${name}`, value)
  }

  #at(channel: number, name: Name): number {
    return channelOffset(channel) + this.#channelBlock.at[name]
  }

  #report(name: keyof typeof controlRegisters.at, value: number): void {
    this.#registers.poke(name, value)
  }

  #go(): void {
    const run = new MasterRun(this.channels, this.#addressBits)
    let all = 0
    for (let channel = 0; channel < this.channels; channel++) {
      const end = this.runChannel(channel, run)
      const status = end === null ? 0 : statusBits(end)
      if (end !== null && end !== 'done') run.completed = false
      this.#registers.poke(`CH${channel}_STATUS`, status)
      all = (all | status) >>> 0
    }
    const at = run.firstFault?.address ?? 0
    this.#report('STATUS', (all | statusBits('done')) >>> 0)
    this.#report('FAULT_CHANNEL', run.firstFault?.channel ?? 0)
    this.#report('FAULT_ADDR_LO', lo32(at))
    this.#report('FAULT_ADDR_HI', hi32(at))
    this.#outcome = run.outcome()
  }
}

function statusBits(end: ChannelEnd): number {
  return statusWord.encode({ DONE: 1, FAULT: end === 'fault' ? 1 : 0, BAD: end === 'bad' ? 1 : 0 })
    .lo
}
