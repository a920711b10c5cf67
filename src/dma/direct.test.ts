import { expect, test } from 'vitest'
import { EIO } from '../base/errno.ts'
import { deviceDma } from './device-dma.ts'
import { bitMask } from './dma-mask.ts'
import { sgEntry } from './dma-ops.ts'
import { LARGEST_BOUNCE } from './swiotlb.ts'
import { GIB, MIB, type Rig, pattern, rig } from './rig.fixture.ts'

/** RAM below and above 4 GiB; devices reach the lower part only. */
const LOW = 2 * GIB
const HIGH = 8 * GIB

function setUp(): Rig {
  return rig({
    arch: 'arm64',
    banks: [
      { base: LOW, size: 16 * MIB },
      { base: HIGH, size: 16 * MIB },
    ],
  })
}

function memory(r: Rig, at: number, n: number): number[] {
  const into = new Uint8Array(n)
  r.memory.readBytes(at, into)
  return [...into]
}

function cpu(r: Rig, at: number, n: number): number[] {
  const into = new Uint8Array(n)
  r.cache.read(at, into)
  return [...into]
}

test('bus addresses are physical ones, and the offset of dma-ranges is ignored', () => {
  const r = setUp()
  const device = r.device('a')
  deviceDma.of(device).pfnOffset = GIB
  expect(r.dma.opsFor(device)).toMatchObject({ name: 'direct', coherent: false })
  expect(r.dma.mapPage(device, LOW + 2 * MIB + 3, 10, 'to-device')).toBe(LOW + 2 * MIB + 3)
})

test('a buffer within the mask is cleaned at map and invalidated at unmap and sync', () => {
  const r = setUp()
  const device = r.device('a')
  const at = LOW + 2 * MIB
  r.cache.write(at, Uint8Array.of(1))
  const handle = r.dma.mapPage(device, at, 64, 'bidirectional') as number
  expect(memory(r, at, 1)).toEqual([1])
  r.memory.writeBytes(at, Uint8Array.of(2))
  r.dma.syncSingleForCpu(device, handle, 64, 'bidirectional')
  expect(cpu(r, at, 1)).toEqual([2])
  r.memory.writeBytes(at, Uint8Array.of(3))
  r.dma.unmapPage(device, handle, 64, 'bidirectional')
  expect(cpu(r, at, 1)).toEqual([3])
})

test('a buffer above the mask bounces: the device gets a copy below it', () => {
  const r = setUp()
  const device = r.device('a')
  r.cache.write(HIGH + 100, pattern(5000))
  const handle = r.dma.mapPage(device, HIGH + 100, 5000, 'to-device') as number
  expect(handle).toBeLessThan(LOW + 16 * MIB)
  expect(memory(r, handle, 5000)).toEqual([...pattern(5000)])
  expect(r.pages.inUse).toBe(2)
  r.dma.unmapPage(device, handle, 5000, 'to-device')
  expect(r.pages.inUse).toBe(0)
})

test('what the device writes into a bounce buffer is copied back at unmap', () => {
  const r = setUp()
  const device = r.device('a')
  cpu(r, HIGH, 64)
  const handle = r.dma.mapPage(device, HIGH, 5000, 'from-device') as number
  r.memory.writeBytes(handle, pattern(5000))
  r.dma.unmapPage(device, handle, 5000, 'from-device')
  expect(cpu(r, HIGH, 5000)).toEqual([...pattern(5000)])
})

test('syncs copy a part of a bounce buffer, each in its direction', () => {
  const r = setUp()
  const device = r.device('a')
  const handle = r.dma.mapPage(device, HIGH, 256, 'bidirectional') as number
  r.cache.write(HIGH + 64, Uint8Array.of(1))
  r.dma.syncSingleForDevice(device, handle + 64, 64, 'bidirectional')
  expect(memory(r, handle + 64, 1)).toEqual([1])
  r.memory.writeBytes(handle + 64, Uint8Array.of(2))
  r.dma.syncSingleForCpu(device, handle + 64, 64, 'bidirectional')
  expect(cpu(r, HIGH + 64, 1)).toEqual([2])
  r.memory.writeBytes(handle, Uint8Array.of(3))
  r.dma.syncSingleForCpu(device, handle, 64, 'to-device')
  expect(cpu(r, HIGH, 1)).toEqual([0])
})

