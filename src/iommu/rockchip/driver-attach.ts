/**
 * rk_iommu_attach_device() and rk_iommu_detach_device(), v3.19. Nothing remembers that a unit is
 * attached already: a second attach force-resets it and points it at the new domain's directory.
 */
import type { Errno } from '../../base/errno.ts'
import type { IommuDomain } from '../domain.ts'
import type { IommuDriverContext } from '../ports.ts'
import { RkDomain } from './driver-domain.ts'
import type { RkIommu } from './driver-instance.ts'
import { handleRkInterrupt } from './driver-irq.ts'

/** 0, or -ETIMEDOUT, -EFAULT at the first step that fails; what was done before stays done. */
export function attachRkIommu(
  context: IommuDriverContext,
  iommu: RkIommu,
  domain: IommuDomain,
  client: string,
): Errno {
  const { journal, memory } = context
  const rk = domain.priv as RkDomain
  let result = iommu.enableStall()
  if (result === 0) result = iommu.forceReset()
  if (result !== 0) return result
  iommu.domain = domain
  iommu.io.requestIrq(() => handleRkInterrupt(iommu, memory, journal))
  iommu.program(rk.table.root)
  result = iommu.enablePaging()
  if (result !== 0) return result
  rk.list(iommu)
  journal.log('info', client, 'Attached to iommu domain')
  iommu.disableStall()
  return 0
}

/** Off, whatever domain it was attached to. */
export function detachRkIommu(context: IommuDriverContext, iommu: RkIommu, client: string): void {
  RkDomain.unlist(iommu)
  iommu.shutDown()
  iommu.io.freeIrq()
  iommu.domain = null
  context.journal.log('info', client, 'Detached from iommu domain')
}
