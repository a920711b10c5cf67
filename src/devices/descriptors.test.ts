/** The devices that follow structures in memory: ring and raw. */
import { beforeEach, describe, expect, it } from 'vitest'
import { hi32, lo32 } from '../base/addr.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { fillPattern } from '../base/pattern.ts'
import type { RegisterWindow } from '../base/registers.ts'
import { channelOffset, controlRegisters, controlWord, statusWord } from './control.ts'
import {
  descriptor,
  rawCommand,
  rawOpWord,
  rawOperation,
  ringControlWord,
  ringDescriptor,
  ringStatusWord,
} from './descriptor.ts'
import { MemoryDmaPort } from './memory-port.fixture.ts'
import { Raw, rawRegisters } from './raw.ts'
import { Ring, ringRegisters } from './ring.ts'

const BASE = 0x8000_0000
const BUFFERS = BASE + 0x10000
let memory: PhysicalMemory
let port: MemoryDmaPort

beforeEach(() => {
  memory = new PhysicalMemory([{ base: BASE, size: 0x10_0000 }])
  port = new MemoryDmaPort(memory)
})

function go(device: RegisterWindow): void {
  device.write32(controlRegisters.at.CTRL, controlWord.encode({ GO: 1 }).lo)
}

function bytesAt(address: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  memory.readBytes(address, bytes)
  return bytes
}

describe('descriptor', () => {
  it('encodes words little endian and decodes them again', () => {
    const bytes = ringDescriptor.encode({ ADDR_LO: 0x1234_5678, CONTROL: 0xffff_ffff })
    expect([...bytes.subarray(0, 4)]).toEqual([0x78, 0x56, 0x34, 0x12])
    expect(ringDescriptor.decode(bytes)).toEqual({
      ADDR_LO: 0x1234_5678,
      ADDR_HI: 0,
      CONTROL: 0xffff_ffff,
      STATUS: 0,
    })
  })

  it('refuses a layout with holes', () => {
    const word = ringControlWord
    expect(() => descriptor('x', [{ at: 4, name: 'A', doc: '', word }])).toThrow('expected at 0')
  })
})

describe('ring', () => {
  function describeBuffer(
    ring: number,
    index: number,
    buffer: number,
    fields: { LENGTH: number; RX?: number; OWN?: number },
  ): void {
    const bytes = ringDescriptor.encode({
      ADDR_LO: lo32(buffer),
      ADDR_HI: hi32(buffer),
      CONTROL: ringControlWord.encode({ OWN: 1, ...fields }).lo,
    })
    memory.writeBytes(ring + index * ringDescriptor.bytes, bytes)
  }

  function start(device: Ring, ring: number, count: number, seed = 0): void {
    const at = channelOffset(0)
    device.write32(at + ringRegisters.at.RING_LO, lo32(ring))
    device.write32(at + ringRegisters.at.COUNT, count)
    device.write32(at + ringRegisters.at.SEED, seed)
    device.write32(at + ringRegisters.at.ENABLE, 1)
    go(device)
  }

  it('transmits, receives and gives descriptors back', () => {
    const payload = fillPattern(new Uint8Array(1500), 5)
    memory.writeBytes(BUFFERS, payload)
    describeBuffer(BASE, 0, BUFFERS, { LENGTH: 1500 })
    describeBuffer(BASE, 1, BUFFERS + 0x1000, { LENGTH: 600, RX: 1 })
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, BASE, 4, 70)
    expect(device.outcome.emitted).toEqual([payload])
    expect(bytesAt(BUFFERS + 0x1000, 600)).toEqual(fillPattern(new Uint8Array(600), 71))
    for (const [index, length] of [1500, 600].entries()) {
      const words = ringDescriptor.decode(bytesAt(BASE + index * ringDescriptor.bytes, 16))
      expect(ringControlWord.field('OWN', words.CONTROL)).toBe(0)
      expect(ringStatusWord.field('LENGTH', words.STATUS)).toBe(length)
    }
    expect(device.read32(channelOffset(0) + ringRegisters.at.HEAD)).toBe(2)
    expect(device.outcome.completed).toBe(true)
  })

  it('goes on from HEAD at the next GO, and around', () => {
    const device = new Ring({ ports: [port], addressBits: 32 })
    for (const turn of [0, 1, 2]) {
      describeBuffer(BASE, turn % 2, BUFFERS, { LENGTH: 4 })
      start(device, BASE, 2)
      expect(device.outcome.emitted[0]?.length).toBe(4)
    }
    expect(device.read32(channelOffset(0) + ringRegisters.at.HEAD)).toBe(1)
  })

  it('stops at a descriptor that cannot be fetched, in the middle of the ring', () => {
    const ring = BASE + 0x1000 - 24
    for (const index of [0, 1, 2]) describeBuffer(ring, index, BUFFERS, { LENGTH: 4 })
    port.refuse = { from: BASE + 0x1000, to: BASE + 0x2000 }
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, ring, 3)
    // The second descriptor crosses the page: half of it arrives.
    expect(device.outcome.emitted[0]?.length).toBe(4)
    expect(device.read32(controlRegisters.at.FAULT_ADDR_LO)).toBe(BASE + 0x1000)
    expect(device.outcome.completed).toBe(false)
  })

  it('stops at a refused payload and keeps the descriptor', () => {
    describeBuffer(BASE, 0, BUFFERS, { LENGTH: 4 })
    port.refuse = { from: BUFFERS, to: BUFFERS + 4 }
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, BASE, 1)
    const words = ringDescriptor.decode(bytesAt(BASE, 16))
    expect(ringControlWord.field('OWN', words.CONTROL)).toBe(1)
    expect(device.read32(channelOffset(0) + ringRegisters.at.HEAD)).toBe(0)
  })

  it('believes a garbled descriptor', () => {
    describeBuffer(BASE, 0, BUFFERS + 0x5000, { LENGTH: 64, RX: 1 })
    memory.write32(BASE, lo32(BUFFERS)) // somebody else's buffer
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, BASE, 1, 1)
    expect(bytesAt(BUFFERS, 64)).toEqual(fillPattern(new Uint8Array(64), 1))
    expect(bytesAt(BUFFERS + 0x5000, 64).every((b) => b === 0)).toBe(true)
  })

  it('does nothing in blank memory', () => {
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, BASE, 16)
    expect(port.accesses).toHaveLength(1)
    expect(device.outcome).toEqual({ emitted: [new Uint8Array(0)], faults: [], completed: true })
  })

  it('goes around once at most when its write-back goes elsewhere', () => {
    describeBuffer(BASE, 0, BASE, { LENGTH: 8, RX: 1 })
    const device = new Ring({ ports: [port], addressBits: 32 })
    start(device, BASE, 1)
    expect(port.accesses.filter((a) => !a.write)).toHaveLength(1)
  })

  it('drops the address bits that it does not have', () => {
    describeBuffer(BASE, 0, BUFFERS + 4 * 0x1_0000_0000, { LENGTH: 4 })
    const device = new Ring({ ports: [port], addressBits: 34 })
    start(device, BASE, 1)
    expect(port.accesses[1]?.address).toBe(BUFFERS)
  })
})

