/**
 * omap3isp: attaches a mapping of its own, 2 GiB at 1 GiB, in probe, and makes its own group.
 * drivers/media/platform/omap3isp/isp.c of v3.18 and v3.19, with the match table of v4.1.
 */
import { ENODEV, type Errno, errnoName } from '../base/errno.ts'
import type { ArmMapping } from '../dma/dma-iommu-mapping.ts'
import { bitMask } from '../dma/dma-mask.ts'
import type { Device } from '../driver-core/device.ts'
import { groupOf } from '../iommu/groups.ts'
import { coherentBuffer } from './buffers/coherent.ts'
import { streamingBuffer } from './buffers/streaming.ts'
import type { DriverContext, DriverModel } from './driver-model.ts'
import { deviceRound } from './exercise/device-round.ts'
import { dropAutomaticMapping, enterOwnMappingProbe } from './own-mapping.ts'

/** Base and size of the mapping, bytes. */
const MAPPING_BASE = 0x4000_0000
const MAPPING_SIZE = 0x8000_0000

/**
 * Binds device tree nodes only where the policy has `omap3isp-dt`. Its probe fails with what making
 * or attaching the mapping answers; -ENODEV without the ARM mapping code.
 */
export const omap3isp: DriverModel = {
  name: 'omap3isp',
  compatibles: ['ti,omap3-isp'],
  kconfig: 'VIDEO_OMAP3',
  initcall: { level: 'device', order: 400, name: 'omap3isp_driver_init' },
  create(context, bindable) {
    const mappings = new Map<Device, ArmMapping>()
    // Before its match table came, the driver bound devices of board code only.
    const matches = context.policy.drivers.omap3isp === 'device-tree' ? bindable : []
    return {
      drivers: [
        {
          name: 'omap3isp',
          bus: 'platform',
          matches,
          preventsDmaConfigure: true,
          probe: (device) => probe(context, device, mappings),
          remove: (device) => {
            // isp_detach_iommu(): releases without a detach, so the attach's reference stays.
            context.arm?.releaseMapping(mappings.get(device) ?? null)
            context.iommu.groups.remove(device)
          },
        },
      ],
      rounds: (device) => {
        const hardware = context.hardware(device)
        const structures = coherentBuffer(context, () => device, 'coherent')
        const streaming = streamingBuffer(context, device)
        return [
          deviceRound({ hardware, where: 'in memory of videobuf2', structures, data: structures }),
          deviceRound({ hardware, where: 'in streaming buffers', structures, data: streaming }),
        ]
      },
    }
  },
}

function probe(context: DriverContext, device: Device, mappings: Map<Device, ArmMapping>): Errno {
  enterOwnMappingProbe(context, device)
  const mask = context.dma.setMaskAndCoherent(device, bitMask(32))
  if (mask !== 0) return mask
  return attach(context, device, mappings)
}

/** isp_attach_iommu() */
function attach(context: DriverContext, device: Device, mappings: Map<Device, ArmMapping>): Errno {
  const { arm, core, iommu } = context
  if (arm === null) {
    device.probeReason = 'it needs CONFIG_ARM_DMA_USE_IOMMU'
    return -ENODEV
  }
  if (groupOf(device) === null) iommu.groups.add(iommu.groups.allocate(), device)
  const mapping = arm.createMapping(core.platform, MAPPING_BASE, MAPPING_SIZE)
  if (typeof mapping === 'number') {
    device.probeReason = `arm_iommu_create_mapping() answers ${errnoName(mapping)}`
    return mapping
  }
  dropAutomaticMapping(context, device)
  const result = arm.attachDevice(device, mapping)
  if (result !== 0) {
    device.probeReason = `arm_iommu_attach_device() answers ${errnoName(result)}`
    arm.releaseMapping(mapping)
    iommu.groups.remove(device)
    return result
  }
  mappings.set(device, mapping)
  return 0
}
