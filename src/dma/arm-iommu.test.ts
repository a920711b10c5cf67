import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Device } from '../driver-core/device.ts'
import { KernelBug } from '../driver-core/device.ts'
import { chunksOf } from './arm-iommu-sg.ts'
import { deviceDma } from './device-dma.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'
import { type DmaDirection, sgEntry } from './dma-ops.ts'
import { GIB, MIB, type Rig, pattern, rig } from './rig.fixture.ts'

const PAGE = 4096
const RAM = GIB

/** A device attached to a mapping of its own, at `base`. */
function attached(r: Rig, base = GIB, size = 2 * GIB): { device: Device; mapping: ArmMapping } {
  const device = r.device('vop')
  const mapping = r.mappings.createMapping(r.bus, base, size) as ArmMapping
  r.mappings.attachDevice(device, mapping)
  return { device, mapping }
}

/** Reads one byte as a device would: through the domain's pages, past the cache. */
function dev(r: Rig, mapping: ArmMapping, iova: number): number {
  const into = new Uint8Array(1)
  r.memory.readBytes(r.iommu.iovaToPhys(mapping.domain, iova) as number, into)
  return into[0] as number
}

test('a buffer gets whole pages of I/O space and keeps its offset in the page', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  r.cache.write(RAM + 2 * MIB + 0xff0, pattern(32))
  expect(r.dma.mapPage(device, RAM + 2 * MIB + 0xff0, 32, 'to-device')).toBe(GIB + 0xff0)
  expect(r.fake.mapped).toBe(2)
  expect(mapping.iova.pagesInUse).toBe(2)
  expect(dev(r, mapping, GIB + 0xff0)).toBe(pattern(1)[0])
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
  expect(dev(r, mapping, 0)).toBe(0)
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

test('the cache is maintained for every entry of a scatter list', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const sg = [sgEntry(RAM + 2 * MIB, PAGE), sgEntry(RAM + 3 * MIB, 64)]
  const last = RAM + 3 * MIB
  const seen = new Uint8Array(1)
  const cpuSees = (): number => {
    r.cache.read(last, seen)
    return seen[0] as number
  }
  r.cache.write(last, Uint8Array.of(1))
  r.dma.mapSg(device, sg, 'bidirectional')
  expect(dev(r, mapping, GIB + PAGE)).toBe(1)
  r.memory.writeBytes(last, Uint8Array.of(2))
  r.dma.syncSgForCpu(device, sg, 'bidirectional')
  expect(cpuSees()).toBe(2)
  r.cache.write(last, Uint8Array.of(3))
  r.dma.syncSgForDevice(device, sg, 'bidirectional')
  expect(dev(r, mapping, GIB + PAGE)).toBe(3)
  r.memory.writeBytes(last, Uint8Array.of(4))
  r.dma.unmapSg(device, sg, 'bidirectional')
  expect(cpuSees()).toBe(4)
})

test('an allocation at I/O page 0 is freed like any other', () => {
  const r = rig()
  const { device, mapping } = attached(r, 0)
  const buffer = r.dma.allocCoherent(device, 3 * PAGE)!
  expect(buffer.handle).toBe(0)
  r.dma.freeCoherent(device, buffer)
  expect([r.fake.mapped, mapping.iova.pagesInUse, r.pages.inUse]).toEqual([0, 0, 0])
})

