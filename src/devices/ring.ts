/**
 * A network or storage controller: works through a ring of descriptors in memory. It believes what
 * the descriptors say; a garbled one sends it to the wrong place. Ring r issues on port r modulo
 * the number of ports.
 */
import { fillPattern } from '../base/pattern.ts'
import { registers } from '../base/registers.ts'
import type { BusMasterPorts } from './bus-master.ts'
import { ChannelMaster } from './channel-master.ts'
import { addressHigh, addressLow, statusWord } from './control.ts'
import { ringControlWord, ringDescriptor, ringStatusWord } from './descriptor.ts'
import type { ChannelEnd, MasterRun } from './master-run.ts'

/** Registers of a ring, at `channelOffset(ring)`. */
export const ringRegisters = registers('ring', [
  addressLow(0x00, 'RING_LO', 'first descriptor'),
  addressHigh(0x04, 'RING_HI', 'first descriptor'),
  { at: 0x08, name: 'COUNT', access: 'rw', doc: 'descriptors in the ring', writable: 0xffff },
  { at: 0x0c, name: 'ENABLE', access: 'rw', doc: '1: the ring runs', writable: 1 },
  { at: 0x10, name: 'STATUS', access: 'ro', doc: 'of the last run', fields: statusWord.rows },
  { at: 0x14, name: 'SEED', access: 'rw', doc: 'what arrives: descriptor i gets pattern SEED + i' },
  { at: 0x18, name: 'HEAD', access: 'rw', doc: 'index of the next descriptor', writable: 0xffff },
])

type RingRegister = keyof typeof ringRegisters.at

/** Rings of a controller with `ports` ports: one a port. */
export function ringChannels(ports: number): number {
  return ports
}

/**
 * A run takes descriptors from HEAD on until one that it does not own, an access that is refused,
 * or once around. `outcome.emitted[r]` is what ring r transmitted, payload after payload.
 */
export class Ring extends ChannelMaster<RingRegister> {
  readonly archetype = 'ring'

  constructor(ports: BusMasterPorts) {
    super('ring', ringRegisters, ringChannels(ports.ports.length), ports)
  }

  protected override runChannel(ring: number, run: MasterRun): ChannelEnd | null {
    if (this.value(ring, 'ENABLE') === 0) return null
    const count = this.value(ring, 'COUNT')
    for (let turn = 0; turn < count; turn++) {
      const index = this.value(ring, 'HEAD') % count
      const step = this.#descriptor(ring, index, run)
      if (step !== 'next') return step
      this.set(ring, 'HEAD', (index + 1) % count)
    }
    return 'done'
  }

  /** One descriptor: fetch, transfer, write back. `done` for one that is not ours. */
  #descriptor(ring: number, index: number, run: MasterRun): ChannelEnd | 'next' {
    const port = this.port(ring)
    const at = this.address(ring, 'RING_LO', 'RING_HI') + index * ringDescriptor.bytes
    const bytes = run.read(ring, port, at, ringDescriptor.bytes)
    if (bytes === null) return 'fault'
    const words = ringDescriptor.decode(bytes)
    if (ringControlWord.field('OWN', words.CONTROL) === 0) return 'done'

    const buffer = this.join(words.ADDR_LO, words.ADDR_HI)
    const length = ringControlWord.field('LENGTH', words.CONTROL)
    const receive = ringControlWord.field('RX', words.CONTROL) === 1
    if (receive) {
      const payload = fillPattern(new Uint8Array(length), this.value(ring, 'SEED') + index)
      if (!run.write(ring, port, buffer, payload)) return 'fault'
    } else {
      const payload = run.read(ring, port, buffer, length)
      if (payload === null) return 'fault'
      run.emit(ring, payload)
    }

    const after = ringDescriptor.encode({
      ADDR_LO: words.ADDR_LO,
      ADDR_HI: words.ADDR_HI,
      CONTROL: ringControlWord.encode({ LENGTH: length, RX: receive ? 1 : 0 }).lo,
      STATUS: ringStatusWord.encode({ LENGTH: length, DONE: 1 }).lo,
    })
    const back = ringDescriptor.bytes / 2
    return run.write(ring, port, at + back, after.subarray(back)) ? 'next' : 'fault'
  }
}
