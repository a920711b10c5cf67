/**
 * Verdicts come from executed DMA: what is changed behind the software's back, in memory or in a
 * register, changes the verdict, and nothing that the software believes can save it.
 */
import { describe, expect, it } from 'vitest'
import { channelOffset } from '../src/devices/control.ts'
import { ringDescriptor } from '../src/devices/descriptor.ts'
import { ringRegisters } from '../src/devices/ring.ts'
import type { DmaBuffer, PreparedRound } from '../src/drivers/exercise/round.ts'
import { hardwareModels } from '../src/iommu/hardware-models.ts'
import { exerciseDevice } from '../src/machine/exercise.ts'
import type { Machine } from '../src/machine/machine.ts'
import type { WalkStep } from '../src/pagetable/contract.ts'
import { walk } from '../src/pagetable/walk.ts'
import { bootedMachine, builtIn } from './support.ts'

interface Victim {
  board: string
  device: string
  family: string
  /** The root of the device's table, from the hardware's registers. */
  root: string
}

const victims: readonly Victim[] = [
  { board: 'veyron', device: 'ff930000.vop', family: 'rockchip', root: 'DTE_ADDR' },
  { board: 'n900', device: '480bc000.isp', family: 'omap', root: 'TTB' },
  { board: 'koelsch', device: 'fe928000.vsp1', family: 'ipmmu', root: 'IMTTLBR0(0)' },
  { board: 'odroid-xu3', device: '14450000.mixer', family: 'exynos', root: 'PT_BASE_ADDR' },
]

interface Scene {
  machine: Machine
  buffer: DmaBuffer
  /** Table entries on the way to the buffer's first byte, root first. */
  entries: readonly WalkStep[]
  entriesOf(iova: number): readonly WalkStep[]
  disable(): void
}

/** Verdicts of all rounds of a device on v3.19 when `tamper` runs before each start. */
function verdictsWith(victim: Victim, tamper: (scene: Scene) => void): Set<string> {
  const machine = bootedMachine(builtIn(victim.board), 'v3.19+drivers')
  const device = machine.core.devices.find((d) => d.name === victim.device)
  const driver = device === undefined ? null : machine.drivers.of(device)
  if (device?.node == null || driver === null) throw new Error(`${victim.device} is not there`)
  const model = hardwareModels.named(victim.family)
  const port = machine.hardware.master(device.node)?.wiring.ports[0]?.iommu
  const unit =
    port == null ? undefined : machine.hardware.iommus.get(port.provider)?.[port.instance]
  if (unit === undefined) throw new Error('no IOMMU')
  const results = exerciseDevice(machine, device, driver, {
    beforeGo(prepared: PreparedRound) {
      const buffer = prepared.buffers[0] as DmaBuffer
      const row = unit.block.rows.find((r) => r.name === victim.root)
      const root = unit.read32(row?.at ?? -1)
      const entriesOf = (iova: number) =>
        walk(model.format, machine.hardware.memory, root, iova).steps
      const disable = () => model.scripts.disable(unit)
      tamper({ machine, buffer, entries: entriesOf(buffer.handle), entriesOf, disable })
    },
  })
  return new Set(results.map((r) => r.verdict))
}

describe.each(victims)('$device behind its $family IOMMU', (victim) => {
  it('is ok when nobody interferes', () => {
    expect(verdictsWith(victim, () => {})).toEqual(new Set(['ok']))
  })

  it('faults when a directory entry loses its valid bits', () => {
    const verdicts = verdictsWith(victim, ({ machine, entries }) => {
      const { at, lo } = entries[0] as WalkStep
      machine.hardware.memory.write32(at, (lo & ~3) >>> 0)
    })
    expect([...verdicts]).toContain('fault')
    expect([...verdicts]).not.toContain('ok')
  })

  it('is corrupt when one entry points at another page', () => {
    const verdicts = verdictsWith(victim, ({ machine, entries }) => {
      const { at, lo } = entries.at(-1) as WalkStep
      machine.hardware.memory.write32(at, (lo ^ 0x0040_0000) >>> 0)
    })
    expect([...verdicts]).toEqual(['corrupt'])
  })

  it('is ok when an entry of a page that nobody uses changes', () => {
    const verdicts = verdictsWith(victim, ({ machine, entries }) => {
      const { memory } = machine.hardware
      // Some pages further on in the same last-level table: nothing is mapped there.
      const { at } = entries.at(-1) as WalkStep
      const spare = at - (at % 1024) + (((at % 1024) + 512) % 1024)
      if (memory.read32(spare) === 0) memory.write32(spare, 0x1234_5000)
    })
    expect(verdicts).toEqual(new Set(['ok']))
  })

  it('is corrupt when paging is switched off by a register write', () => {
    const verdicts = verdictsWith(victim, ({ disable }) => disable())
    expect([...verdicts]).toEqual(['corrupt'])
  })
})

describe('a ring of descriptors', () => {
  function ringVerdicts(tamper: (machine: Machine, ring: DmaBuffer) => void): Set<string> {
    const machine = bootedMachine(builtIn('classes'), 'v3.19+drivers')
    const device = machine.core.devices.find((d) => d.name === '10010000.master')
    const driver = device === undefined ? null : machine.drivers.of(device)
    if (device === undefined || driver === null) throw new Error('no generic master')
    const results = exerciseDevice(machine, device, driver, {
      beforeGo: (prepared) => tamper(machine, prepared.buffers[0] as DmaBuffer),
    })
    return new Set(results.map((r) => r.verdict))
  }

  it('is corrupt when a descriptor that the device fetches is truncated', () => {
    const verdicts = ringVerdicts((machine, ring) => {
      const half = new Uint8Array(ringDescriptor.bytes / 2)
      machine.hardware.memory.writeBytes((ring.pages[0] as number) + ringDescriptor.bytes / 2, half)
    })
    expect([...verdicts]).toEqual(['corrupt'])
  })

  it('is corrupt when a descriptor points at the kernel instead of its payload', () => {
    const verdicts = ringVerdicts((machine, ring) => {
      machine.hardware.memory.write32(ring.pages[0] as number, machine.layout.kernel.base)
    })
    expect([...verdicts]).toEqual(['corrupt'])
  })

  it('has its registers where drivers expect them', () => {
    expect(channelOffset(0) + ringRegisters.at.RING_LO).toBeGreaterThan(0)
  })
})
