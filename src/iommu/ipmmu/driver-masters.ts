/** ipmmu_add_device(): finds a master, groups it, and attaches it to the mapping of its IPMMU. */
import { EINVAL, ENODEV, type Errno } from '../../base/errno.ts'
import { phandleArgs } from '../../devicetree/phandles.ts'
import type { Device } from '../../driver-core/device.ts'
import { archdataIommu } from '../archdata.ts'
import type { IommuDriverContext } from '../ports.ts'
import type { IpmmuArchdata } from './driver-domain.ts'
import type { IpmmuInstance } from './driver-instance.ts'
import { UTLBS } from './regs.ts'

const GIB = 0x4000_0000

/** Finds the micro-TLBs of a device behind one IPMMU, or null. */
export type FindUtlbs = (mmu: IpmmuInstance, device: Device) => readonly number[] | null

/**
 * Platform data: by name. A tree may spell the part after the address otherwise than the board file
 * did (`vsp@` for `vsp1@`), so the address decides, as the board file would have been kept in step.
 */
export const utlbsFromPlatformData: FindUtlbs = (mmu, device) => {
  const address = (name: string): string => name.split('.')[0] as string
  const master = mmu.platformData?.masters.find((m) => address(m.name) === address(device.name))
  return master === undefined ? null : [master.utlb]
}

/** Device tree: every `iommus` entry must name this IPMMU, with one cell. */
export function utlbsFromTree(context: IommuDriverContext): FindUtlbs {
  return (mmu, device) => {
    if (device.node === null) return null
    const entries = phandleArgs(context.tree, device.node, 'iommus', '#iommu-cells')
    const mine = entries.every((e) => e.provider === mmu.node && e.args.length === 1)
    return entries.length > 0 && mine ? entries.map((e) => e.args[0] as number) : null
  }
}

/**
 * -EINVAL when the device has an IOMMU already or a micro-TLB number is too high, -ENODEV when no
 * bound IPMMU knows it; else what the ARM mapping code answers. One mapping of 2 GiB at 1 GiB
 * serves all masters of an IPMMU.
 */
export function addIpmmuMaster(
  context: IommuDriverContext,
  mmus: readonly IpmmuInstance[],
  find: FindUtlbs,
  device: Device,
): Errno {
  const { journal } = context
  if (archdataIommu.of(device) !== null) {
    const text = `IOMMU driver already assigned to device ${device.name}`
    journal.log('warn', device.name, text)
    return -EINVAL
  }
  let archdata: IpmmuArchdata | null = null
  for (const mmu of mmus) {
    const utlbs = find(mmu, device)
    if (utlbs === null) continue
    archdata = { mmu, utlbs }
    break
  }
  if (archdata === null) return -ENODEV
  if (archdata.utlbs.some((utlb) => utlb >= UTLBS)) return -EINVAL
  const grouped = groupIpmmuMaster(context, device)
  if (grouped !== 0) return grouped
  archdataIommu.set(device, archdata)
  return attachMapping(context, archdata.mmu, device)
}

/** A group of the master's own. */
export function groupIpmmuMaster(context: IommuDriverContext, device: Device): Errno {
  const { groups } = context.iommu
  const result = groups.add(groups.allocate(), device)
  if (result !== 0) context.journal.log('err', device.name, 'Failed to add device to IPMMU group')
  return result
}

function attachMapping(context: IommuDriverContext, mmu: IpmmuInstance, device: Device): Errno {
  const { arm, core, iommu, journal } = context
  if (mmu.mapping === null) {
    const mapping = arm.createMapping(core.platform, GIB, 2 * GIB)
    if (typeof mapping === 'number') {
      // Group and archdata stay as they are: v3.19 forgets to undo them here.
      journal.log('err', mmu.name, 'failed to create ARM IOMMU mapping')
      return mapping
    }
    mmu.mapping = mapping
  }
  const result = arm.attachDevice(device, mmu.mapping)
  if (result < 0) {
    journal.log('err', device.name, 'Failed to attach device to VA mapping')
    archdataIommu.set(device, null)
    iommu.groups.remove(device)
  }
  return result
}
