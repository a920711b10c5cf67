/** The devices that move whole buffers: scanout, capture, mem2mem. */
import { beforeEach, describe, expect, it } from 'vitest'
import { hi32, lo32 } from '../base/addr.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { fillPattern } from '../base/pattern.ts'
import type { RegisterWindow } from '../base/registers.ts'
import { Capture, captureChannel } from './capture.ts'
import { channelOffset, controlRegisters, controlWord, statusWord } from './control.ts'
import { Mem2mem, mem2memChannel, mem2memResult } from './mem2mem.ts'
import { MemoryDmaPort } from './memory-port.fixture.ts'
import { Scanout, scanoutWindow } from './scanout.ts'

const BASE = 0x8000_0000
let memory: PhysicalMemory
let first: MemoryDmaPort
let second: MemoryDmaPort

beforeEach(() => {
  memory = new PhysicalMemory([
    { base: BASE, size: 0x10_0000 },
    { base: 0x2_0000_0000, size: 0x10_0000 },
  ])
  first = new MemoryDmaPort(memory)
  second = new MemoryDmaPort(memory)
})

function go(device: RegisterWindow): void {
  device.write32(controlRegisters.at.CTRL, controlWord.encode({ GO: 1 }).lo)
}

function status(device: RegisterWindow, field: 'DONE' | 'FAULT' | 'BAD'): number {
  return statusWord.field(field, device.read32(controlRegisters.at.STATUS))
}

function showWindow(device: RegisterWindow, window: number, address: number, bytes: number): void {
  const at = channelOffset(window)
  device.write32(at + scanoutWindow.at.ADDR_LO, lo32(address))
  device.write32(at + scanoutWindow.at.ADDR_HI, hi32(address))
  device.write32(at + scanoutWindow.at.BYTES, bytes)
  device.write32(at + scanoutWindow.at.ENABLE, 1)
}

describe('scanout', () => {
  it('shows what is in memory, in bursts that stay inside a page', () => {
    const frame = fillPattern(new Uint8Array(9000), 1)
    memory.writeBytes(BASE + 0x123, frame)
    const device = new Scanout({ ports: [first], addressBits: 32 })
    showWindow(device, 0, BASE + 0x123, frame.length)
    go(device)
    expect(device.outcome.emitted).toEqual([frame, new Uint8Array(0)])
    expect(device.outcome.completed).toBe(true)
    expect(status(device, 'DONE')).toBe(1)
    expect(first.accesses.map((a) => a.bytes)).toEqual([0x1000 - 0x123, 4096, 9000 - 4096 - 3805])
  })

  it('issues window w on port w', () => {
    const device = new Scanout({ ports: [first, second], addressBits: 32 })
    showWindow(device, 0, BASE, 16)
    showWindow(device, 1, BASE + 0x1000, 16)
    go(device)
    expect(first.accesses.map((a) => a.address)).toEqual([BASE])
    expect(second.accesses.map((a) => a.address)).toEqual([BASE + 0x1000])
  })

  it('leaves a disabled window dark', () => {
    const device = new Scanout({ ports: [first], addressBits: 32 })
    showWindow(device, 0, BASE, 16)
    device.write32(channelOffset(0) + scanoutWindow.at.ENABLE, 0)
    go(device)
    expect(first.accesses).toEqual([])
    expect(device.outcome.completed).toBe(true)
  })

  it('stops a window at a refused burst, shows the part before it and goes on with the next', () => {
    const frame = fillPattern(new Uint8Array(0x3000), 2)
    memory.writeBytes(BASE, frame)
    first.refuse = { from: BASE + 0x2000, to: BASE + 0x2001 }
    const device = new Scanout({ ports: [first], addressBits: 32 })
    showWindow(device, 0, BASE, 0x3000)
    showWindow(device, 1, BASE, 0x1000)
    go(device)
    expect(device.outcome.emitted.map((e) => e.length)).toEqual([0x2000, 0x1000])
    expect(device.outcome.faults).toHaveLength(1)
    expect(device.outcome.completed).toBe(false)
    expect(status(device, 'FAULT')).toBe(1)
    expect(device.read32(controlRegisters.at.FAULT_CHANNEL)).toBe(0)
    expect(device.read32(controlRegisters.at.FAULT_ADDR_LO)).toBe(BASE + 0x2000)
    const each = [0, 1].map((w) => device.read32(channelOffset(w) + scanoutWindow.at.STATUS))
    expect(each.map((s) => statusWord.field('FAULT', s))).toEqual([1, 0])
  })

  it('with 32 address bits drops the high word', () => {
    const device = new Scanout({ ports: [first], addressBits: 32 })
    showWindow(device, 0, 0x2_8000_0000, 16)
    go(device)
    expect(first.accesses[0]?.address).toBe(0x8000_0000)
  })

  it('with 34 address bits keeps two bits of it', () => {
    const device = new Scanout({ ports: [first], addressBits: 34 })
    showWindow(device, 0, 0xe_0000_0000, 16)
    go(device)
    expect(first.accesses[0]?.address).toBe(0x2_0000_0000)
  })

  it('forgets the last run at the next', () => {
    const device = new Scanout({ ports: [first], addressBits: 32 })
    expect(device.outcome.completed).toBe(false)
    showWindow(device, 0, BASE, 16)
    go(device)
    showWindow(device, 0, BASE, 8)
    go(device)
    expect(device.outcome.emitted[0]?.length).toBe(8)
  })
})