describe('raw', () => {
  const copy = (from: number, to: number, length: number, on = 0) =>
    rawCommand.encode({
      OP: rawOpWord.encode({ CODE: rawOperation.COPY, PORT: on }).lo,
      SRC_LO: lo32(from),
      SRC_HI: hi32(from),
      DST_LO: lo32(to),
      DST_HI: hi32(to),
      LENGTH: length,
    })
  const end = rawCommand.encode({ OP: rawOpWord.encode({ CODE: rawOperation.END }).lo })

  function start(device: Raw, commands: readonly Uint8Array[]): void {
    for (const [i, bytes] of commands.entries()) memory.writeBytes(BASE + i * bytes.length, bytes)
    const at = channelOffset(0)
    device.write32(at + rawRegisters.at.LIST_LO, lo32(BASE))
    device.write32(at + rawRegisters.at.ENABLE, 1)
    go(device)
  }

  it('copies until END, each command on its port', () => {
    const other = new MemoryDmaPort(memory)
    const device = new Raw({ ports: [port, other], addressBits: 32 })
    const bytes = fillPattern(new Uint8Array(300), 6)
    memory.writeBytes(BUFFERS, bytes)
    start(device, [
      copy(BUFFERS, BUFFERS + 0x1000, 300),
      copy(BUFFERS + 0x1000, BUFFERS + 0x2000, 300, 1),
      end,
      copy(BUFFERS, BUFFERS + 0x3000, 300),
    ])
    expect(bytesAt(BUFFERS + 0x2000, 300)).toEqual(bytes)
    expect(other.accesses).toHaveLength(2)
    expect(bytesAt(BUFFERS + 0x3000, 300).every((b) => b === 0)).toBe(true)
    expect(device.outcome.completed).toBe(true)
  })

  it('stops at what is no command', () => {
    const device = new Raw({ ports: [port], addressBits: 32 })
    start(device, [copy(BUFFERS, BUFFERS + 0x1000, 16)])
    expect(device.outcome).toMatchObject({ completed: false, faults: [] })
    expect(statusWord.field('BAD', device.read32(controlRegisters.at.STATUS))).toBe(1)
  })

  it('stops at a refused access in the middle of a list', () => {
    port.refuse = { from: BUFFERS, to: BUFFERS + 1 }
    const device = new Raw({ ports: [port], addressBits: 32 })
    start(device, [
      copy(BUFFERS + 0x1000, BUFFERS + 0x2000, 16),
      copy(BUFFERS + 0x1000, BUFFERS, 16),
      end,
    ])
    expect(device.outcome.faults).toHaveLength(1)
    expect(port.accesses).toHaveLength(6)
  })
})
