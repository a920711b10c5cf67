/**
 * What a round of an archetype needs and checks, as data: which buffers a channel wants, how it is
 * programmed, and what must be true afterwards. `prepareRound` does the rest.
 */
import { GIB4, hi32, lo32, type Iova } from '../../base/addr.ts'
import type { RegisterBlock } from '../../base/registers.ts'
import type { BusMaster } from '../../devices/bus-master.ts'
import { channelOffset, controlRegisters, controlWord } from '../../devices/control.ts'
import {
  type BufferOrRefusal,
  type DmaBuffer,
  type MakeBuffer,
  type PreparedRound,
  type Refusal,
  type RoundVerdict,
  type Travel,
  isRefusal,
} from './round.ts'

/** One buffer that a channel wants; size in bytes. */
export interface BufferWish {
  size: number
  travel: Travel
  /** `structures`: descriptors and command lists; `data`: frames, payloads, jobs. */
  role: 'structures' | 'data'
}

/** Something that is not as it should be, charged to a buffer. */
export interface Finding {
  detail: string
  buffer: DmaBuffer
}

/** The two kinds of memory of a round, and the width of its master. */
export interface RoundMemory {
  structures: MakeBuffer
  data: MakeBuffer
  /** Number of the master's ports. */
  ports: number
}

/**
 * The plan of one archetype, channel by channel. `wishes` depends on the number of ports, `program`
 * leaves out the ENABLE register that every channel table has, and `check` looks at what arrived.
 */
export interface ArchetypePlan {
  /** For sentences: "the device ...". */
  action: string
  table: RegisterBlock
  /** Buffers of one channel, in order. */
  wishes(ports: number): readonly BufferWish[]
  /** Fills the buffers and programs everything but ENABLE. */
  program(registers: ChannelRegisters, buffers: readonly DmaBuffer[], seed: number): void
  /** What is wrong after the run, or null. `emitted`: what the channel showed or sent. */
  check(
    emitted: Uint8Array,
    buffers: readonly DmaBuffer[],
    seed: number,
    master: BusMaster,
  ): Finding | null
}

/** Writes one channel's registers by name. */
export class ChannelRegisters {
  readonly #master: BusMaster
  readonly #table: RegisterBlock
  readonly #base: number

  constructor(master: BusMaster, table: RegisterBlock, channel: number) {
    this.#master = master
    this.#table = table
    this.#base = channelOffset(channel)
  }

  /** Names come from the channel's table; an unknown one is a bug and writes nowhere. */
  write(name: string, value: number): void {
    this.#master.write32(this.#base + (this.#table.at[name] as number), value)
  }

  /** A bus address into `<prefix>_LO` and, where the device has more than 32 bits, `<prefix>_HI`. */
  writeAddress(prefix: string, handle: Iova): void {
    this.write(`${prefix}_LO`, lo32(handle))
    if (handle >= GIB4) this.write(`${prefix}_HI`, hi32(handle))
    else this.write(`${prefix}_HI`, 0)
  }
}

/** First byte at which two arrays differ, or -1. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i
  return -1
}

/** Allocates, fills and programs every channel of a device; `seed` tells rounds apart. */
export function prepareRound(
  master: BusMaster,
  plan: ArchetypePlan,
  memory: RoundMemory,
  seed: number,
): PreparedRound | Refusal {
  const channels = master.read32(controlRegisters.at.CHANNELS)
  const wishes = plan.wishes(memory.ports)
  const buffers: DmaBuffer[] = []
  const release = () => {
    for (const buffer of buffers) buffer.release()
  }
  for (let i = 0; i < channels * wishes.length; i++) {
    const wish = wishes[i % wishes.length] as BufferWish
    const buffer: BufferOrRefusal = memory[wish.role](wish.size, wish.travel)
    if (isRefusal(buffer)) {
      release()
      return buffer
    }
    buffers.push(buffer)
  }
  const of = (c: number) => buffers.slice(c * wishes.length, (c + 1) * wishes.length)
  // Far enough apart that no two channels of a round share a pattern.
  const seedOf = (c: number) => seed + c * 64
  const registers = Array.from({ length: channels }, (_, c) => {
    const channel = new ChannelRegisters(master, plan.table, c)
    plan.program(channel, of(c), seedOf(c))
    channel.write('ENABLE', 1)
    return channel
  })
  return {
    buffers,
    go: () => master.write32(controlRegisters.at.CTRL, controlWord.encode({ GO: 1 }).lo),
    verify: () => {
      const refused = faultVerdict(master, buffers)
      if (refused !== null) return refused
      for (let c = 0; c < channels; c++) {
        const emitted = master.outcome.emitted[c] ?? new Uint8Array(0)
        const finding = plan.check(emitted, of(c), seedOf(c), master)
        if (finding !== null) return { verdict: 'corrupt', ...finding }
      }
      return { verdict: 'ok' }
    },
    release: () => {
      for (const channel of registers) channel.write('ENABLE', 0)
      release()
    },
  }
}

/** The first refused access, charged to the buffer whose handle range it fell into. */
function faultVerdict(master: BusMaster, buffers: readonly DmaBuffer[]): RoundVerdict | null {
  const fault = master.outcome.faults[0]
  if (fault === undefined) return null
  const hit = (b: DmaBuffer) => fault.address >= b.handle && fault.address < b.handle + b.size
  return { verdict: 'fault', fault, buffer: (buffers.find(hit) ?? buffers[0]) as DmaBuffer }
}
