/** The plan of each archetype. */
import { hi32, lo32 } from '../../base/addr.ts'
import { fillPattern } from '../../base/pattern.ts'
import type { Archetype } from '../../devices/bus-master.ts'
import { captureChannel } from '../../devices/capture.ts'
import {
  rawCommand,
  rawOpWord,
  rawOperation,
  ringControlWord,
  ringDescriptor,
  ringStatusWord,
} from '../../devices/descriptor.ts'
import { mem2memChannel, mem2memResult } from '../../devices/mem2mem.ts'
import { rawRegisters } from '../../devices/raw.ts'
import { ringRegisters } from '../../devices/ring.ts'
import { scanoutWindow } from '../../devices/scanout.ts'
import { type ArchetypePlan, type Finding, firstDifference } from './plan.ts'
import type { DmaBuffer } from './round.ts'

/** Bytes: a few pages, mostly not a whole number of them. */
const FRAME = 0x2040
const JOB = 0x1100
const PAYLOAD = 1600
const COPY = 0x1080
/** Even descriptors transmit, odd ones receive. */
const DESCRIPTORS = 4

const pattern = (size: number, seed: number) => fillPattern(new Uint8Array(size), seed)

/** What lies in a buffer before the device writes: it must never pass for what should arrive. */
const stale = (buffer: DmaBuffer, seed: number) => buffer.fill(pattern(buffer.size, seed ^ 0x5a5a))

function expectBytes(
  got: Uint8Array,
  expected: Uint8Array,
  buffer: DmaBuffer,
  what: string,
): Finding | null {
  const at = firstDifference(got, expected)
  return at < 0 ? null : { detail: `${what}, from byte ${at} on`, buffer }
}

const scanout: ArchetypePlan = {
  action: 'scans out a frame',
  table: scanoutWindow,
  wishes: () => [{ size: FRAME, travel: 'device-reads', role: 'data' }],
  program(registers, [frame], seed) {
    frame!.fill(pattern(FRAME, seed))
    registers.writeAddress('ADDR', frame!.handle)
    registers.write('BYTES', FRAME)
  },
  check: (shown, [frame], seed) =>
    expectBytes(shown, pattern(FRAME, seed), frame!, 'the screen shows other bytes than the frame'),
}

const capture: ArchetypePlan = {
  action: 'captures a frame',
  table: captureChannel,
  wishes: () => [{ size: FRAME, travel: 'device-writes', role: 'data' }],
  program(registers, [frame], seed) {
    stale(frame!, seed)
    registers.writeAddress('DST', frame!.handle)
    registers.write('BYTES', FRAME)
    registers.write('SEED', seed)
  },
  check: (_, [frame], seed) =>
    expectBytes(frame!.take(), pattern(FRAME, seed), frame!, 'the frame is not in its buffer'),
}

const mem2mem: ArchetypePlan = {
  action: 'reads a buffer and writes its result to another',
  table: mem2memChannel,
  wishes: () => [
    { size: JOB, travel: 'device-reads', role: 'data' },
    { size: JOB, travel: 'device-writes', role: 'data' },
  ],
  program(registers, [from, to], seed) {
    from!.fill(pattern(JOB, seed))
    stale(to!, seed)
    registers.writeAddress('SRC', from!.handle)
    registers.writeAddress('DST', to!.handle)
    registers.write('BYTES', JOB)
  },
  check: (_, [, to], seed) =>
    expectBytes(
      to!.take(),
      mem2memResult(pattern(JOB, seed)),
      to!,
      'the result is not in its buffer',
    ),
}

