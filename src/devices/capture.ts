/**
 * A camera interface: each channel writes one frame, the pattern of its seed, to memory. Channel c
 * issues on port c modulo the number of ports.
 */
import { fillPattern } from '../base/pattern.ts'
import { registers } from '../base/registers.ts'
import type { BusMasterPorts } from './bus-master.ts'
import { ChannelMaster } from './channel-master.ts'
import { addressHigh, addressLow, statusWord } from './control.ts'
import type { ChannelEnd, MasterRun } from './master-run.ts'

/** Registers of a channel, at `channelOffset(channel)`. */
export const captureChannel = registers('capture channel', [
  addressLow(0x00, 'DST_LO', 'where the frame goes'),
  addressHigh(0x04, 'DST_HI', 'where the frame goes'),
  { at: 0x08, name: 'BYTES', access: 'rw', doc: 'length of the frame', writable: 0x00ff_ffff },
  { at: 0x0c, name: 'ENABLE', access: 'rw', doc: '1: the channel captures', writable: 1 },
  { at: 0x10, name: 'STATUS', access: 'ro', doc: 'of the last frame', fields: statusWord.rows },
  { at: 0x14, name: 'SEED', access: 'rw', doc: 'what the sensor sees: the seed of a pattern' },
])

type CaptureRegister = keyof typeof captureChannel.at

/** Channels of a camera interface with `ports` ports: two, or one a port where it has more. */
export function captureChannels(ports: number): number {
  return Math.max(2, ports)
}

/**
 * The model behind `captureChannel`: enabled channels write one frame each, in order of their
 * number. STATUS says how each ended; a refused access ends that channel with a fault.
 */
export class Capture extends ChannelMaster<CaptureRegister> {
  readonly archetype = 'capture'

  constructor(ports: BusMasterPorts) {
    super('capture', captureChannel, captureChannels(ports.ports.length), ports)
  }

  protected override runChannel(channel: number, run: MasterRun): ChannelEnd | null {
    if (this.value(channel, 'ENABLE') === 0) return null
    const frame = fillPattern(
      new Uint8Array(this.value(channel, 'BYTES')),
      this.value(channel, 'SEED'),
    )
    const to = this.address(channel, 'DST_LO', 'DST_HI')
    return run.write(channel, this.port(channel), to, frame) ? 'done' : 'fault'
  }
}
