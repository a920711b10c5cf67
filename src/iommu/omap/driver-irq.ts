/** iommu_fault_handler(), v3.19: one log line, and the MMU is turned off for good. */
import type { Journal } from '../../base/journal.ts'
import type { MemoryPort } from '../../base/memory.ts'
import { printHex } from '../printk.ts'
import type { OmapDomain } from './driver-domain.ts'
import type { OmapIommu } from './driver-instance.ts'
import { irq, omapRegisters } from './regs.ts'

const { at } = omapRegisters

/**
 * Acknowledges the fault, disables the unit (later accesses pass through untranslated) and logs the
 * entries. Where Linux prints kernel pointers the line has physical addresses.
 */
export function handleOmapFault(iommu: OmapIommu, memory: MemoryPort, journal: Journal): void {
  const domain = iommu.domain?.priv as OmapDomain | null | undefined
  if (domain?.iommu === null || domain === null || domain === undefined) return
  const errors = iommu.window.read32(at.IRQSTATUS) & irq.all
  if (errors === 0) return
  const da = iommu.window.read32(at.FAULT_AD)
  iommu.window.write32(at.IRQSTATUS, errors)
  iommu.disable()
  const { table } = iommu
  if (table === null) return
  const pgdAt = table.root + 4 * (da >>> 20)
  const pgd = memory.read32(pgdAt)
  const what = `${iommu.name}: errs:0x${printHex(errors, 8)} da:0x${printHex(da, 8)} pgd:0x${printHex(pgdAt, 8)}`
  if ((pgd & 3) !== 1) {
    journal.log('err', iommu.name, `${what} *pgd:px${printHex(pgd, 8)}`)
    return
  }
  const pteAt = ((pgd & ~0x3ff) >>> 0) + 4 * ((da >>> 12) & 0xff)
  const pte = memory.read32(pteAt)
  journal.log(
    'err',
    iommu.name,
    `${what} *pgd:0x${printHex(pgd, 8)} pte:0x${printHex(pteAt, 8)} *pte:0x${printHex(pte, 8)}`,
  )
}
