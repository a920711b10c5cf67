/** Every kind of bus master, by name. */
import type { Archetype, BusMaster, BusMasterPorts } from './bus-master.ts'
import { Capture, captureChannels } from './capture.ts'
import { Mem2mem, mem2memChannels } from './mem2mem.ts'
import { Raw } from './raw.ts'
import { Ring, ringChannels } from './ring.ts'
import { Scanout, scanoutWindows } from './scanout.ts'

interface ArchetypeRow {
  /** For people. */
  doc: string
  create(ports: BusMasterPorts): BusMaster
  /** Channels that drive all `ports` ports; see `channelsOf`. */
  channels(ports: number): number
}

/** One row a kind. */
export const archetypes: Readonly<Record<Archetype, ArchetypeRow>> = {
  scanout: {
    doc: 'reads frames: display controllers, audio playback',
    create: (ports) => new Scanout(ports),
    channels: scanoutWindows,
  },
  capture: {
    doc: 'writes frames: cameras, video inputs',
    create: (ports) => new Capture(ports),
    channels: captureChannels,
  },
  mem2mem: {
    doc: 'reads, changes, writes: scalers, codecs, copy engines',
    create: (ports) => new Mem2mem(ports),
    channels: mem2memChannels,
  },
  ring: {
    doc: 'follows a ring of descriptors: network, storage, USB',
    create: (ports) => new Ring(ports),
    channels: ringChannels,
  },
  raw: {
    doc: 'carries out commands in memory: GPUs, DSPs, firmware cores',
    create: (ports) => new Raw(ports),
    channels: (ports) => ports,
  },
}

/** Makes the hardware of a bus master. */
export function createBusMaster(archetype: Archetype, ports: BusMasterPorts): BusMaster {
  return archetypes[archetype].create(ports)
}

/**
 * How many channels a driver must use so that each of the device's `ports` ports carries traffic.
 * A `raw` device has one register channel; its "channels" are the values of a command's PORT field.
 */
export function channelsOf(archetype: Archetype, ports: number): number {
  return archetypes[archetype].channels(ports)
}
