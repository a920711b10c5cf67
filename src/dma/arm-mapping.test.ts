import { expect, test } from 'vitest'
import { EBUSY, EINVAL, ENOMEM } from '../base/errno.ts'
import { deviceDma } from './device-dma.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'
import { GIB, RC5, type Rig, V319, rig } from './rig.fixture.ts'

function create(r: Rig, base = GIB, size = 2 * GIB): ArmMapping {
  const mapping = r.mappings.createMapping(r.bus, base, size)
  if (typeof mapping === 'number') throw new Error(`createMapping: ${mapping}`)
  return mapping
}

test('a mapping below a page or of 4 GiB is -EINVAL, one on a bus without IOMMU -ENOMEM', () => {
  const r = rig()
  expect(r.mappings.createMapping(r.bus, 0, 4095)).toBe(-EINVAL)
  expect(r.mappings.createMapping(r.bus, 0, 4 * GIB)).toBe(-EINVAL)
  const none = rig({ busOps: false })
  expect(none.mappings.createMapping(none.bus, 0, GIB)).toBe(-ENOMEM)
})

test('neither geometry nor mask is looked at when a mapping is made', () => {
  const r = rig()
  expect(create(r, 0xf000_0000, 2 * GIB).iova.span).toBe(2 * GIB)
})

test('create holds one reference, attach another; detach and release free the domain', () => {
  const r = rig()
  const device = r.device('a')
  const mapping = create(r)
  expect(r.mappings.attachDevice(device, mapping)).toBe(0)
  expect([mapping.refs, mapping.devices]).toEqual([2, [device]])
  r.mappings.detachDevice(device)
  expect([mapping.refs, mapping.devices]).toEqual([1, []])
  r.mappings.releaseMapping(mapping)
  expect([mapping.refs, r.mappings.alive.size, r.iommu.domains.size]).toEqual([0, 0, 0])
})

test('v3.18 and v3.19: attaching selects IOMMU operations, detaching NULL', () => {
  for (const sets of [{}, V319]) {
    const r = rig({ sets })
    const device = r.device('a')
    r.mappings.attachDevice(device, create(r))
    expect(deviceDma.of(device).ops?.name).toBe('arm-iommu')
    r.mappings.detachDevice(device)
    expect(deviceDma.of(device).ops).toBeNull()
  }
})

test('the release candidate: attaching succeeds and leaves the operations alone', () => {
  const r = rig({ sets: RC5 })
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.plain
  expect(r.mappings.attachDevice(device, create(r))).toBe(0)
  expect(r.fake.attached.has(device)).toBe(true)
  expect(r.mappings.mappingOf(device)).not.toBeNull()
  expect(r.dma.opsFor(device).name).toBe('arm')
  expect(r.journal.events.findLast((e) => e.kind === 'dma-ops')).toMatchObject({
    text: 'dma ops of a stay arm: arm_iommu_attach_device() leaves them alone',
    causes: [
      { kind: 'switch', name: 'dma.attachSetsOps', value: 'false', change: 'test-change' },
      { kind: 'call', function: 'arm_iommu_attach_device' },
    ],
  })
  expect(r.dma.mapPage(device, GIB + 0x20_0000, 64, 'to-device')).toBe(GIB + 0x20_0000)
  r.mappings.detachDevice(device)
  expect(deviceDma.of(device).ops).toBe(r.tables.plain)
})

test('an explicit attach installs non-coherent operations, and detach loses coherency', () => {
  const r = rig({ sets: V319 })
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  r.mappings.attachDevice(device, create(r))
  expect(r.dma.opsFor(device).name).toBe('arm-iommu')
  r.mappings.detachDevice(device)
  expect(r.dma.opsFor(device).name).toBe('arm')
})

test('detaching what is not attached warns, and resets the operations all the same', () => {
  const r = rig({ sets: V319 })
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.coherent
  r.mappings.detachDevice(device)
  expect(r.log()).toEqual(['Not attached'])
  expect(deviceDma.of(device).ops).toBeNull()
})

test('an attach that the IOMMU driver refuses changes nothing', () => {
  const r = rig()
  const device = r.device('a')
  const [first, second] = [create(r), create(r)]
  r.fake.exclusive = true
  r.mappings.attachDevice(device, first)
  expect(r.mappings.attachDevice(device, second)).toBe(-EBUSY)
  expect([r.mappings.mappingOf(device), second.refs]).toEqual([first, 1])
})

test('several devices may share a mapping', () => {
  const r = rig()
  const [a, b] = [r.device('a'), r.device('b')]
  const mapping = create(r)
  r.mappings.attachDevice(a, mapping)
  r.mappings.attachDevice(b, mapping)
  expect([mapping.refs, r.dma.mapPage(a, GIB + 0x20_0000, 64, 'to-device')]).toEqual([3, GIB])
  expect(r.dma.mapPage(b, GIB + 0x20_0000, 64, 'to-device')).toBe(GIB + 4096)
})

