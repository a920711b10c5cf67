/**
 * The ordinary driver: knows the DMA API and nothing of IOMMUs. Sets a mask, allocates coherent
 * memory, maps and syncs streaming buffers both ways. It stands for every driver of the catalogue
 * without a model of its own.
 */
import { PAGE_SIZE } from '../base/addr.ts'
import { type Errno, errnoName } from '../base/errno.ts'
import { type DmaMask, bitMask } from '../dma/dma-mask.ts'
import type { DmaAllocation } from '../dma/dma-ops.ts'
import type { Device } from '../driver-core/device.ts'
import { coherentBuffer } from './buffers/coherent.ts'
import { streamingBuffer } from './buffers/streaming.ts'
import type { DriverContext, DriverInstance } from './driver-model.ts'
import { deviceRound } from './exercise/device-round.ts'

/** The masks that a driver sets. */
export interface DriverMasks {
  /** null: none, it stays with the 32 bits that the core gave. */
  mask: DmaMask | null
  /** Not null: the driver sets the streaming mask only, and this is what coherent memory keeps. */
  coherentMask: DmaMask | null
}

/** What an ordinary driver is told apart by. */
export interface OrdinaryDriver {
  name: string
  bus: 'platform' | 'amba'
  matches: readonly string[]
  /** The masks that it sets for a device. */
  masks(device: Device): DriverMasks
  /** True for glue that creates devices for its node's children in probe. */
  populates: boolean
}

/**
 * The driver of one row, for one machine. Probe fails only where a mask is refused; the rounds use
 * coherent, then streaming memory.
 */
export function createOrdinary(context: DriverContext, row: OrdinaryDriver): DriverInstance {
  const kept = new Map<Device, DmaAllocation>()
  return {
    drivers: [
      {
        name: row.name,
        bus: row.bus,
        matches: row.matches,
        probe: (device) => probe(context, row, device, kept),
        remove: (device) => {
          const allocation = kept.get(device)
          if (allocation !== undefined) context.dma.freeCoherent(device, allocation)
          kept.delete(device)
        },
      },
    ],
    rounds(device) {
      const hardware = context.hardware(device)
      const coherent = coherentBuffer(context, () => device, 'coherent')
      const streaming = streamingBuffer(context, device)
      return [
        deviceRound({
          hardware,
          where: 'in coherent memory',
          structures: coherent,
          data: coherent,
        }),
        deviceRound({
          hardware,
          where: 'in streaming buffers',
          structures: coherent,
          data: streaming,
        }),
      ]
    },
  }
}

function probe(
  context: DriverContext,
  row: OrdinaryDriver,
  device: Device,
  kept: Map<Device, DmaAllocation>,
): Errno {
  const result = setMasks(context, row, device)
  if (result !== 0) {
    device.probeReason = `dma_set_mask() answers ${errnoName(result)}`
    return result
  }
  // Descriptors that live as long as the driver does. Being first, they get the first I/O address.
  if (context.hardware(device) !== null) {
    const descriptors = context.dma.allocCoherent(device, PAGE_SIZE)
    if (descriptors !== null) kept.set(device, descriptors)
  }
  if (row.populates && device.node !== null) context.populator.populate(device.node, device)
  return 0
}

function setMasks(context: DriverContext, row: OrdinaryDriver, device: Device): Errno {
  const { mask, coherentMask } = row.masks(device)
  if (mask === null) return 0
  if (coherentMask !== null) return context.dma.setMask(device, mask)
  // Drivers that know 64 bits fall back to 32 when the platform refuses.
  const wide = context.dma.setMaskAndCoherent(device, mask)
  return wide === 0 || mask.bits <= 32 ? wide : context.dma.setMaskAndCoherent(device, bitMask(32))
}