test('more than 256 KiB does not bounce, however much memory there is', () => {
  const r = setUp()
  const device = r.device('a')
  expect(r.dma.mapPage(device, HIGH, LARGEST_BOUNCE, 'to-device')).not.toBeNull()
  expect(r.dma.mapPage(device, HIGH, LARGEST_BOUNCE + 1, 'to-device')).toBeNull()
  expect(r.log()).toEqual([
    'swiotlb buffer is full (sz: 262145 bytes)',
    'DMA: Out of SW-IOMMU space for 262145 bytes at device a',
  ])
})

test('no page below the mask, or no mask at all, is an error', () => {
  const r = setUp()
  const device = r.device('a')
  deviceDma.of(device).dmaMask = bitMask(31)
  expect(r.dma.mapPage(device, LOW + 2 * MIB, 16, 'to-device')).toBeNull()
  deviceDma.of(device).dmaMask = null
  expect(r.dma.mapPage(device, LOW + 2 * MIB, 16, 'to-device')).toBeNull()
})

test('a scatter list bounces entry by entry and is undone when one fails', () => {
  const r = setUp()
  const device = r.device('a')
  const sg = [sgEntry(LOW + 2 * MIB, 64), sgEntry(HIGH, 64)]
  expect(r.dma.mapSg(device, sg, 'bidirectional')).toBe(2)
  expect(sg[0]?.dmaAddress).toBe(LOW + 2 * MIB)
  expect(r.pages.inUse).toBe(1)
  r.cache.write(HIGH, Uint8Array.of(4))
  r.dma.syncSgForDevice(device, sg, 'bidirectional')
  expect(memory(r, sg[1]?.dmaAddress as number, 1)).toEqual([4])
  r.memory.writeBytes(sg[1]?.dmaAddress as number, Uint8Array.of(5))
  r.dma.syncSgForCpu(device, sg, 'bidirectional')
  expect(cpu(r, HIGH, 1)).toEqual([5])
  r.dma.unmapSg(device, sg, 'bidirectional')
  expect(r.pages.inUse).toBe(0)
  const failing = [sgEntry(HIGH, 64), sgEntry(HIGH, LARGEST_BOUNCE + 1)]
  expect(r.dma.mapSg(device, failing, 'to-device')).toBe(0)
  expect(r.pages.inUse).toBe(0)
})

test('a coherent device needs no maintenance, and gets cached memory', () => {
  const r = setUp()
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  r.cache.write(LOW + 2 * MIB, Uint8Array.of(1))
  r.dma.mapPage(device, LOW + 2 * MIB, 64, 'to-device')
  expect(memory(r, LOW + 2 * MIB, 1)).toEqual([0])
  expect(r.dma.allocCoherent(device, 4096)?.cpu).toBe('cached')
})

test('an allocation comes from the DMA zone and does not look at the mask', () => {
  const r = setUp()
  r.pages.placement = 'highest'
  const device = r.device('a')
  deviceDma.of(device).coherentDmaMask = bitMask(31)
  const buffer = r.dma.allocCoherent(device, 8192)!
  expect(buffer).toMatchObject({ handle: LOW + 16 * MIB - 8192, cpu: 'uncached' })
  r.dma.freeCoherent(device, buffer)
  expect(r.pages.inUse).toBe(0)
})

test('a mask must reach the end of the DMA zone or of RAM', () => {
  const r = setUp()
  const device = r.device('a')
  expect(r.dma.setMask(device, bitMask(31))).toBe(-EIO)
  expect(r.dma.setMask(device, bitMask(64))).toBe(0)
  expect(deviceDma.of(device).coherentDmaMask.bits).toBe(64)
  expect(r.dma.mapPage(device, HIGH, 64, 'to-device')).toBe(HIGH)
})
