/**
 * One Rockchip IOMMU as its driver drives it: struct rk_iommu and the command helpers of
 * drivers/iommu/rockchip-iommu.c, v3.19. Only `reg[0]` is used: a second instance stays off.
 */
import { EFAULT, ETIMEDOUT, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import type { RegisterWindow } from '../../base/registers.ts'
import type { IommuDomain } from '../domain.ts'
import type { NodeIo } from '../node-io.ts'
import { printAlternateHex } from '../printk.ts'
import type { RkDomain } from './driver-domain.ts'
import { command, DTE_ADDR_MASK, interrupt, rockchipRegisters, status } from './regs.ts'

const { at } = rockchipRegisters
/** Written to see whether DTE_ADDR works at all. */
const DTE_ADDR_DUMMY = 0xcafe_babe

/**
 * The commands of the driver with its checks: what STATUS does not show at once is -ETIMEDOUT and a
 * log line; -EFAULT where DTE_ADDR does not hold a value.
 */
export class RkIommu {
  /** Linux name of the IOMMU's device; log lines go out under it. */
  readonly name: string
  readonly window: RegisterWindow
  readonly io: NodeIo
  readonly #journal: Journal
  /** Domain that the unit was last attached to. */
  domain: IommuDomain | null = null
  /** Domain on whose list of IOMMUs this one is. */
  listedBy: RkDomain | null = null

  constructor(name: string, window: RegisterWindow, io: NodeIo, journal: Journal) {
    this.name = name
    this.window = window
    this.io = io
    this.#journal = journal
  }

  command(value: number): void {
    this.window.write32(at.COMMAND, value)
  }

  /** 0, or -ETIMEDOUT with a log line: while a page fault is active no stall begins. */
  enableStall(): Errno {
    if (this.#has(status.stallActive) || !this.#has(status.paging)) return 0
    this.command(command.enableStall)
    return this.#expect(this.#has(status.stallActive), 'Enable stall')
  }

  disableStall(): Errno {
    if (!this.#has(status.stallActive)) return 0
    this.command(command.disableStall)
    return this.#expect(!this.#has(status.stallActive), 'Disable stall')
  }

  enablePaging(): Errno {
    if (this.#has(status.paging)) return 0
    this.command(command.enablePaging)
    return this.#expect(this.#has(status.paging), 'Enable paging')
  }

  disablePaging(): Errno {
    if (!this.#has(status.paging)) return 0
    this.command(command.disablePaging)
    return this.#expect(!this.#has(status.paging), 'Disable paging')
  }

  /** 0, -EFAULT when DTE_ADDR does not hold what is written, or -ETIMEDOUT. */
  forceReset(): Errno {
    this.window.write32(at.DTE_ADDR, DTE_ADDR_DUMMY)
    if (this.window.read32(at.DTE_ADDR) !== (DTE_ADDR_DUMMY & DTE_ADDR_MASK) >>> 0) {
      this.#error('Error during raw reset. MMU_DTE_ADDR is not functioning')
      return -EFAULT
    }
    this.command(command.forceReset)
    if (this.window.read32(at.DTE_ADDR) === 0) return 0
    this.#error('FORCE_RESET command timed out')
    return -ETIMEDOUT
  }

  /** Points the unit at a directory and lets its interrupts through. */
  program(directory: number): void {
    this.window.write32(at.DTE_ADDR, directory)
    this.command(command.zapCache)
    this.window.write32(at.INT_MASK, interrupt.all)
  }

  /** The whole way off; errors on the way are ignored. */
  shutDown(): void {
    this.enableStall()
    this.disablePaging()
    this.window.write32(at.INT_MASK, 0)
    this.window.write32(at.DTE_ADDR, 0)
    this.disableStall()
  }

  /** Drops one TLB line for each page of [iova, iova + size), bytes. */
  zapLines(iova: number, size: number): void {
    for (let done = 0; done < size; done += 4096) this.window.write32(at.ZAP_ONE_LINE, iova + done)
  }

  #has(bit: number): boolean {
    return (this.window.read32(at.STATUS) & bit) !== 0
  }

  /** The hardware model answers at once, so one look is a whole time-out. */
  #expect(reached: boolean, what: string): Errno {
    if (reached) return 0
    const shown = printAlternateHex(this.window.read32(at.STATUS), 8)
    this.#error(`${what} request timed out, status: ${shown}`)
    return -ETIMEDOUT
  }

  #error(text: string): void {
    this.#journal.log('err', this.name, text)
  }
}