test('a second attach without a detach overwrites the pointer and leaks the first mapping', () => {
  const r = rig()
  const device = r.device('vop')
  const [automatic, own] = [create(r, 0, 0xffff_ffff), create(r)]
  r.mappings.attachWithoutOps(device, automatic)
  r.mappings.releaseMapping(automatic)
  expect(r.mappings.leaks('all')).toEqual([])
  r.mappings.attachDevice(device, own)
  expect(r.mappings.leaks(device)).toEqual([
    {
      mapping: automatic,
      device,
      why: 'attaching vop to mapping 2 (0x40000000 + 2 GiB) replaced mapping 1 (0x00000000 + 4 GiB less one byte) without a detach: its reference is lost',
    },
  ])
  expect(r.journal.events.findLast((e) => e.kind === 'leak')).toMatchObject({
    subject: 'vop',
    data: { lost: 1, by: 2 },
  })
  r.mappings.detachDevice(device)
  r.mappings.releaseMapping(own)
  expect([...r.mappings.alive]).toEqual([automatic])
  expect(r.mappings.leaks(r.device('other'))).toEqual([])
})

test('a reference that someone can still drop is no leak', () => {
  const r = rig()
  const device = r.device('isp')
  const mapping = create(r)
  r.mappings.attachDevice(device, mapping)
  // omap3isp releases and never detaches: the attach reference stays, in archdata.mapping.
  r.mappings.releaseMapping(mapping)
  expect(r.mappings.leaks('all')).toEqual([])
  r.mappings.attachDevice(device, create(r))
  expect(r.mappings.leaks('all').map((l) => l.mapping)).toEqual([mapping])
})

test('releasing archdata.mapping after the detach releases NULL and leaks', () => {
  const r = rig()
  const device = r.device('vop')
  const mapping = create(r)
  r.mappings.attachDevice(device, mapping)
  r.mappings.detachDevice(device)
  r.mappings.releaseMapping(r.mappings.mappingOf(device))
  expect(r.mappings.leaks(device)).toMatchObject([{ mapping }])
  r.mappings.releaseMapping(mapping)
  expect(r.mappings.leaks(device)).toEqual([])
})

test('releasing NULL while another device uses the mapping is no leak yet', () => {
  const r = rig()
  const [card, vop] = [r.device('card'), r.device('vop')]
  const mapping = create(r)
  r.mappings.attachDevice(card, mapping)
  r.mappings.attachDevice(vop, mapping)
  r.mappings.detachDevice(vop)
  r.mappings.releaseMapping(null)
  expect(r.mappings.leaks('all')).toEqual([])
})

test('releasing NULL otherwise is nothing', () => {
  const r = rig()
  const device = r.device('a')
  const [mapping, other] = [create(r), create(r)]
  r.mappings.releaseMapping(null)
  r.mappings.attachDevice(device, mapping)
  r.mappings.detachDevice(device)
  r.mappings.releaseMapping(other)
  r.mappings.releaseMapping(null)
  expect(r.mappings.leaks('all')).toEqual([])
})

test('releasing a freed mapping once more is reported and does no harm', () => {
  const r = rig()
  const mapping = create(r)
  r.mappings.releaseMapping(mapping)
  r.mappings.releaseMapping(mapping)
  expect(r.log()).toEqual(['mapping 1 (0x40000000 + 2 GiB) released once more after it was freed'])
})

test('dma_mapping_ignore_iommu is there only under its proposal', () => {
  expect(rig({ sets: RC5 }).mappings.dmaMappingIgnoreIommu).toBeNull()
  const r = rig({ sets: { ...RC5, 'dma.setupPolicy': 'client-undoes' } })
  const ignore = r.mappings.dmaMappingIgnoreIommu!
  const device = r.device('a')
  deviceDma.of(device).ops = r.tables.plain
  ignore(device)
  expect(r.log()).toEqual([])
  expect(r.dma.opsFor(device).name).toBe('arm')
})

test('dma_mapping_ignore_iommu undoes what the core set up, coherency kept', () => {
  const r = rig({ sets: { ...RC5, 'dma.setupPolicy': 'client-undoes' } })
  for (const [before, after] of [
    [r.tables.iommu, 'arm'],
    [r.tables.iommuCoherent, 'arm-coherent'],
  ] as const) {
    const device = r.device('a')
    const mapping = create(r)
    r.mappings.attachWithoutOps(device, mapping)
    deviceDma.of(device).ops = before
    r.mappings.dmaMappingIgnoreIommu?.(device)
    expect([deviceDma.of(device).ops?.name, mapping.refs]).toEqual([after, 0])
  }
  expect(r.mappings.leaks('all')).toEqual([])
})

test('only the opt-in proposal keeps the core from setting IOMMU operations', () => {
  expect(rig({ sets: RC5 }).mappings.implicitSetup).toBe(true)
  const optIn = rig({ sets: { ...RC5, 'dma.setupPolicy': 'opt-in', 'dma.attachSetsOps': true } })
  expect(optIn.mappings.implicitSetup).toBe(false)
  const device = optIn.device('a')
  optIn.mappings.attachDevice(device, create(optIn))
  expect(optIn.dma.opsFor(device).name).toBe('arm-iommu')
})
