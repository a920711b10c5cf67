/**
 * rockchip-drm as merged for v3.19: one mapping of 2 GiB at 0 for the whole card, made on the
 * virtual display-subsystem device; every VOP attaches to it when its CRTC is enabled; GEM memory
 * is allocated against the card. drivers/gpu/drm/rockchip/rockchip_drm_{drv,vop,gem}.c
 */
import { EINVAL, ENODEV, EPROBE_DEFER, type Errno, errnoName } from '../base/errno.ts'
import { firstDisabled, isAvailable } from '../devicetree/availability.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { ArmMapping } from '../dma/dma-iommu-mapping.ts'
import { bitMask } from '../dma/dma-mask.ts'
import type { Device, Driver } from '../driver-core/device.ts'
import { coherentBuffer } from './buffers/coherent.ts'
import type { DriverContext, DriverModel, Idle } from './driver-model.ts'
import { deviceRound } from './exercise/device-round.ts'
import type { Refusal, Round } from './exercise/round.ts'
import { dropAutomaticMapping, enterOwnMappingProbe } from './own-mapping.ts'

const MASTER = 'rockchip,display-subsystem'
/** Base and size of the card's mapping, bytes. */
const MAPPING_BASE = 0
const MAPPING_SIZE = 0x8000_0000
/** dma_set_max_seg_size(DMA_BIT_MASK(32)): scatterlists become one segment. */
const MAX_SEGMENT = 0xffff_ffff

/**
 * The card and its VOPs, bound together as components. Does nothing in a kernel whose policy lacks
 * this era of the driver (`drivers.rockchip-drm`).
 */
export const rockchipDrm: DriverModel = {
  name: 'rockchip-drm',
  compatibles: [MASTER, 'rockchip,rk3288-vop'],
  kconfig: 'DRM_ROCKCHIP',
  initcall: { level: 'device', order: 300, name: 'rockchip_drm_init' },
  create(context, bindable) {
    const card = new RockchipCard(context)
    // Other eras of this driver are other models.
    if (context.policy.drivers['rockchip-drm'] !== 'arm-iommu-explicit') {
      return { drivers: [], rounds: () => [] }
    }
    const vops = bindable.filter((c) => c !== MASTER)
    const drivers: Driver[] = [
      {
        name: 'rockchip-drm',
        bus: 'platform',
        matches: bindable.filter((c) => c === MASTER),
        preventsDmaConfigure: true,
        probe: (device) => card.probe(device),
      },
      {
        name: 'rockchip-vop',
        bus: 'platform',
        matches: vops,
        preventsDmaConfigure: true,
        probe: (device) => card.probeVop(device),
      },
    ]
    return {
      drivers,
      rounds: (device) => [card.scanoutRound(device)],
      idle: (device) => card.idle(device),
    }
  },
}

class RockchipCard {
  readonly #context: DriverContext
  #master: Device | null = null
  /** What the probed card waits for or has bound; null while no card was probed. */
  #parts: readonly Device[] | null = null
  #mapping: ArmMapping | null = null

  constructor(context: DriverContext) {
    this.#context = context
  }

