/**
 * exynos_iommu_attach_device() and exynos_iommu_detach_device(), v3.19: attachments of one table
 * are counted, another table is refused, and a master that nobody told about its System MMU is a
 * BUG.
 */
import type { Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import { type Device, KernelBug } from '../../driver-core/device.ts'
import { archdataIommu } from '../archdata.ts'
import type { IommuDomain } from '../domain.ts'
import { printAddress } from '../printk.ts'
import type { ExynosDomain, ExynosOwner } from './driver-domain.ts'
import type { Sysmmu } from './driver-instance.ts'

/** What attach needs of the driver. */
export interface ExynosAttachment {
  journal: Journal
  /** Driver data of an owner's System MMUs. Throws KernelBug where there is none. */
  sysmmusOf(owner: ExynosOwner): readonly Sysmmu[]
}

/**
 * 0, 1 when the same table was active already, or -EBUSY. Throws KernelBug when archdata.iommu is
 * empty: in mainline nothing ever fills it.
 */
export function attachExynos(driver: ExynosAttachment, domain: IommuDomain, device: Device): Errno {
  const owner = archdataIommu.of(device) as ExynosOwner | null
  if (owner === null) {
    throw new KernelBug(
      'drivers/iommu/exynos-iommu.c:481! BUG_ON(!has_sysmmu(dev)): archdata.iommu is empty, as nothing tells the driver which SysMMU serves a master (exynos-sysmmu-notifier would)',
    )
  }
  const exynos = domain.priv as ExynosDomain
  const { root } = exynos.table
  let result = 0
  for (const sysmmu of driver.sysmmusOf(owner)) {
    result = sysmmu.enable(root, domain)
    if (result < 0) break
  }
  if (result < 0) {
    const text = `exynos_iommu_attach_device: Failed to attach IOMMU with pgtable ${printAddress(root)}`
    driver.journal.log('err', device.name, text)
  } else if (result === 0) {
    exynos.clients = [...exynos.clients, owner]
    owner.domain = domain
  }
  return result
}

/** Undoes one attachment; the unit goes off with the last. */
export function detachExynos(driver: ExynosAttachment, domain: IommuDomain, device: Device): void {
  const owner = archdataIommu.of(device) as ExynosOwner | null
  const exynos = domain.priv as ExynosDomain
  if (owner === null || !exynos.clients.includes(owner)) {
    driver.journal.log('err', device.name, 'exynos_iommu_detach_device: No IOMMU is attached')
    return
  }
  if (disableAll(driver, owner)) release(exynos, owner)
}

/** The part of exynos_iommu_domain_destroy() that turns off what still uses the table. */
export function detachAllExynos(driver: ExynosAttachment, exynos: ExynosDomain): void {
  if (exynos.clients.length > 0) {
    driver.journal.log('warn', '', 'WARNING: at exynos_iommu_domain_destroy')
  }
  for (const owner of [...exynos.clients]) {
    while (!disableAll(driver, owner));
    release(exynos, owner)
  }
}

/** True when every System MMU of the master is off. */
function disableAll(driver: ExynosAttachment, owner: ExynosOwner): boolean {
  let off = true
  for (const sysmmu of driver.sysmmusOf(owner)) off = sysmmu.disable() && off
  return off
}

function release(exynos: ExynosDomain, owner: ExynosOwner): void {
  exynos.clients = exynos.clients.filter((client) => client !== owner)
  owner.domain = null
}