test('a scatter list at I/O page 0 is unmapped like any other', () => {
  const r = rig()
  const { device } = attached(r, 0)
  const sg = [sgEntry(RAM + 2 * MIB, PAGE)]
  expect(r.dma.mapSg(device, sg, 'to-device')).toBe(1)
  expect(sg[0]?.dmaAddress).toBe(0)
  r.dma.unmapSg(device, sg, 'to-device')
  expect(r.fake.mapped).toBe(0)
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
  expect(dev(r, mapping, GIB + 8 * PAGE + 1)).toBe(4)
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
  expect(dev(r, mapping, handle)).toBe(0)
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
  expect(dev(r, mapping, handle + 64)).toBe(7)
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

test('page-sized neighbours of a scatter list become one range', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  const sg = [
    sgEntry(RAM + 2 * MIB + 0x800, 0x800),
    sgEntry(RAM + 4 * MIB, 2 * PAGE),
    sgEntry(RAM + 3 * MIB, 100),
    sgEntry(RAM + 5 * MIB, PAGE),
  ]
  expect(r.dma.mapSg(device, sg, 'to-device')).toBe(2)
  expect(sg.map((s) => [s.dmaAddress, s.dmaLength])).toEqual([
    [GIB + 0x800, 0x800 + 2 * PAGE + 100],
    [GIB + 4 * PAGE, PAGE],
    [null, 0],
    [null, 0],
  ])
  expect(r.iommu.iovaToPhys(mapping.domain, GIB + 3 * PAGE)).toBe(RAM + 3 * MIB)
  r.dma.unmapSg(device, sg, 'to-device')
  expect([r.fake.mapped, mapping.iova.pagesInUse]).toEqual([0, 0])
})

test('a range ends before an offset, after a partial page, and at the longest segment', () => {
  const sizes = (max: number, ...sg: [number, number][]) =>
    chunksOf(
      sg.map(([phys, length]) => sgEntry(phys, length)),
      max,
    ).map((c) => c.entries.length)
  expect(sizes(0x1_0000, [0, PAGE], [0x10_0010, 16])).toEqual([1, 1])
  expect(sizes(0x1_0000, [0, 100], [0x10_0000, PAGE])).toEqual([1, 1])
  expect(sizes(0x1_0000, [0, 0x8000], [0x10_0000, 0x8000], [0x20_0000, PAGE])).toEqual([2, 1])
  expect(sizes(0xffff_ffff, [0, 0x8000], [0x10_0000, 0x8000], [0x20_0000, PAGE])).toEqual([3])
})

test('a map that fails half-way leaves nothing behind', () => {
  const r = rig()
  const { device, mapping } = attached(r)
  r.fake.budget = 3
  const sg = [sgEntry(RAM + 2 * MIB, 100), sgEntry(RAM + 3 * MIB, 4 * PAGE)]
  expect(r.dma.mapSg(device, sg, 'to-device')).toBe(0)
  expect(sg[0]?.dmaAddress).toBeNull()
  r.fake.budget = 1
  const joined = [sgEntry(RAM + 2 * MIB, PAGE), sgEntry(RAM + 3 * MIB, PAGE)]
  expect(r.dma.mapSg(device, joined, 'to-device')).toBe(0)
  r.fake.budget = 1
  expect(r.dma.mapPage(device, RAM + 2 * MIB, 2 * PAGE, 'to-device')).toBeNull()
  r.fake.budget = 1
  expect(r.dma.allocCoherent(device, 2 * PAGE)).toBeNull()
  expect([r.fake.mapped, mapping.iova.pagesInUse, r.pages.inUse]).toEqual([0, 0, 0])
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

test('property: no IOVA is handed out twice while live, and everything is given back', () => {
  const step = fc.record({
    kind: fc.constantFrom('page' as const, 'alloc' as const, 'sg' as const, 'undo' as const),
    at: fc.nat(0x3f_ffff),
    size: fc.integer({ min: 1, max: 40_000 }),
    pick: fc.nat(15),
    direction: fc.constantFrom<DmaDirection>('to-device', 'from-device', 'bidirectional'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const r = rig({ banks: [{ base: RAM, size: 8 * MIB }] })
      const { device, mapping } = attached(r)
      const live: { from: number; to: number; undo: () => void }[] = []
      const claim = (handle: number, size: number, undo: () => void): void => {
        const from = handle - (handle % PAGE)
        const to = Math.ceil((handle + size) / PAGE) * PAGE
        expect(live.some((l) => from < l.to && l.from < to)).toBe(false)
        live.push({ from, to, undo })
      }
      for (const { kind, at, size, pick, direction } of steps) {
        if (kind === 'page') {
          const handle = r.dma.mapPage(device, RAM + at, size, direction) as number
          claim(handle, size, () => r.dma.unmapPage(device, handle, size, direction))
        } else if (kind === 'alloc') {
          const buffer = r.dma.allocCoherent(device, size)!
          claim(buffer.handle, buffer.size, () => r.dma.freeCoherent(device, buffer))
        } else if (kind === 'sg') {
          const sg = [sgEntry(RAM + at, size), sgEntry(RAM + 5 * MIB, PAGE)]
          const used = r.dma.mapSg(device, sg, direction)
          const undo = () => r.dma.unmapSg(device, sg, direction)
          for (const [i, s] of sg.slice(0, used).entries()) {
            claim(s.dmaAddress as number, s.dmaLength, i === 0 ? undo : () => {})
          }
          if (used === 2) live.at(-1)!.undo = live.at(-2)!.undo = once(undo)
        } else {
          const gone = live[pick]
          if (gone === undefined) continue
          gone.undo()
          for (const l of live.filter((x) => x.undo === gone.undo)) live.splice(live.indexOf(l), 1)
        }
      }
      for (const l of live) l.undo()
      expect([r.fake.mapped, mapping.iova.pagesInUse, r.pages.inUse]).toEqual([0, 0, 0])
    }),
  )
})

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
