/** iommu_group: devices that an IOMMU cannot tell apart. drivers/iommu/iommu.c */
import { EBUSY, EINVAL, type Errno } from '../base/errno.ts'
import type { Journal } from '../base/journal.ts'
import type { Device } from '../driver-core/device.ts'
import { Slot } from '../driver-core/slot.ts'

/**
 * One group. Members are in the order in which they were added; the IOMMU driver decides who shares
 * one.
 */
export class IommuGroup {
  /** Handed out in order of allocation, from 0. */
  readonly id: number
  readonly devices: Device[] = []
  /** iommu_group_set_iommudata(): the IOMMU driver's own data. */
  iommuData: unknown = null

  constructor(id: number) {
    this.id = id
  }
}

const groupSlot = new Slot<IommuGroup | null>('iommu_group', () => null)

/** The group a device is in, or null. */
export function groupOf(device: Device): IommuGroup | null {
  return groupSlot.of(device)
}

/** All groups of a machine, in order of allocation. */
export class IommuGroups {
  readonly all: IommuGroup[] = []
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** iommu_group_alloc() */
  allocate(): IommuGroup {
    // ida_get_new(): the lowest id that no living group has.
    let id = 0
    while (this.all.some((group) => group.id === id)) id++
    const group = new IommuGroup(id)
    this.all.push(group)
    return group
  }

  /** iommu_group_add_device(): -EBUSY when the device is in another group already. */
  add(group: IommuGroup, device: Device): Errno {
    const old = groupSlot.of(device)
    if (old === group) return 0
    if (old !== null) return -EBUSY
    group.devices.push(device)
    groupSlot.set(device, group)
    this.#journal.add('group', device.name, `Adding to iommu group ${group.id}`, [], {
      group: group.id,
    })
    return 0
  }

  /** iommu_group_remove_device(); -EINVAL when it is in none. */
  remove(device: Device): Errno {
    const group = groupSlot.of(device)
    if (group === null) return -EINVAL
    group.devices.splice(group.devices.indexOf(device), 1)
    groupSlot.set(device, null)
    // Drivers of this era drop their own reference once the device is in: the last one out frees it.
    if (group.devices.length === 0) this.all.splice(this.all.indexOf(group), 1)
    return 0
  }
}
