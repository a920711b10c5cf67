import { expect, test } from 'vitest'
import { EIO } from '../base/errno.ts'
import { deviceDma } from './device-dma.ts'
import { bitMask, limitMask } from './dma-mask.ts'
import { sgEntry } from './dma-ops.ts'
import { GIB, MIB, type Rig, pattern, rig } from './rig.fixture.ts'

const RAM = GIB

/** Reads through the CPU's cache. */
function cpu(r: Rig, at: number, n: number): number[] {
  const into = new Uint8Array(n)
  r.cache.read(at, into)
  return [...into]
}

/** Reads as a device that does not snoop. */
function dev(r: Rig, at: number, n: number): number[] {
  const into = new Uint8Array(n)
  r.memory.readBytes(at, into)
  return [...into]
}

test('a device without operations uses the plain ARM table', () => {
  const r = rig()
  expect(r.dma.opsFor(r.device('a')).name).toBe('arm')
})

test('the handle is the physical address minus the offset', () => {
  const r = rig()
  const device = r.device('a')
  expect(r.dma.mapPage(device, RAM + 2 * MIB + 5, 16, 'to-device')).toBe(RAM + 2 * MIB + 5)
  deviceDma.of(device).pfnOffset = GIB
  expect(r.dma.mapPage(device, RAM + 2 * MIB + 5, 16, 'to-device')).toBe(2 * MIB + 5)
})

test('an offset that makes bus addresses higher wraps at the width of dma_addr_t', () => {
  const r = rig({ banks: [{ base: 0xc000_0000, size: 16 * MIB }] })
  const device = r.device('a')
  deviceDma.of(device).pfnOffset = -GIB
  expect(r.dma.mapPage(device, 0xc020_0000, 16, 'to-device')).toBe(0x20_0000)
  const wide = rig({ banks: [{ base: 0xc000_0000, size: 16 * MIB }], host: { dmaAddrBits: 64 } })
  const other = wide.device('a')
  deviceDma.of(other).pfnOffset = -GIB
  expect(wide.dma.mapPage(other, 0xc020_0000, 16, 'to-device')).toBe(0x1_0020_0000)
})

test('mapping a page above the mask is not refused', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).dmaMask = bitMask(28)
  expect(r.dma.mapPage(device, RAM + 2 * MIB, 16, 'to-device')).toBe(RAM + 2 * MIB)
})

test('mapping to the device cleans the cache, mapping from it drops what it holds', () => {
  const r = rig()
  const device = r.device('a')
  const at = RAM + 2 * MIB
  r.cache.write(at, pattern(64))
  expect(dev(r, at, 4)).toEqual([0, 0, 0, 0])
  r.dma.mapPage(device, at, 64, 'to-device')
  expect(dev(r, at, 64)).toEqual([...pattern(64)])
  r.cache.write(at, pattern(64, 2))
  r.dma.mapPage(device, at, 64, 'from-device')
  expect(cpu(r, at, 64)).toEqual([...pattern(64)])
})

test('unmapping from the device makes its writes visible, unmapping to the device does not', () => {
  const r = rig()
  const device = r.device('a')
  const at = RAM + 2 * MIB
  for (const [direction, seen] of [
    ['to-device', 0],
    ['from-device', 9],
    ['bidirectional', 9],
  ] as const) {
    r.cache.zero(at, 64)
    const handle = r.dma.mapPage(device, at, 64, direction) as number
    cpu(r, at, 1)
    r.memory.writeBytes(at, Uint8Array.of(9))
    r.dma.unmapPage(device, handle, 64, direction)
    expect(cpu(r, at, 1), direction).toEqual([seen])
  }
})

test('DMA_ATTR_SKIP_CPU_SYNC leaves the cache alone in map and unmap, not in a sync', () => {
  const r = rig()
  const device = r.device('a')
  const at = RAM + 2 * MIB
  const skip = { skipCpuSync: true }
  r.cache.write(at, Uint8Array.of(1))
  const handle = r.dma.mapPage(device, at, 64, 'bidirectional', skip) as number
  expect(dev(r, at, 1)).toEqual([0])
  r.dma.syncSingleForDevice(device, handle, 64, 'bidirectional')
  expect(dev(r, at, 1)).toEqual([1])
  r.memory.writeBytes(at, Uint8Array.of(2))
  r.dma.unmapPage(device, handle, 64, 'bidirectional', skip)
  expect(cpu(r, at, 1)).toEqual([1])
  r.dma.syncSingleForCpu(device, handle, 64, 'bidirectional')
  expect(cpu(r, at, 1)).toEqual([2])
})