  /** rockchip_drm_platform_probe() */
  probe(device: Device): Errno {
    const { components, populator } = this.#context
    enterOwnMappingProbe(this.#context, device)
    const vops: Device[] = []
    for (const node of this.#vopNodes(device.node as DtNode)) {
      const vop = populator.deviceFor(node)
      if (vop !== null) vops.push(vop)
    }
    if (vops.length === 0) {
      device.probeReason = '`ports` names no display controller that is available'
      return -ENODEV
    }
    this.#parts = vops
    return components.addMaster({
      device,
      wanted: vops,
      matches: (part) => vops.includes(part),
      bind: (bindAll) => this.#load(device, bindAll),
    })
  }

  /** vop_probe(): the rest waits for the card. */
  probeVop(device: Device): Errno {
    enterOwnMappingProbe(this.#context, device)
    const result = this.#context.components.add({ device, bind: () => 0 })
    if (result !== 0) device.probeReason = `no card: ${this.#whyNoCard()}`
    return result
  }

  /** A VOP that no card on this board or in this kernel takes. */
  idle(vop: Device): Idle | null {
    if (this.#parts?.includes(vop) === true) return null
    const { tree } = this.#context
    const node = tree.nodes().find((n) => n.compatible.includes(MASTER))
    if (this.#parts !== null) {
      return {
        word: 'no-driver',
        reason: `\`ports\` of ${node?.path} does not lead to it, so no card binds it`,
      }
    }
    const disabled = node === undefined ? null : firstDisabled(node)
    if (disabled !== null) {
      return {
        word: 'disabled',
        reason: `its card is not there: the tree disables ${disabled.path}`,
      }
    }
    return { word: 'no-driver', reason: 'no display-subsystem of this tree binds it to a card' }
  }

  /** One frame in every window, the way vop_enable() and vop_disable() frame it. */
  scanoutRound(vop: Device): Round {
    const context = this.#context
    const memory = coherentBuffer(context, () => this.#master ?? vop, 'card')
    return deviceRound({
      hardware: context.hardware(vop),
      where: 'in memory of the card',
      structures: memory,
      data: memory,
      enter: () => this.#enable(vop),
      leave: () => context.arm?.detachDevice(vop),
    })
  }

  /** Available display controllers behind the card's `ports`. */
  #vopNodes(node: DtNode): DtNode[] {
    const { tree } = this.#context
    const ports = (node.cells('ports') ?? []).map((phandle) => tree.byPhandle(phandle))
    return ports.flatMap((port) => {
      const vop = port?.parent
      return vop != null && isAvailable(vop) ? [vop] : []
    })
  }

  /** rockchip_drm_load() */
  #load(device: Device, bindAll: () => Errno): Errno {
    const { arm, core, dma } = this.#context
    if (arm === null) {
      device.probeReason = 'it needs CONFIG_ARM_DMA_USE_IOMMU'
      return -ENODEV
    }
    const mapping = arm.createMapping(core.platform, MAPPING_BASE, MAPPING_SIZE)
    if (typeof mapping === 'number') {
      device.probeReason = `arm_iommu_create_mapping() answers ${errnoName(mapping)}`
      return mapping
    }
    dma.setMaskAndCoherent(device, bitMask(32))
    dma.allocateParms(device)
    dma.setMaxSegSize(device, MAX_SEGMENT)
    dropAutomaticMapping(this.#context, device)
    let result = arm.attachDevice(device, mapping)
    if (result === 0) result = bindAll()
    else device.probeReason = `arm_iommu_attach_device() of the card answers ${errnoName(result)}`
    if (result !== 0) {
      // The detach clears archdata.mapping, so the release gets NULL: the mapping stays for ever.
      arm.detachDevice(device)
      arm.releaseMapping(arm.mappingOf(device))
      return result
    }
    this.#master = device
    this.#mapping = mapping
    return 0
  }

  /** vop_enable(): the VOP joins the card's mapping. */
  #enable(vop: Device): Refusal | null {
    const { arm, dma } = this.#context
    if (arm === null || this.#mapping === null) {
      return { refused: `no card: ${this.#whyNoCard()}`, errno: -EINVAL }
    }
    dma.setMaskAndCoherent(vop, bitMask(32))
    dma.allocateParms(vop)
    dma.setMaxSegSize(vop, MAX_SEGMENT)
    dropAutomaticMapping(this.#context, vop)
    const result = arm.attachDevice(vop, this.#mapping)
    return result === 0
      ? null
      : { refused: `arm_iommu_attach_device() answers ${errnoName(result)}`, errno: result }
  }

  #whyNoCard(): string {
    const { core } = this.#context
    const card = core.platform.devices.find((d) => d.node?.compatible.includes(MASTER) === true)
    if (card === undefined) return 'the tree has no available display-subsystem'
    if (card.probeReason !== '') return card.probeReason
    const result = this.#context.components.resultOf(card)
    return result === -EPROBE_DEFER
      ? 'a display controller of the card is missing'
      : `its probe answers ${errnoName(card.probeResult)}`
  }
}
