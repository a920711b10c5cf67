import { describe, expect, it } from 'vitest'
import { lo32 } from '../base/addr.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { archetypes, channelsOf, createBusMaster } from './archetypes.ts'
import type { Archetype } from './bus-master.ts'
import { channelOffset, controlRegisters, controlWord } from './control.ts'
import {
  rawCommand,
  rawOpWord,
  rawOperation,
  ringControlWord,
  ringDescriptor,
} from './descriptor.ts'
import { MemoryDmaPort } from './memory-port.fixture.ts'

const BASE = 0x8000_0000
const names = Object.keys(archetypes) as Archetype[]

describe('archetypes', () => {
  it.each(names)('%s drives each of its ports when all channels run', (archetype) => {
    for (const count of [1, 2, 3, 5]) {
      const memory = new PhysicalMemory([{ base: BASE, size: 0x10_0000 }])
      const ports = Array.from({ length: count }, () => new MemoryDmaPort(memory))
      const device = createBusMaster(archetype, { ports, addressBits: 32 })
      const channels = channelsOf(archetype, count)
      // What every channel finds at BASE, whatever it does with it.
      if (archetype === 'ring') {
        const CONTROL = ringControlWord.encode({ OWN: 1, LENGTH: 4 }).lo
        memory.writeBytes(BASE, ringDescriptor.encode({ ADDR_LO: lo32(BASE), CONTROL }))
      } else if (archetype === 'raw') {
        for (let i = 0; i <= channels; i++) {
          const CODE = i === channels ? rawOperation.END : rawOperation.COPY
          const OP = rawOpWord.encode({ CODE, PORT: i % channels }).lo
          const command = { OP, SRC_LO: BASE + 0x8000, DST_LO: BASE + 0x9000, LENGTH: 4 }
          memory.writeBytes(BASE + i * rawCommand.bytes, rawCommand.encode(command))
        }
      }
      for (const row of device.block.rows) {
        if (/_LO$/.test(row.name) && row.access === 'rw') device.write32(row.at, lo32(BASE))
        if (/_(ENABLE|COUNT)$/.test(row.name)) device.write32(row.at, 1)
        if (/_BYTES$/.test(row.name)) device.write32(row.at, 16)
      }
      device.write32(controlRegisters.at.CTRL, controlWord.encode({ GO: 1 }).lo)
      expect(device.archetype).toBe(archetype)
      expect(device.outcome.completed, `${archetype} with ${count} ports`).toBe(true)
      expect(ports.map((p) => p.accesses.length > 0)).toEqual(ports.map(() => true))
    }
  })

  it('say in their registers how many channels they have', () => {
    const ports = [1, 2, 3].map(() => new MemoryDmaPort(new PhysicalMemory([])))
    const device = createBusMaster('ring', { ports, addressBits: 32 })
    expect(device.read32(controlRegisters.at.CHANNELS)).toBe(3)
    expect(device.block.find(channelOffset(2))?.name).toBe('CH2_RING_LO')
  })
})