test('the coherent table does no maintenance and lacks unmap and syncs', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  const { coherent } = r.tables
  expect([coherent.unmapPage, coherent.unmapSg, coherent.syncSingleForCpu]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  r.cache.write(RAM + 2 * MIB, Uint8Array.of(1))
  const handle = r.dma.mapPage(device, RAM + 2 * MIB, 64, 'to-device') as number
  expect(dev(r, RAM + 2 * MIB, 1)).toEqual([0])
  r.dma.unmapPage(device, handle, 64, 'to-device')
  r.dma.syncSingleForCpu(device, handle, 64, 'to-device')
})

test('a scatter list is never merged', () => {
  const r = rig()
  const device = r.device('a')
  const sg = [sgEntry(RAM + 2 * MIB, 4096), sgEntry(RAM + 2 * MIB + 4096, 100)]
  expect(r.dma.mapSg(device, sg, 'to-device')).toBe(2)
  expect(sg.map((s) => [s.dmaAddress, s.dmaLength])).toEqual([
    [RAM + 2 * MIB, 4096],
    [RAM + 2 * MIB + 4096, 100],
  ])
})

test('syncing a scatter list works entry by entry', () => {
  const r = rig()
  const device = r.device('a')
  const sg = [sgEntry(RAM + 2 * MIB, 64), sgEntry(RAM + 3 * MIB, 64)]
  r.dma.mapSg(device, sg, 'bidirectional')
  r.cache.write(RAM + 3 * MIB, Uint8Array.of(5))
  r.dma.syncSgForDevice(device, sg, 'bidirectional')
  expect(dev(r, RAM + 3 * MIB, 1)).toEqual([5])
  r.memory.writeBytes(RAM + 3 * MIB, Uint8Array.of(6))
  r.dma.syncSgForCpu(device, sg, 'bidirectional')
  expect(cpu(r, RAM + 3 * MIB, 1)).toEqual([6])
  cpu(r, RAM + 2 * MIB, 1)
  r.memory.writeBytes(RAM + 2 * MIB, Uint8Array.of(7))
  r.dma.unmapSg(device, sg, 'bidirectional')
  expect(cpu(r, RAM + 2 * MIB, 1)).toEqual([7])
})

test('allocates contiguous zeroed lowmem, uncached, and gives it all back', () => {
  const r = rig({ lowmemEnd: GIB + 8 * MIB })
  r.pages.placement = 'highest'
  r.memory.writeBytes(GIB + 7 * MIB, pattern(64))
  const device = r.device('a')
  const buffer = r.dma.allocCoherent(device, 3 * 4096 - 1)
  expect(buffer).toMatchObject({ handle: GIB + 8 * MIB - 4 * 4096, size: 12288, cpu: 'uncached' })
  expect(buffer?.pages).toEqual([0, 1, 2].map((i) => GIB + 8 * MIB - (4 - i) * 4096))
  r.dma.cpuWrite(buffer!, 4090, pattern(12))
  expect(dev(r, buffer!.handle + 4090, 12)).toEqual([...pattern(12)])
  r.dma.freeCoherent(device, buffer!)
  expect(r.pages.inUse).toBe(0)
})

test('a coherent device gets cached memory', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  const buffer = r.dma.allocCoherent(device, 4096)!
  expect(buffer.cpu).toBe('cached')
  r.dma.cpuWrite(buffer, 0, Uint8Array.of(3))
  expect(dev(r, buffer.handle, 1)).toEqual([0])
  const seen = new Uint8Array(1)
  r.dma.cpuRead(buffer, 0, seen)
  expect(seen[0]).toBe(3)
})

test('an allocation without a coherent mask fails and says so', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).coherentDmaMask = limitMask(0)
  expect(r.dma.allocCoherent(device, 4096)).toBeNull()
  expect(r.log()).toContain('coherent DMA mask is unset')
})

test('a coherent mask that does not reach the end of RAM fails the allocation and says so', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).coherentDmaMask = bitMask(30)
  expect(r.dma.allocCoherent(device, 4096)).toBeNull()
  expect(r.log().at(-1)).toBe(
    'Coherent DMA mask 0x3fffffff (pfn 0x0-0x40000) covers a smaller range of system memory than the DMA zone pfn 0x0-0x44001',
  )
})

