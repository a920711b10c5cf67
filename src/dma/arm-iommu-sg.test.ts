import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunksOf } from './arm-iommu-sg.ts'
import { type DmaDirection, sgEntry } from './dma-ops.ts'
import { GIB, MIB, attached, deviceSees, rig } from './rig.fixture.ts'

const PAGE = 4096
const RAM = GIB

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
  expect(deviceSees(r, mapping, GIB + PAGE)).toBe(1)
  r.memory.writeBytes(last, Uint8Array.of(2))
  r.dma.syncSgForCpu(device, sg, 'bidirectional')
  expect(cpuSees()).toBe(2)
  r.cache.write(last, Uint8Array.of(3))
  r.dma.syncSgForDevice(device, sg, 'bidirectional')
  expect(deviceSees(r, mapping, GIB + PAGE)).toBe(3)
  r.memory.writeBytes(last, Uint8Array.of(4))
  r.dma.unmapSg(device, sg, 'bidirectional')
  expect(cpuSees()).toBe(4)
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