const ring: ArchetypePlan = {
  action: 'works through a ring of descriptors with payloads both ways',
  table: ringRegisters,
  wishes: () => [
    { size: DESCRIPTORS * ringDescriptor.bytes, travel: 'device-writes', role: 'structures' },
    ...Array.from({ length: DESCRIPTORS }, (_, i) => {
      const travel = i % 2 === 0 ? ('device-reads' as const) : ('device-writes' as const)
      return { size: PAYLOAD, travel, role: 'data' as const }
    }),
  ],
  program(registers, [table, ...payloads], seed) {
    const bytes = new Uint8Array(DESCRIPTORS * ringDescriptor.bytes)
    for (const [i, payload] of payloads.entries()) {
      const receive = i % 2 === 1
      if (receive) stale(payload, seed + i)
      else payload.fill(pattern(PAYLOAD, seed + 32 + i))
      const words = {
        ADDR_LO: lo32(payload.handle),
        ADDR_HI: hi32(payload.handle),
        CONTROL: ringControlWord.encode({ LENGTH: PAYLOAD, RX: receive ? 1 : 0, OWN: 1 }).lo,
      }
      bytes.set(ringDescriptor.encode(words), i * ringDescriptor.bytes)
    }
    table!.fill(bytes)
    registers.writeAddress('RING', table!.handle)
    registers.write('COUNT', DESCRIPTORS)
    registers.write('SEED', seed)
    registers.write('HEAD', 0)
  },
  check(sent, [table, ...payloads], seed) {
    const bytes = table!.take()
    for (const [i, payload] of payloads.entries()) {
      const at = i * ringDescriptor.bytes
      const words = ringDescriptor.decode(bytes.subarray(at, at + ringDescriptor.bytes))
      if (ringStatusWord.field('DONE', words.STATUS) !== 1) {
        return { detail: `descriptor ${i} was never written back`, buffer: table! }
      }
      const receive = i % 2 === 1
      const start = (i / 2) * PAYLOAD
      const finding = receive
        ? expectBytes(
            payload.take(),
            pattern(PAYLOAD, seed + i),
            payload,
            `payload ${i} did not arrive`,
          )
        : expectBytes(
            sent.subarray(start, start + PAYLOAD),
            pattern(PAYLOAD, seed + 32 + i),
            payload,
            `payload ${i} left with other bytes`,
          )
      if (finding !== null) return finding
    }
    return null
  },
}

const raw: ArchetypePlan = {
  action: 'fetches and carries out a command list',
  table: rawRegisters,
  wishes: (ports) => [
    { size: (ports + 1) * rawCommand.bytes, travel: 'device-reads', role: 'structures' },
    ...Array.from({ length: ports * 2 }, (_, i) => {
      const travel = i % 2 === 0 ? ('device-reads' as const) : ('device-writes' as const)
      return { size: COPY, travel, role: 'data' as const }
    }),
  ],
  program(registers, [list, ...data], seed) {
    const program = new Uint8Array(list!.size)
    for (let p = 0; p * 2 < data.length; p++) {
      const from = data[2 * p]!
      const to = data[2 * p + 1]!
      from.fill(pattern(COPY, seed + p))
      stale(to, seed + p)
      const words = {
        OP: rawOpWord.encode({ CODE: rawOperation.COPY, PORT: p }).lo,
        SRC_LO: lo32(from.handle),
        SRC_HI: hi32(from.handle),
        DST_LO: lo32(to.handle),
        DST_HI: hi32(to.handle),
        LENGTH: COPY,
      }
      program.set(rawCommand.encode(words), p * rawCommand.bytes)
    }
    const end = rawCommand.encode({ OP: rawOpWord.encode({ CODE: rawOperation.END }).lo })
    program.set(end, (data.length / 2) * rawCommand.bytes)
    list!.fill(program)
    registers.writeAddress('LIST', list!.handle)
  },
  check(_, [list, ...data], seed, master) {
    if (!master.outcome.completed) {
      return { detail: 'the core fetched something else than its command list', buffer: list! }
    }
    for (let p = 0; p * 2 < data.length; p++) {
      const to = data[2 * p + 1]!
      const what = `the copy on port ${p} is not in its buffer`
      const finding = expectBytes(to.take(), pattern(COPY, seed + p), to, what)
      if (finding !== null) return finding
    }
    return null
  },
}

/** By archetype. */
export const plans: Readonly<Record<Archetype, ArchetypePlan>> = {
  scanout,
  capture,
  mem2mem,
  ring,
  raw,
}
