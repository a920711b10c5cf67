/**
 * exynos_sysmmu_irq(), v3.19: two or three lines, then BUG(). No fault handler exists that could
 * have recovered, so the kernel dies in the interrupt and the unit stays blocked.
 */
import type { Journal } from '../../base/journal.ts'
import type { MemoryPort } from '../../base/memory.ts'
import { printAddress, printAlternateHex } from '../printk.ts'
import type { Sysmmu } from './driver-instance.ts'
import { exynosRegisters, faults } from './regs.ts'

const { at } = exynosRegisters
const SOURCE = 'kernel BUG at drivers/iommu/exynos-iommu.c'

/**
 * Logs a fault. The BUG is a log line of level `bug` and not a thrown KernelBug: the interrupted
 * code is not the culprit. `emptyTable` is the second-level table that unused entries link to.
 */
export function handleSysmmuInterrupt(
  sysmmu: Sysmmu,
  emptyTable: number,
  memory: MemoryPort,
  journal: Journal,
): void {
  const { window, name } = sysmmu
  const error = (text: string): void => journal.log('err', name, text)
  const causes = window.read32(at.INT_STATUS)
  const fault = faults.find((f) => (causes & (1 << f.bit)) !== 0)
  if (fault === undefined) {
    error(`exynos_sysmmu_irq: Fault is not occurred by System MMU '${name}'!`)
    error('exynos_sysmmu_irq: Please check if IRQ is correctly configured.')
    journal.log('bug', name, `${SOURCE}: BUG() in exynos_sysmmu_irq`)
    return
  }
  const va = window.read32(at[fault.address])
  const base = window.read32(at.PT_BASE_ADDR)
  error(
    `${fault.name} occurred at ${printAlternateHex(va)} by ${name}(Page table base: ${printAddress(base)})`,
  )
  const first = memory.read32(base + 4 * (va >>> 20))
  error(`\tLv1 entry: ${printAlternateHex(first)}`)
  if ((first & 3) === 1 && first !== emptyTable + 1) {
    const table = (first & ~0x3ff) >>> 0
    const second = memory.read32(table + 4 * ((va >>> 12) & 0xff))
    error(`\t Lv2 entry: ${printAlternateHex(second)}`)
  }
  journal.log('bug', name, `${SOURCE}: BUG_ON(ret != 0) in exynos_sysmmu_irq`)
}
