/** rk_iommu_irq() and log_iova(), v3.19: what a fault leaves in the log, and the acknowledgement. */
import type { Journal } from '../../base/journal.ts'
import { BusError, type MemoryPort } from '../../base/memory.ts'
import { printAddress, printAlternateHex } from '../printk.ts'
import type { RkIommu } from './driver-instance.ts'
import { command, DTE_ADDR_MASK, interrupt, rockchipRegisters, status } from './regs.ts'

const { at } = rockchipRegisters
/** Entry bits 8:1 without the valid bit: what the driver prints as flags. */
const FLAGS_MASK = 0x1fe

/**
 * Handles one interrupt. A page fault is logged, then the TLB is zapped and the fault acknowledged,
 * whatever a fault handler said: the master goes on, and faults again if nothing changed.
 */
export function handleRkInterrupt(iommu: RkIommu, memory: MemoryPort, journal: Journal): void {
  const { window } = iommu
  const causes = window.read32(at.INT_STATUS)
  if (causes === 0) return
  const iova = window.read32(at.PAGE_FAULT_ADDR)
  const error = (text: string): void => journal.log('err', iommu.name, text)
  if ((causes & interrupt.pageFault) !== 0) {
    const write = (window.read32(at.STATUS) & status.faultWasWrite) !== 0
    error(`Page fault at ${printAddress(iova)} of type ${write ? 'write' : 'read'}`)
    for (const line of walkLines(window.read32(at.DTE_ADDR), iova, memory)) error(line)
    if (iommu.domain === null) error('Page fault while iommu not attached to domain?')
    iommu.command(command.zapCache)
    iommu.command(command.pageFaultDone)
  }
  if ((causes & interrupt.busError) !== 0) error(`BUS_ERROR occurred at ${printAddress(iova)}`)
  if ((causes & ~interrupt.all) !== 0) {
    error(`unexpected int_status: ${printAlternateHex(causes, 8)}`)
  }
  window.write32(at.INT_CLEAR, causes)
}

/** log_iova(): steps that an earlier invalid one prevents are printed as 0. */
function walkLines(directory: number, iova: number, memory: MemoryPort): string[] {
  const dteIndex = iova >>> 22
  const pteIndex = (iova >>> 12) & 0x3ff
  const offset = iova & 0xfff
  const dteAt = directory + 4 * dteIndex
  const dte = readEntry(memory, dteAt)
  const dteValid = dte & 1
  const pteAt = dteValid === 1 ? ((dte & DTE_ADDR_MASK) >>> 0) + 4 * pteIndex : 0
  const pte = dteValid === 1 ? readEntry(memory, pteAt) : 0
  const pteValid = pte & 1
  const page = pteValid === 1 ? ((pte & DTE_ADDR_MASK) >>> 0) + offset : 0
  const flags = pteValid === 1 ? pte & FLAGS_MASK : 0
  const index = (value: number): string => printAlternateHex(value, 3)
  return [
    `iova = ${printAddress(iova)}: dte_index: ${index(dteIndex)} pte_index: ${index(pteIndex)} page_offset: ${index(offset)}`,
    `mmu_dte_addr: ${printAddress(directory)} dte@${printAddress(dteAt)}: ${printAlternateHex(dte, 8)} valid: ${dteValid} pte@${printAddress(pteAt)}: ${printAlternateHex(pte, 8)} valid: ${pteValid} page@${printAddress(page)} flags: ${index(flags)}`,
  ]
}

/** The kernel reads through its linear map; where that is no memory it would die, here it reads 0. */
function readEntry(memory: MemoryPort, at: number): number {
  try {
    return memory.read32(at)
  } catch (error) {
    if (error instanceof BusError) return 0
    throw error
  }
}