test('a mask below 32 bits takes pages from the DMA zone', () => {
  const r = rig({ host: { dmaZoneLimit: GIB + 4 * MIB - 1 } })
  r.pages.placement = 'highest'
  const device = r.device('a')
  deviceDma.of(device).coherentDmaMask = bitMask(31)
  expect(r.dma.allocCoherent(device, 4096)?.handle).toBe(GIB + 4 * MIB - 4096)
  deviceDma.of(device).coherentDmaMask = bitMask(32)
  expect(r.dma.allocCoherent(device, 4096)?.handle).toBe(GIB + 64 * MIB - 4096)
})

test('dma_set_mask: -EIO without a pointer or when RAM is beyond the mask, and both masks move', () => {
  const r = rig()
  const device = r.device('a')
  expect(r.dma.setMask(device, bitMask(30))).toBe(-EIO)
  expect(r.dma.setMask(device, bitMask(31))).toBe(0)
  expect(deviceDma.of(device).coherentDmaMask.bits).toBe(31)
  expect(r.dma.setCoherentMask(device, bitMask(64))).toBe(0)
  expect(deviceDma.of(device).dmaMask?.bits).toBe(64)
  deviceDma.of(device).dmaMask = null
  expect(r.dma.setMaskAndCoherent(device, bitMask(32))).toBe(-EIO)
})

test('a mask wider than dma_addr_t has to reach all of RAM, beyond the DMA zone', () => {
  const r = rig({ host: { dmaZoneLimit: GIB - 1 } })
  const device = r.device('a')
  deviceDma.of(device).pfnOffset = -3 * GIB
  expect(r.dma.setMask(device, bitMask(32))).toBe(0)
  expect(r.dma.setMask(device, bitMask(64))).toBe(-EIO)
})

test('a mask that ends exactly with RAM is refused: max_pfn is one too high', () => {
  const r = rig()
  const device = r.device('a')
  expect(r.dma.setMask(device, limitMask(GIB + 64 * MIB - 1))).toBe(-EIO)
  expect(r.dma.setMask(device, limitMask(GIB + 64 * MIB + 4095))).toBe(0)
})

test('an atomic allocation comes from a pool of 256 KiB, which does not grow', () => {
  const r = rig()
  const device = r.device('a')
  const a = r.dma.allocAttrs(device, 4096, { atomic: true })!
  expect(r.pages.inUse).toBe(64)
  const b = r.dma.allocAttrs(device, 3 * 4096, { atomic: true })!
  expect(b.handle - a.handle).toBe(4 * 4096)
  expect(r.dma.allocAttrs(device, 256 * 1024, { atomic: true })).toBeNull()
  r.dma.freeCoherent(device, a)
  r.dma.freeCoherent(device, b)
  expect(r.dma.allocAttrs(device, 256 * 1024, { atomic: true })?.handle).toBe(a.handle)
  expect(r.pages.inUse).toBe(64)
})

test('a coherent device needs no atomic pool', () => {
  const r = rig()
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  expect(r.dma.allocAttrs(device, 4096, { atomic: true })?.cpu).toBe('cached')
  expect(r.pages.inUse).toBe(1)
})

test('dma_set_max_seg_size is refused until the device has dma_parms', () => {
  const r = rig()
  const device = r.device('a')
  expect(r.dma.setMaxSegSize(device, 0xffff_ffff)).toBe(-EIO)
  expect(deviceDma.of(device).maxSegSize).toBe(0x1_0000)
  r.dma.allocateParms(device)
  expect(r.dma.setMaxSegSize(device, 0xffff_ffff)).toBe(0)
  expect(deviceDma.of(device).maxSegSize).toBe(0xffff_ffff)
})

test('every call leaves an event with the handle and the caller', () => {
  const r = rig()
  const device = r.device('a')
  device.driver = { name: 'a-driver', bus: 'platform', matches: [], probe: () => 0 }
  r.dma.mapPage(device, RAM + 2 * MIB, 16, 'to-device')
  expect(r.journal.events.at(-1)).toMatchObject({
    kind: 'dma-map',
    subject: 'a',
    text: 'dma_map_page(a, 16 bytes): 0x40200000 by arm',
    causes: [{ kind: 'call', driver: 'a-driver', function: 'dma_map_page' }],
    data: { handle: RAM + 2 * MIB, size: 16, ops: 'arm', direction: 'to-device' },
  })
})

test('a bit mask of 64 bits ends at the largest address there is', () => {
  expect(bitMask(64)).toEqual({ bits: 64, limit: Number.MAX_SAFE_INTEGER })
  expect(bitMask(36)).toEqual({ bits: 36, limit: 0xf_ffff_ffff })
  expect(limitMask(0xdfff_ffff)).toEqual({ bits: 32, limit: 0xdfff_ffff })
})
