import { expect, test } from 'vitest'
import { Device } from '../driver-core/device.ts'
import { Lifecycle } from '../driver-core/lifecycle.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { bitMask, limitMask } from '../dma/dma-mask.ts'
import { GIB, RC5, V319 } from '../dma/rig.fixture.ts'
import { reachable } from './reachable.ts'
import { defineDmaSteps } from './steps.ts'
import { BEHIND_IOMMU, type TestBoard, board } from './board.fixture.ts'

const WINDOW = `
  soc { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0x0 0x40000000 0x10000000>;
    dev { dma-coherent; }; };
  bad { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0x0>; broken { }; };`

function summary(b: TestBoard): string | undefined {
  return b.journal.events.findLast((e) => e.kind === 'dma-configure')?.text
}

test('both masks become 32 bits and are one, unless the streaming one is already set', () => {
  const b = board({}, BEHIND_IOMMU)
  const device = b.bare('plain')
  b.ofDma.configure(device)
  expect(deviceDma.of(device)).toMatchObject({
    dmaMask: bitMask(32),
    coherentDmaMask: bitMask(32),
    masksShared: true,
  })
  const other = b.bare('plain')
  deviceDma.of(other).dmaMask = bitMask(40)
  b.ofDma.configure(other)
  expect(deviceDma.of(other)).toMatchObject({ dmaMask: bitMask(40), masksShared: false })
})

test('v3.18 sets a coherent table and an offset, and nothing else', () => {
  const b = board({}, WINDOW + BEHIND_IOMMU)
  const [dev, plain] = [b.bare('dev'), b.bare('plain')]
  b.ofDma.configure(dev)
  expect(deviceDma.of(dev)).toMatchObject({
    pfnOffset: GIB,
    busWindow: { base: 0, size: 0x1000_0000 },
  })
  expect(deviceDma.of(dev).ops?.name).toBe('arm-coherent')
  b.ofDma.configure(plain)
  expect(deviceDma.of(plain)).toMatchObject({ ops: null, pfnOffset: 0 })
  expect(b.log()).toEqual(['no dma range information to setup'])
})

test('v3.19 configures every device; without a range the window is one byte short of 4 GiB', () => {
  const b = board(RC5, BEHIND_IOMMU)
  const device = b.bare('plain')
  b.ofDma.configure(device)
  expect(deviceDma.of(device).ops?.name).toBe('arm')
  expect(summary(b)).toBe(
    'of_dma_configure(plain): bus addresses from 0x00000000, size 0xffffffff, device is not dma coherent, device is not behind an iommu',
  )
})

test('v3.19 makes a ported IOMMU the base of the DMA API, with the window of dma-ranges', () => {
  const b = board(
    V319,
    `mmu: mmu { #iommu-cells = <0>; };
     soc { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0x20000000 0x40000000 0x10000000>;
       dev { iommus = <&mmu>; }; };`,
  )
  b.registry.setOps(b.node('mmu'), b.fake)
  b.fake.xlateResult = 0
  const device = b.bare('dev')
  b.ofDma.configure(device)
  expect(deviceDma.of(device).ops?.name).toBe('arm-iommu')
  expect(b.mappings.mappingOf(device)).toMatchObject({ base: 0x2000_0000, size: 0x1000_0000 })
  const event = b.journal.events.findLast((e) => e.kind === 'dma-configure')
  expect(event?.causes).toEqual([
    {
      kind: 'tree',
      node: '/soc',
      property: 'dma-ranges',
      text: 'dma-ranges = <0x20000000 0x40000000 0x10000000>',
    },
    { kind: 'tree', node: '/soc/dev', property: 'iommus', text: 'iommus = <&mmu>' },
    { kind: 'switch', name: 'configure.always', value: 'true', change: 'test-change' },
  ])
})

test('a range that does not translate is logged and counts as none', () => {
  const b = board(RC5, WINDOW)
  const device = b.bare('broken')
  b.ofDma.configure(device)
  expect(deviceDma.of(device)).toMatchObject({ pfnOffset: 0 })
  expect(b.log()).toEqual([
    'of_dma_get_range: translation of DMA address to CPU address failed node(/bad/broken)',
  ])
})

