/**
 * exynos-drm of v3.18 and v3.19: one mapping of 1 GiB at 512 MiB on the virtual exynos-drm device;
 * every sub-device attaches to it when the card comes up; GEM memory is allocated against the card.
 * drivers/gpu/drm/exynos/exynos_drm_{drv,iommu,fimd,g2d}.c, exynos_mixer.c
 */
import { ENODEV, type Errno, errnoName } from '../base/errno.ts'
import type { ArmMapping } from '../dma/dma-iommu-mapping.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { bitMask } from '../dma/dma-mask.ts'
import { Device, type Driver } from '../driver-core/device.ts'
import { coherentBuffer } from './buffers/coherent.ts'
import type { DriverContext, DriverInstance } from './driver-model.ts'
import { deviceRound } from './exercise/device-round.ts'
import type { Round } from './exercise/round.ts'
import { dropAutomaticMapping, enterOwnMappingProbe } from './own-mapping.ts'

/** EXYNOS_DEV_ADDR_START and EXYNOS_DEV_ADDR_SIZE, bytes. */
const MAPPING_BASE = 0x2000_0000
const MAPPING_SIZE = 0x4000_0000
const MAX_SEGMENT = 0xffff_ffff

/** A driver of the card's parts, and the compatible strings of it that this kernel binds. */
export interface ExynosPart {
  name: string
  matches: readonly string[]
}

/** The parts that go on when their attach fails: fimd_ctx_initialize() drops the result. */
const ignoresAttach = new Set(['exynos4-fb'])

/** exynos-drm with the given parts. */
export function createExynosDrm(
  context: DriverContext,
  parts: readonly ExynosPart[],
): DriverInstance {
  const card = new ExynosCard(context)
  return {
    drivers: parts.map(
      (part): Driver => ({
        name: part.name,
        bus: 'platform',
        matches: part.matches,
        preventsDmaConfigure: true,
        probe: (device) => {
          enterOwnMappingProbe(context, device)
          return card.attach(device, ignoresAttach.has(part.name))
        },
      }),
    ),
    setUp: () => card.create(),
    rounds: (device) => [card.round(device)],
  }
}

class ExynosCard {
  readonly #context: DriverContext
  readonly #device: Device
  #mapping: ArmMapping | null = null

  constructor(context: DriverContext) {
    this.#context = context
    this.#device = new Device({ name: 'exynos-drm', node: null, bus: context.core.platform })
  }

  /** platform_device_register_simple("exynos-drm") and exynos_drm_load(). */
  create(): void {
    const { arm, core, dma } = this.#context
    core.addDevice(this.#device)
    dma.setCoherentMask(this.#device, bitMask(32))
    if (!this.#translates() || arm === null) return
    const mapping = arm.createMapping(core.platform, MAPPING_BASE, MAPPING_SIZE)
    if (typeof mapping === 'number') {
      this.#device.probeReason = `arm_iommu_create_mapping() answers ${errnoName(mapping)}`
      return
    }
    dma.allocateParms(this.#device)
    dma.setMaxSegSize(this.#device, MAX_SEGMENT)
    // The card's own device only borrows the mapping; it is never attached.
    deviceDma.of(this.#device).mapping = mapping
    this.#mapping = mapping
  }

  /**
   * drm_iommu_attach_device() for one part, in the part's own probe: the order in which parts come
   * does not change what each meets.
   */
  attach(device: Device, ignoreResult: boolean): Errno {
    const { arm, dma } = this.#context
    if (!this.#translates() || arm === null) return 0
    if (this.#mapping === null) {
      device.probeReason = `the card has no mapping: ${this.#device.probeReason}`
      return ignoreResult ? 0 : -ENODEV
    }
    dma.allocateParms(device)
    dma.setMaxSegSize(device, MAX_SEGMENT)
    dropAutomaticMapping(this.#context, device)
    const result = arm.attachDevice(device, this.#mapping)
    if (result < 0) {
      device.probeReason = `arm_iommu_attach_device() answers ${errnoName(result)}`
      return ignoreResult ? 0 : result
    }
    // The card takes over whatever operations its first part has, if it has none itself.
    const ops = deviceDma.of(device).ops
    if (deviceDma.of(this.#device).ops === null) dma.setOps(this.#device, ops)
    return 0
  }

  round(device: Device): Round {
    const memory = coherentBuffer(this.#context, () => this.#device, 'card')
    return deviceRound({
      hardware: this.#context.hardware(device),
      where: 'in memory of the card',
      structures: memory,
      data: memory,
    })
  }

  #translates(): boolean {
    return this.#context.configured('DRM_EXYNOS_IOMMU')
  }
}
