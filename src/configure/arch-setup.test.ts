import { expect, test } from 'vitest'
import type { Device } from '../driver-core/device.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { GIB, RC5, V319 } from '../dma/rig.fixture.ts'
import type { DmaSetup } from './arch-hook.ts'
import { type TestBoard, board } from './board.fixture.ts'

function setup(b: TestBoard, device: Device, what: Partial<DmaSetup> = {}): void {
  b.hook.setup(device, {
    base: 0,
    size: 0xffff_ffff,
    iommu: null,
    coherent: false,
    causes: [],
    ...what,
  })
}

test('the old hook touches coherent devices only', () => {
  const b = board({}, '')
  const device = b.device('a')
  setup(b, device)
  expect(deviceDma.of(device).ops).toBeNull()
  setup(b, device, { coherent: true })
  expect(deviceDma.of(device).ops?.name).toBe('arm-coherent')
  b.hook.teardown(device)
  expect(deviceDma.of(device).ops?.name).toBe('arm-coherent')
})

test('before the IOMMU half of the series the new hook does the same', () => {
  const b = board({ 'dma.archHook': 'arch-setup-dma-ops' }, '')
  const device = b.device('a')
  setup(b, device, { iommu: b.fake })
  expect(deviceDma.of(device).ops).toBeNull()
})

test('ARM sets plain or coherent operations on every device, whatever was there', () => {
  const b = board(RC5, '')
  const device = b.device('a')
  deviceDma.of(device).ops = b.tables.iommu
  setup(b, device)
  expect(deviceDma.of(device).ops?.name).toBe('arm')
  setup(b, device, { coherent: true })
  expect(deviceDma.of(device).ops?.name).toBe('arm-coherent')
})

test('the coherent flag is kept only where the kernel has a place for it', () => {
  const b = board(RC5, '')
  const device = b.device('a')
  setup(b, device, { coherent: true })
  expect(deviceDma.of(device).coherent).toBe(true)
  const old = board({ ...RC5, 'dma.coherentFlag': 'ops-table-only' }, '')
  const other = old.device('a')
  setup(old, other, { coherent: true })
  expect(deviceDma.of(other)).toMatchObject({ coherent: false, ops: old.tables.coherent })
})

test('behind an IOMMU each device gets a mapping of its own, from the base on, and IOMMU operations', () => {
  const b = board(RC5, '')
  const [x, y] = [b.device('x'), b.device('y')]
  setup(b, x, { iommu: b.fake })
  setup(b, y, { iommu: b.fake, coherent: true, base: GIB, size: GIB })
  expect(deviceDma.of(x).ops?.name).toBe('arm-iommu')
  expect(deviceDma.of(y).ops?.name).toBe('arm-iommu-coherent')
  expect(b.mappings.alive.size).toBe(2)
  const [mx, my] = [b.mappings.mappingOf(x), b.mappings.mappingOf(y)]
  expect([mx?.refs, mx?.base, mx?.iova.span]).toEqual([2, 0, 4 * GIB])
  expect([my?.refs, my?.base, my?.iova.span]).toEqual([2, GIB, GIB])
})

test('an automatic mapping begins at 0, so its first streaming buffer is never unmapped', () => {
  const b = board(V319, '')
  const device = b.device('a')
  setup(b, device, { iommu: b.fake })
  expect(b.dma.mapPage(device, GIB + 0x20_0000, 64, 'to-device')).toBe(0)
  b.dma.unmapPage(device, 0, 64, 'to-device')
  expect(b.fake.mapped).toBe(1)
})

test('a bus that nobody owns yet only earns a warning, and plain operations', () => {
  const b = board(RC5, '', { busOps: false })
  const device = b.device('a')
  setup(b, device, { iommu: b.fake, size: 0xffff_ffff })
  expect(deviceDma.of(device).ops?.name).toBe('arm')
  expect(b.log()).toEqual(['Failed to create 4294967295-byte IOMMU mapping for device a'])
})

test('a window of exactly 4 GiB is 0 as a size_t and cannot be made', () => {
  const b = board(RC5, '')
  const device = b.device('a')
  setup(b, device, { iommu: b.fake, size: 4 * GIB })
  expect(b.log()).toEqual(['Failed to create 4294967296-byte IOMMU mapping for device a'])
})

test('an attach that fails warns, releases the mapping and leaves plain operations', () => {
  const b = board(RC5, '')
  const device = b.device('a')
  b.fake.exclusive = true
  b.fake.attached.set(device, {} as never)
  setup(b, device, { iommu: b.fake, coherent: true })
  expect(b.log()).toEqual(['Failed to attached device a to IOMMU_mapping'])
  expect(deviceDma.of(device).ops?.name).toBe('arm-coherent')
  expect(b.mappings.alive.size).toBe(0)
})

test('teardown detaches and releases the automatic mapping', () => {
  const b = board(V319, '')
  const device = b.device('a')
  setup(b, device, { iommu: b.fake })
  b.hook.teardown(device)
  expect([b.mappings.alive.size, b.fake.attached.size, b.iommu.domains.size]).toEqual([0, 0, 0])
  expect(b.mappings.leaks('all')).toEqual([])
})

test('teardown without a mapping warns in the release candidate and is silent in v3.19', () => {
  const rc = board(RC5, '')
  rc.hook.teardown(rc.device('a'))
  expect(rc.log()).toEqual(['Not attached'])
  const final = board(V319, '')
  final.hook.teardown(final.device('a'))
  expect(final.log()).toEqual([])
})

test('under opt-in the core never makes a mapping', () => {
  const b = board({ ...RC5, 'dma.setupPolicy': 'opt-in' }, '')
  const device = b.device('a')
  setup(b, device, { iommu: b.fake })
  expect(deviceDma.of(device).ops?.name).toBe('arm')
  expect(b.mappings.alive.size).toBe(0)
})

test('without CONFIG_ARM_DMA_USE_IOMMU ARM never makes a mapping and teardown does nothing', () => {
  const b = board(RC5, '', { armMappings: false })
  const device = b.device('a')
  setup(b, device, { iommu: b.fake })
  expect(deviceDma.of(device).ops?.name).toBe('arm')
  b.hook.teardown(device)
  expect(b.log()).toEqual([])
})

test('arm64 chooses between its direct tables and keeps the flag; an IOMMU changes nothing', () => {
  const b = board(V319, '', { arch: 'arm64' })
  const [x, y] = [b.device('x'), b.device('y')]
  setup(b, x, { iommu: b.fake })
  expect(deviceDma.of(x)).toMatchObject({ ops: null, coherent: false })
  expect(b.dma.opsFor(x)).toBe(b.tables.plain)
  setup(b, y, { coherent: true })
  expect(deviceDma.of(y)).toMatchObject({ ops: b.tables.coherent, coherent: true })
  b.hook.teardown(y)
  expect(b.log()).toEqual([])
})
