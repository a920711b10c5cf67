import { expect, test } from 'vitest'
import { KernelBug } from '../driver-core/device.ts'
import { deviceDma } from './device-dma.ts'
import { sgEntry } from './dma-ops.ts'
import { GIB, MIB, attached, deviceSees, pattern, rig } from './rig.fixture.ts'

const PAGE = 4096
const RAM = GIB

test('a buffer gets whole pages of I/O space and keeps its offset in the page', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  r.cache.write(RAM + 2 * MIB + 0xff0, pattern(32))
  expect(r.dma.mapPage(device, RAM + 2 * MIB + 0xff0, 32, 'to-device')).toBe(GIB + 0xff0)
  expect(r.fake.mapped).toBe(2)
  expect(mapping.iova.pagesInUse).toBe(2)
  expect(deviceSees(r, mapping, GIB + 0xff0)).toBe(pattern(1)[0])
  r.dma.unmapPage(device, GIB + 0xff0, 32, 'to-device')
  expect([r.fake.mapped, mapping.iova.pagesInUse]).toEqual([0, 0])
})

test('the direction decides what the IOMMU allows, and nothing is cacheable', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const prots = (['bidirectional', 'to-device', 'from-device', 'none'] as const).map((d) => {
    const handle = r.dma.mapPage(device, RAM + 2 * MIB, PAGE, d) as number
    return r.fake.pages.get(mapping.domain)?.get(handle)?.prot
  })
  expect(prots).toEqual([
    { read: true, write: true },
    { read: true, write: false },
    { read: false, write: true },
    { read: false, write: false },
  ])
})

test('a buffer in I/O page 0 is never unmapped, freed or synced', () => {
  const r = rig()
  const { device, mapping } = attached(r, 0)
  const at = RAM + 2 * MIB
  expect(r.dma.mapPage(device, at, 64, 'from-device')).toBe(0)
  const seen = new Uint8Array(1)
  r.cache.read(at, seen)
  r.memory.writeBytes(at, Uint8Array.of(9))
  r.dma.syncSingleForCpu(device, 0, 64, 'from-device')
  r.dma.unmapPage(device, 0, 64, 'from-device')
  r.cache.read(at, seen)
  expect(seen[0]).toBe(0)
  expect([r.fake.mapped, mapping.iova.pagesInUse]).toEqual([1, 1])
})

test('a buffer in I/O page 0 is not synced for the device either', () => {
  const r = rig()
  const { device, mapping } = attached(r, 0)
  const at = RAM + 2 * MIB
  r.dma.mapPage(device, at, 64, 'to-device')
  r.cache.write(at, Uint8Array.of(9))
  r.dma.syncSingleForDevice(device, 0, 64, 'to-device')
  expect(deviceSees(r, mapping, 0)).toBe(0)
})

test('unmapping makes what the device wrote visible, unless told to skip the sync', () => {
  const r = rig()
  const { device } = attached(r)
  const at = RAM + 2 * MIB
  const seen = new Uint8Array(1)
  for (const [attrs, value] of [
    [{ skipCpuSync: true }, 0],
    [{}, 9],
  ] as const) {
    r.cache.zero(at, 64)
    const handle = r.dma.mapPage(device, at, 64, 'from-device') as number
    r.cache.read(at, seen)
    r.memory.writeBytes(at, Uint8Array.of(9))
    r.dma.unmapPage(device, handle, 64, 'from-device', attrs)
    r.cache.read(at, seen)
    expect(seen[0]).toBe(value)
  }
})

test('an allocation at I/O page 0 is freed like any other', () => {
  const r = rig()
  const { device, mapping } = attached(r, 0)
  const buffer = r.dma.allocCoherent(device, 3 * PAGE)!
  expect(buffer.handle).toBe(0)
  r.dma.freeCoherent(device, buffer)
  expect([r.fake.mapped, mapping.iova.pagesInUse, r.pages.inUse]).toEqual([0, 0, 0])
})

test('an allocation need not be contiguous: it takes blocks, largest first, highmem too', () => {
  const r = rig({ banks: [{ base: RAM, size: 4 * MIB }], lowmemEnd: RAM + MIB })
  const { device, mapping } = attached(r)
  for (let at = 0; at < 3; at++) r.pages.allocate(1, { zone: 'any', alignLg2: 13 })
  const buffer = r.dma.allocCoherent(device, 10 * PAGE)!
  const first = RAM + MIB
  const page = (n: number) => first + n * PAGE
  expect(buffer.pages).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 6, 7].map(page))
  expect(buffer.cpu).toBe('uncached')
  expect(buffer.pages.map((_, i) => r.iommu.iovaToPhys(mapping.domain, GIB + i * PAGE))).toEqual(
    buffer.pages,
  )
  r.dma.cpuWrite(buffer, 8 * PAGE - 2, Uint8Array.of(1, 2, 3, 4))
  expect(deviceSees(r, mapping, GIB + 8 * PAGE + 1)).toBe(4)
})

