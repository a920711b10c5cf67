/** ipmmu_irq() and ipmmu_domain_irq(), v3.19: log, acknowledge, go on. */
import type { Journal } from '../../base/journal.ts'
import { printHex } from '../printk.ts'
import type { IpmmuInstance } from './driver-instance.ts'
import { imstr } from './regs.ts'

/** The faulting master is not identified: lines go out under the IPMMU's name. */
export function handleIpmmuInterrupt(mmu: IpmmuInstance, journal: Journal): void {
  if (mmu.domain === null) return
  const status = mmu.readContext('IMSTR')
  if ((status & imstr.errors) === 0) return
  // The address reads 0 once the status is cleared, which writing 0 does.
  const iova = mmu.readContext('IMEAR')
  mmu.writeContext('IMSTR', 0)
  const at = `0x${printHex(iova, 8)}`
  const error = (text: string): void => journal.log('err', mmu.name, text)
  if ((status & imstr.multiHit) !== 0) error(`Multiple TLB hits @${at}`)
  if ((status & imstr.abort) !== 0) error(`Page Table Walk Abort @${at}`)
  if ((status & (imstr.permission | imstr.translation)) === 0) return
  error(`Unhandled fault: status 0x${printHex(status, 8)} iova ${at}`)
}
