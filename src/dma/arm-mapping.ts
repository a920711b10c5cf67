/**
 * arm_iommu_*: mappings that drivers make themselves, and those of the automatic set-up.
 * arch/arm/mm/dma-mapping.c v3.18-v3.19, CONFIG_ARM_DMA_USE_IOMMU
 */
import type { Iova } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import { ENOMEM, type Errno } from '../base/errno.ts'
import type { Cause, Journal } from '../base/journal.ts'
import type { Bus } from '../driver-core/bus.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuCore } from '../iommu/iommu-core.ts'
import type { ArmMappingPort } from '../iommu/ports.ts'
import type { Policy } from '../policy/fold.ts'
import { deviceDma, setDmaOps } from './device-dma.ts'
import { ArmMapping } from './dma-iommu-mapping.ts'
import type { DmaOpsTables } from './dma-ops.ts'
import { IovaBitmap, iovaLayout } from './iova-bitmap.ts'
import { type MappingLeak, MappingLeaks } from './mapping-leaks.ts'

/** What `ArmMappings` is built from. */
export interface ArmMappingsPorts {
  readonly iommu: IommuCore
  readonly policy: Policy
  readonly journal: Journal
  readonly tables: DmaOpsTables
}

/**
 * create, attach, detach and release of mappings, with what each does to the device's operations
 * under the policy at hand. Only 32-bit ARM has it.
 */
export class ArmMappings implements ArmMappingPort {
  /** Mappings alive now, oldest first. */
  readonly alive = new Set<ArmMapping>()
  /** False under the opt-in proposal: the core never sets IOMMU operations by itself. */
  readonly implicitSetup: boolean
  /**
   * dma_mapping_ignore_iommu(), a proposal: throws away what the core set up for a device (detach,
   * release, plain operations), and does nothing where nothing was set up. Null in a kernel without it.
   */
  readonly dmaMappingIgnoreIommu: ((device: Device) => void) | null
  readonly #iommu: IommuCore
  readonly #journal: Journal
  readonly #tables: DmaOpsTables
  readonly #leaks: MappingLeaks
  /** Whether attach and detach change the device's operations, and what made it so. */
  readonly #switchesOps: boolean
  readonly #why: Cause
  #nextId = 1

  constructor(ports: ArmMappingsPorts) {
    this.#iommu = ports.iommu
    this.#journal = ports.journal
    this.#tables = ports.tables
    this.#leaks = new MappingLeaks(ports.journal)
    const { policy } = ports
    const setup = policy.dma.setupPolicy
    const bySetup = policy.cause('dma.setupPolicy')
    this.implicitSetup = setup !== 'opt-in'
    this.dmaMappingIgnoreIommu =
      setup === 'client-undoes' ? (device) => this.#ignore(device, bySetup) : null
    this.#switchesOps = policy.dma.attachSetsOps
    this.#why = policy.cause('dma.attachSetsOps')
  }

