/** Which IOMMU serves a device: rk_iommu_add_device() and rk_iommu_from_dev(), v3.19. */
import { EINVAL, ENODEV, EPROBE_DEFER, type Errno } from '../../base/errno.ts'
import { phandleArgs } from '../../devicetree/phandles.ts'
import type { Device } from '../../driver-core/device.ts'
import { archdataIommu } from '../archdata.ts'
import { groupOf } from '../groups.ts'
import type { IommuDriverContext } from '../ports.ts'

/**
 * Puts a master into a group of its own that holds its IOMMU's device. -ENODEV without (sound)
 * `iommus`, -EINVAL with specifier cells, -EPROBE_DEFER without the IOMMU's device; the caller, the
 * bus notifier, looks at none of them. Only the first entry counts. A master that xlate has noted
 * already (ported driver) gets its group and nothing more.
 */
export function addRkMaster(context: IommuDriverContext, device: Device): Errno {
  const { node } = device
  const entries = node === null ? [] : phandleArgs(context.tree, node, 'iommus', '#iommu-cells')
  const first = entries[0]
  if (first === undefined || entries.some((e) => e.problem !== undefined)) return -ENODEV
  const { groups } = context.iommu
  const group = groupOf(device) ?? groups.allocate()
  const result = groups.add(group, device)
  if (result !== 0 || archdataIommu.of(device) !== null) return result
  const provider = first.provider === null ? null : context.deviceFor(first.provider)
  let problem = 0
  if (first.args.length > 0) {
    problem = -EINVAL
    context.journal.log(
      'err',
      device.name,
      `incorrect number of iommu params found for ${first.provider?.path} (found ${first.args.length}, expected 0)`,
    )
  } else if (provider === null) {
    problem = -EPROBE_DEFER
    context.journal.log('err', device.name, `iommu ${first.provider?.path} not found`)
  }
  if (problem !== 0) {
    groups.remove(device)
    return problem
  }
  group.iommuData = provider
  return 0
}

/** The device of the IOMMU that add_device noted, or null for a "virtual device". */
export function rkIommuDevice(device: Device): Device | null {
  return (groupOf(device)?.iommuData as Device | null | undefined) ?? null
}
