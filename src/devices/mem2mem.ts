/**
 * A memory-to-memory engine (scaler, codec, blitter): reads SRC and writes it, changed, to DST.
 * Channel c reads on port c and writes on the c-th port from the end, so an engine with two ports
 * reads through one and writes through the other.
 */
import { registers } from '../base/registers.ts'
import type { BusMasterPorts } from './bus-master.ts'
import { ChannelMaster } from './channel-master.ts'
import { addressHigh, addressLow, statusWord } from './control.ts'
import type { ChannelEnd, MasterRun } from './master-run.ts'

/** Registers of a channel, at `channelOffset(channel)`. */
export const mem2memChannel = registers('mem2mem channel', [
  addressLow(0x00, 'SRC_LO', 'source'),
  addressHigh(0x04, 'SRC_HI', 'source'),
  { at: 0x08, name: 'BYTES', access: 'rw', doc: 'bytes to process', writable: 0x00ff_ffff },
  { at: 0x0c, name: 'ENABLE', access: 'rw', doc: '1: the channel has a job', writable: 1 },
  { at: 0x10, name: 'STATUS', access: 'ro', doc: 'of the last job', fields: statusWord.rows },
  addressLow(0x14, 'DST_LO', 'destination'),
  addressHigh(0x18, 'DST_HI', 'destination'),
])

type Mem2memRegister = keyof typeof mem2memChannel.at

/** Channels that it takes to use every port: two ports a channel. */
export function mem2memChannels(ports: number): number {
  return Math.ceil(ports / 2)
}

/** What the engine makes of its input: every bit turned over. */
export function mem2memResult(input: Uint8Array): Uint8Array {
  return input.map((byte) => byte ^ 0xff)
}

/**
 * The model behind `mem2memChannel`: enabled channels do one job each. It reads and writes burst by
 * burst, so what was written before a refused access stays written.
 */
export class Mem2mem extends ChannelMaster<Mem2memRegister> {
  readonly archetype = 'mem2mem'

  constructor(ports: BusMasterPorts) {
    super('mem2mem', mem2memChannel, mem2memChannels(ports.ports.length), ports)
  }

  protected override runChannel(channel: number, run: MasterRun): ChannelEnd | null {
    if (this.value(channel, 'ENABLE') === 0) return null
    const from = this.address(channel, 'SRC_LO', 'SRC_HI')
    const to = this.address(channel, 'DST_LO', 'DST_HI')
    const out = this.port(this.portCount - 1 - channel)
    const bytes = this.value(channel, 'BYTES')
    const done = run.readBursts(channel, this.port(channel), from, bytes, (burst, offset) =>
      run.write(channel, out, to + offset, mem2memResult(burst)),
    )
    return done ? 'done' : 'fault'
  }
}