describe('capture', () => {
  function record(device: Capture, channel: number, to: number, bytes: number, seed: number): void {
    const at = channelOffset(channel)
    device.write32(at + captureChannel.at.DST_LO, lo32(to))
    device.write32(at + captureChannel.at.BYTES, bytes)
    device.write32(at + captureChannel.at.SEED, seed)
    device.write32(at + captureChannel.at.ENABLE, 1)
  }

  it('writes the pattern of its seed, channel by channel', () => {
    const device = new Capture({ ports: [first, second], addressBits: 32 })
    record(device, 0, BASE, 6000, 11)
    record(device, 1, BASE + 0x4000, 100, 12)
    go(device)
    const got = new Uint8Array(6000)
    memory.readBytes(BASE, got)
    expect(got).toEqual(fillPattern(new Uint8Array(6000), 11))
    expect(second.accesses).toEqual([{ address: BASE + 0x4000, bytes: 100, write: true }])
  })

  it('loses the rest of a frame at a refused write', () => {
    first.refuse = { from: BASE + 0x1000, to: BASE + 0x2000 }
    const device = new Capture({ ports: [first], addressBits: 32 })
    record(device, 0, BASE, 0x2000, 11)
    go(device)
    expect(device.outcome.faults[0]?.write).toBe(true)
    const got = new Uint8Array(0x2000)
    memory.readBytes(BASE, got)
    expect(got.subarray(0, 0x1000)).toEqual(fillPattern(new Uint8Array(0x1000), 11))
    expect(got.subarray(0x1000).every((b) => b === 0)).toBe(true)
  })
})

describe('mem2mem', () => {
  function job(device: Mem2mem, channel: number, from: number, to: number, bytes: number): void {
    const at = channelOffset(channel)
    device.write32(at + mem2memChannel.at.SRC_LO, lo32(from))
    device.write32(at + mem2memChannel.at.DST_LO, lo32(to))
    device.write32(at + mem2memChannel.at.BYTES, bytes)
    device.write32(at + mem2memChannel.at.ENABLE, 1)
  }

  it('reads on the first port and writes the changed bytes on the last', () => {
    const input = fillPattern(new Uint8Array(5000), 3)
    memory.writeBytes(BASE + 8, input)
    const device = new Mem2mem({ ports: [first, second], addressBits: 32 })
    job(device, 0, BASE + 8, BASE + 0x8004, 5000)
    go(device)
    const output = new Uint8Array(5000)
    memory.readBytes(BASE + 0x8004, output)
    expect(output).toEqual(mem2memResult(input))
    expect(first.accesses.every((a) => !a.write)).toBe(true)
    expect(second.accesses.every((a) => a.write)).toBe(true)
  })

  it('stops at a refused write', () => {
    second.refuse = { from: BASE + 0x9000, to: BASE + 0xa000 }
    const device = new Mem2mem({ ports: [first, second], addressBits: 32 })
    job(device, 0, BASE, BASE + 0x8000, 0x3000)
    go(device)
    expect(device.outcome.completed).toBe(false)
    expect(first.accesses).toHaveLength(2)
    expect(device.read32(controlRegisters.at.FAULT_ADDR_LO)).toBe(BASE + 0x9000)
  })

  it('uses each of three ports', () => {
    const third = new MemoryDmaPort(memory)
    const device = new Mem2mem({ ports: [first, second, third], addressBits: 32 })
    job(device, 0, BASE, BASE + 0x1000, 16)
    job(device, 1, BASE, BASE + 0x1000, 16)
    go(device)
    expect([first, second, third].map((p) => p.accesses.length)).toEqual([1, 2, 1])
  })
})
