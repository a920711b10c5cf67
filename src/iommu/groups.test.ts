import { describe, expect, it } from 'vitest'
import { EBUSY, EINVAL } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { Device } from '../driver-core/device.ts'
import { DriverCore } from '../driver-core/driver-core.ts'
import { Lifecycle } from '../driver-core/lifecycle.ts'
import { groupOf, IommuGroups } from './groups.ts'

function setUp() {
  const journal = new Journal()
  const lists = { created: [], beforeProbe: [], probeFailed: [], unbound: [] }
  const { platform } = new DriverCore(journal, new Lifecycle(lists))
  const [a, b] = ['a', 'b'].map((name) => new Device({ name, node: null, bus: platform }))
  return { groups: new IommuGroups(journal), a: a as Device, b: b as Device }
}

describe('iommu_group', () => {
  it('takes the lowest free id, and gives it back with its last device', () => {
    const { groups, a, b } = setUp()
    const first = groups.allocate()
    expect([groups.add(first, a), groups.add(groups.allocate(), b)]).toEqual([0, 0])
    expect([groupOf(a)?.id, groupOf(b)?.id]).toEqual([0, 1])
    expect(groups.remove(a)).toBe(0)
    expect(groups.all.map((g) => g.id)).toEqual([1])
    expect(groups.allocate().id).toBe(0)
  })

  it('refuses a device that is in another group, and to remove one that is in none', () => {
    const { groups, a, b } = setUp()
    groups.add(groups.allocate(), a)
    expect(groups.add(groups.allocate(), a)).toBe(-EBUSY)
    expect(groups.remove(b)).toBe(-EINVAL)
  })
})