test('a device that code created is never configured', () => {
  const b = board(RC5, '')
  const device = new Device({ name: 'card', node: null, bus: b.bus })
  b.ofDma.configure(device)
  b.ofDma.deconfigure(device)
  expect(deviceDma.of(device)).toMatchObject({ ops: null, dmaMask: null })
  expect(b.dma.opsFor(device).name).toBe('arm')
  expect(b.dma.allocCoherent(device, 4096)).toBeNull()
})

function steps(b: TestBoard): Lifecycle {
  const lifecycle = new Lifecycle({
    created: ['dma-configure'],
    beforeProbe: ['dma-configure'],
    probeFailed: ['dma-deconfigure'],
    unbound: ['dma-deconfigure'],
  })
  defineDmaSteps(lifecycle, { policy: b.policy, journal: b.journal, ofDma: b.ofDma })
  return lifecycle
}

const DRIVER = { name: 'd', bus: 'platform', matches: [], probe: () => 0 } as const
const PREVENTING = { ...DRIVER, preventsDmaConfigure: true }

test('the steps configure and deconfigure, and never stop a probe', () => {
  const b = board(V319, BEHIND_IOMMU)
  const lifecycle = steps(b)
  const device = b.bare('dev')
  b.registry.setOps(b.node('mmu'), b.fake)
  b.fake.xlateResult = 0
  expect(lifecycle.run('created', device, null)).toBe(0)
  expect(b.mappings.alive.size).toBe(1)
  expect(lifecycle.run('unbound', device, DRIVER)).toBe(0)
  expect(b.mappings.alive.size).toBe(0)
})

test("a driver's flag skips the operations and the teardown, in a kernel that knows the flag", () => {
  const b = board({ ...RC5, 'configure.driverFlag': 'prevent' }, BEHIND_IOMMU)
  const lifecycle = steps(b)
  const device = b.bare('plain')
  lifecycle.run('beforeProbe', device, PREVENTING)
  expect(deviceDma.of(device)).toMatchObject({ ops: null, dmaMask: { bits: 32 } })
  expect(b.journal.events.some((e) => e.text.startsWith('d prevents the set-up'))).toBe(true)
  const before = b.journal.events.length
  lifecycle.run('unbound', device, PREVENTING)
  expect(b.journal.events.length).toBe(before)
  lifecycle.run('beforeProbe', device, DRIVER)
  expect(deviceDma.of(device).ops?.name).toBe('arm')
})

test('in a kernel that does not know the flag it has no effect', () => {
  const b = board(RC5, BEHIND_IOMMU)
  const device = b.bare('plain')
  steps(b).run('beforeProbe', device, PREVENTING)
  expect(deviceDma.of(device).ops?.name).toBe('arm')
})

test('a device reaches as far as its mask and every window above it allow', () => {
  const b = board(
    RC5,
    `soc { #address-cells = <1>; #size-cells = <1>;
       dma-ranges = <0x40000000 0x40000000 0x20000000>, <0x80000000 0x80000000 0x10000000>;
       inner { #address-cells = <1>; #size-cells = <1>;
         dma-ranges = <0x0 0x40000000 0x50000000>; deep { }; }; flat { }; };
     free { };`,
  )
  const reach = (name: string, mask = bitMask(32)) => {
    const device = b.bare(name)
    deviceDma.of(device).dmaMask = mask
    return reachable(device)
  }
  expect(reach('free')).toEqual({ maskBits: 32, limit: 0xffff_ffff })
  expect(reach('free', limitMask(0xdfff_ffff))).toEqual({ maskBits: 32, limit: 0xdfff_ffff })
  expect(reach('flat').limit).toBe(0x8fff_ffff)
  expect(reach('flat', bitMask(31)).limit).toBe(0x5fff_ffff)
  expect(reach('flat', bitMask(30)).limit).toBe(0)
  expect(reach('deep').limit).toBe(0x4fff_ffff)
  expect(reach('deep', bitMask(30)).limit).toBe(0x1fff_ffff)
})