test('falls back to single pages in fragmented memory, and gives them back when it fails', () => {
  const r = rig({ banks: [{ base: RAM, size: MIB + 16 * PAGE }] })
  const { device } = attached(r)
  const all = Array.from({ length: 16 }, () => r.pages.allocate(1, { zone: 'any' }) as number)
  for (const [i, page] of all.entries()) if (i % 2 === 0) r.pages.free(page, 1)
  expect(r.dma.allocCoherent(device, 9 * PAGE)).toBeNull()
  expect(r.pages.inUse).toBe(8)
  const buffer = r.dma.allocCoherent(device, 8 * PAGE)!
  expect(buffer.pages).toEqual(all.filter((_, i) => i % 2 === 0))
})

test('DMA_ATTR_FORCE_CONTIGUOUS wants one block; NO_KERNEL_MAPPING has no CPU view', () => {
  const r = rig({ banks: [{ base: RAM, size: MIB + 16 * PAGE }] })
  const { device } = attached(r)
  const all = Array.from({ length: 16 }, () => r.pages.allocate(1, { zone: 'any' }) as number)
  for (const [i, page] of all.entries()) if (i % 2 === 0) r.pages.free(page, 1)
  expect(r.dma.allocAttrs(device, 2 * PAGE, { forceContiguous: true })).toBeNull()
  expect(r.dma.allocAttrs(device, 2 * PAGE, { noKernelMapping: true })?.cpu).toBe('none')
  expect(r.dma.allocAttrs(device, PAGE, { writeCombine: true })?.cpu).toBe('write-combine')
})

test('the coherent table allocates uncached memory all the same', () => {
  const r = rig()
  const { device } = attached(r)
  deviceDma.of(device).ops = r.tables.iommuCoherent
  expect(r.dma.allocCoherent(device, PAGE)?.cpu).toBe('uncached')
})

test('the coherent table maintains nothing, unmaps, and lacks the syncs', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const ops = r.tables.iommuCoherent!
  deviceDma.of(device).ops = ops
  expect([ops.syncSingleForCpu, ops.syncSgForDevice]).toEqual([undefined, undefined])
  r.cache.write(RAM + 2 * MIB, Uint8Array.of(5))
  const handle = r.dma.mapPage(device, RAM + 2 * MIB, 64, 'to-device') as number
  expect(deviceSees(r, mapping, handle)).toBe(0)
  r.dma.unmapPage(device, handle, 64, 'to-device')
  const sg = [sgEntry(RAM + 2 * MIB, 64)]
  r.dma.mapSg(device, sg, 'to-device')
  r.dma.unmapSg(device, sg, 'to-device')
  expect(r.fake.mapped).toBe(0)
})

test('syncs go by what the IOMMU translates', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const at = RAM + 2 * MIB
  const handle = r.dma.mapPage(device, at, 128, 'bidirectional') as number
  r.cache.write(at + 64, Uint8Array.of(7))
  r.dma.syncSingleForDevice(device, handle + 64, 64, 'bidirectional')
  expect(deviceSees(r, mapping, handle + 64)).toBe(7)
  r.memory.writeBytes(at + 64, Uint8Array.of(8))
  r.dma.syncSingleForCpu(device, handle + 64, 64, 'bidirectional')
  const seen = new Uint8Array(1)
  r.cache.read(at + 64, seen)
  expect(seen[0]).toBe(8)
})

test('an atomic allocation is a piece of the pool behind one IOVA range', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const buffer = r.dma.allocAttrs(device, 2 * PAGE, { atomic: true })!
  expect(buffer.handle).toBe(GIB)
  expect(r.fake.mapped).toBe(2)
  r.dma.freeCoherent(device, buffer)
  expect([r.fake.mapped, mapping.iova.pagesInUse]).toEqual([0, 0])
})

test('IOMMU operations without a mapping are a BUG', () => {
  const r = rig()
  const device = r.device('a')
  r.dma.setOps(device, r.tables.iommu)
  expect(() => r.dma.mapPage(device, RAM + 2 * MIB, 16, 'to-device')).toThrow(KernelBug)
})

test('memory allocated by one kind of table is lost when another has to free it', () => {
  const r = rig()
  const { device } = attached(r)
  const buffer = r.dma.allocCoherent(device, PAGE)!
  r.mappings.detachDevice(device)
  r.dma.freeCoherent(device, buffer)
  expect(r.log()).toContain('trying to free invalid coherent area: 0x40000000')
  expect(r.pages.inUse).toBe(1)
})
