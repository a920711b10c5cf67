/**
 * A raw IOMMU API user, of the tegra-drm kind: allocates a domain, attaches its device, hands out
 * I/O addresses itself and maps with iommu_map(). The DMA API is not involved.
 * drivers/gpu/drm/tegra/drm.c of v3.19 is the pattern.
 */
import { ENODEV, ENOMEM, type Errno, errnoName } from '../base/errno.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuDomain } from '../iommu/domain.ts'
import { coherentBuffer } from './buffers/coherent.ts'
import { rawBuffer } from './buffers/raw.ts'
import type { DriverContext, DriverModel } from './driver-model.ts'
import { deviceRound } from './exercise/device-round.ts'
import { dropAutomaticMapping, enterOwnMappingProbe } from './own-mapping.ts'

/** Window that the driver hands out addresses from (tegra-drm's drm_mm: 0..2 GiB), bytes. */
const WINDOW_BASE = 0x1000_0000

/**
 * A driver of ours, for the teaching board. Without an IOMMU on the bus it falls back to contiguous
 * memory; without a domain its probe is -ENOMEM, and a failed attach fails it too.
 */
export const rawIommuUser: DriverModel = {
  name: 'raw-iommu-user',
  compatibles: ['dmaplumb,raw-iommu-user'],
  kconfig: null,
  initcall: { level: 'device', order: 310, name: 'raw_iommu_user_init' },
  create(context, bindable) {
    const domains = new Map<Device, IommuDomain>()
    return {
      drivers: [
        {
          name: 'raw-iommu-user',
          bus: 'platform',
          matches: bindable,
          preventsDmaConfigure: true,
          probe: (device) => probe(context, device, domains),
          remove: (device) => {
            const domain = domains.get(device)
            if (domain === undefined) return
            context.iommu.detach(domain, device)
            context.iommu.freeDomain(domain)
            domains.delete(device)
          },
        },
      ],
      rounds(device) {
        const domain = domains.get(device)
        const memory =
          domain === undefined
            ? coherentBuffer(context, () => device, 'coherent')
            : rawBuffer(context, domain, WINDOW_BASE)
        return [
          deviceRound({
            hardware: context.hardware(device),
            where: domain === undefined ? 'in contiguous memory' : 'in memory it mapped by hand',
            structures: memory,
            data: memory,
          }),
        ]
      },
    }
  },
}

function probe(context: DriverContext, device: Device, domains: Map<Device, IommuDomain>): Errno {
  const { core, iommu } = context
  enterOwnMappingProbe(context, device)
  if (!iommu.present(core.platform)) return 0
  const domain = iommu.allocateDomain(core.platform)
  if (domain === null) {
    device.probeReason = 'iommu_domain_alloc() answers NULL'
    return -ENOMEM
  }
  dropAutomaticMapping(context, device)
  const result = iommu.attach(domain, device, [
    { kind: 'call', driver: 'raw-iommu-user', function: 'iommu_attach_device' },
  ])
  if (result !== 0) {
    device.probeReason = `iommu_attach_device() answers ${errnoName(result)}`
    iommu.freeDomain(domain)
    return result < 0 ? result : -ENODEV
  }
  domains.set(device, domain)
  return 0
}