  /**
   * arm_iommu_create_mapping(): `size` is a size_t, so 4 GiB is 0. -EINVAL below one page, -ENOMEM
   * when nobody owns the bus. Neither is checked against the IOMMU's geometry or a DMA mask. Bytes.
   */
  createMapping(bus: Bus, base: Iova, size: number): ArmMapping | Errno {
    const layout = iovaLayout(size)
    if (typeof layout === 'number') return layout
    const domain = this.#iommu.allocateDomain(bus)
    if (domain === null) return -ENOMEM
    const mapping = new ArmMapping(this.#nextId++, domain, new IovaBitmap(base, layout), size)
    this.alive.add(mapping)
    this.#journal.add('mapping-created', '', `${mapping} in domain ${domain.id}`, [], {
      mapping: mapping.id,
      domain: domain.id,
      base,
      size,
      span: mapping.iova.span,
    })
    return mapping
  }

  /**
   * arm_iommu_attach_device(): any non-zero result is a failure. The operations it sets, where it
   * sets any, are the non-coherent ones even for a coherent device.
   */
  attachDevice(device: Device, mapping: object): Errno {
    const call = calledBy(device, mapping, 'arm_iommu_attach_device')
    const result = this.attachWithoutOps(device, mapping, [call])
    if (result !== 0) return result
    if (this.#switchesOps) {
      setDmaOps(this.#journal, device, this.#tables.iommu, [call, this.#why])
      return 0
    }
    const ops = deviceDma.of(device).ops ?? this.#tables.plain
    this.#journal.add(
      'dma-ops',
      device.name,
      `dma ops of ${device.name} stay ${ops.name}: arm_iommu_attach_device() leaves them alone`,
      [this.#why, call],
      { before: ops.name, after: ops.name, leftAlone: true },
    )
    return 0
  }

  /**
   * arm_iommu_detach_device(): operations go back to NULL, the plain table, even for a coherent
   * device, and (v3.19) even where nothing was attached.
   */
  detachDevice(device: Device): void {
    const call = calledBy(device, deviceDma.of(device).mapping, 'arm_iommu_detach_device')
    this.detachWithoutOps(device)
    if (this.#switchesOps) setDmaOps(this.#journal, device, null, [call, this.#why])
  }

  /** __arm_iommu_attach_device(): leaves the operations to the caller. */
  attachWithoutOps(device: Device, mapping: object, causes: readonly Cause[] = []): Errno {
    assert(mapping instanceof ArmMapping, 'attach to something that is no ARM mapping')
    const result = this.#iommu.attach(mapping.domain, device, causes)
    if (result !== 0) return result
    const dma = deviceDma.of(device)
    const old = dma.mapping
    if (old !== null) {
      this.#leaks.overwritten(device, old, mapping, causes)
      old.devices.splice(old.devices.indexOf(device), 1)
    }
    mapping.refs++
    mapping.devices.push(device)
    dma.mapping = mapping
    this.#journal.log('debug', device.name, `Attached IOMMU controller to ${device.name} device.`)
    return 0
  }

  /** __arm_iommu_detach_device(): leaves the operations to the caller. */
  detachWithoutOps(device: Device): void {
    const dma = deviceDma.of(device)
    const { mapping } = dma
    if (mapping === null) {
      this.#journal.log('warn', device.name, 'Not attached')
      return
    }
    this.#iommu.detach(mapping.domain, device)
    mapping.devices.splice(mapping.devices.indexOf(device), 1)
    dma.mapping = null
    this.#put(mapping)
    this.#leaks.cleared(device, mapping)
    this.#journal.log('debug', device.name, `Detached IOMMU controller from ${device.name} device.`)
  }

  /** arm_iommu_release_mapping(): drops one reference; null does nothing. */
  releaseMapping(mapping: object | null): void {
    if (mapping === null) {
      this.#leaks.releasedNull()
      return
    }
    assert(mapping instanceof ArmMapping, 'release of something that is no ARM mapping')
    this.#leaks.released()
    this.#put(mapping)
  }

  /** to_dma_iommu_mapping() */
  mappingOf(device: Device): ArmMapping | null {
    return deviceDma.of(device).mapping
  }

  /** Mappings that live for ever because nobody can drop a reference any more, and why. */
  leaks(which: Device | 'all'): MappingLeak[] {
    return this.#leaks.of(which)
  }

  #put(mapping: ArmMapping): void {
    if (mapping.refs === 0) {
      this.#journal.log('warn', '', `${mapping} released once more after it was freed`)
      return
    }
    mapping.refs--
    if (mapping.refs > 0) return
    this.alive.delete(mapping)
    this.#iommu.freeDomain(mapping.domain)
    this.#journal.add('mapping-released', '', `${mapping} freed`, [], { mapping: mapping.id })
  }

  #ignore(device: Device, why: Cause): void {
    const dma = deviceDma.of(device)
    const { mapping } = dma
    if (mapping === null) return
    const plain = dma.ops?.coherent === true ? this.#tables.coherent : this.#tables.plain
    this.detachWithoutOps(device)
    this.releaseMapping(mapping)
    setDmaOps(this.#journal, device, plain, [
      calledBy(device, mapping, 'dma_mapping_ignore_iommu'),
      why,
    ])
  }
}

/** Who called: the device's driver, or, while it has none, the IOMMU driver (in add_device). */
function calledBy(device: Device, mapping: object | null, name: string): Cause {
  const iommu = mapping instanceof ArmMapping ? mapping.domain.ops.name : 'the core'
  return { kind: 'call', driver: device.driver?.name ?? iommu, function: name }
}
