/**
 * One System MMU as its driver drives it: struct sysmmu_drvdata and the register helpers of
 * drivers/iommu/exynos-iommu.c, v3.19.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import { EBUSY, type Errno } from '../../base/errno.ts'
import type { Journal } from '../../base/journal.ts'
import type { RegisterWindow } from '../../base/registers.ts'
import { KernelBug } from '../../driver-core/device.ts'
import type { IommuDomain } from '../domain.ts'
import type { NodeIo } from '../node-io.ts'
import { config, control, exynosRegisters, rawVersion } from './regs.ts'

const { at } = exynosRegisters
/** Reads of STATUS before a block is given up. */
const BLOCK_READS = 120
/** Version 3.3, as MAKE_MMU_VER() packs it. */
const VERSION_3_3 = 0x183

/**
 * One unit with its count of activations. Registers are written while that is above 0; the clocks
 * that Linux gates around it are taken as on.
 */
export class Sysmmu {
  /** Linux name of the device. */
  readonly name: string
  readonly window: RegisterWindow
  readonly io: NodeIo
  readonly #journal: Journal
  #activations = 0
  #table: Phys = 0
  domain: IommuDomain | null = null

  constructor(name: string, window: RegisterWindow, io: NodeIo, journal: Journal) {
    this.name = name
    this.window = window
    this.io = io
    this.#journal = journal
  }

  get active(): boolean {
    return this.#activations > 0
  }

  /**
   * __sysmmu_enable(): 0 when it went on, 1 when it was on with this table (counted), -EBUSY with a
   * WARN when it was on with another one.
   */
  enable(table: Phys, domain: IommuDomain): Errno {
    this.#activations++
    if (this.#activations === 1) {
      this.#table = table
      this.domain = domain
      this.#turnOn()
      return 0
    }
    if (table === this.#table) return 1
    this.#journal.log('warn', this.name, 'WARNING: at drivers/iommu/exynos-iommu.c __sysmmu_enable')
    this.#activations--
    return -EBUSY
  }

  /** __sysmmu_disable(): true when the last activation went and the unit is off. */
  disable(): boolean {
    if (this.#activations < 1) {
      throw new KernelBug('drivers/iommu/exynos-iommu.c: set_sysmmu_inactive')
    }
    this.#activations--
    if (this.#activations > 0) return false
    this.#table = 0
    this.domain = null
    this.window.write32(at.CTRL, control.disable)
    this.window.write32(at.CFG, 0)
    return true
  }

  /** Drops what the TLB may hold of a page of `size` bytes, with the unit blocked meanwhile. */
  invalidate(iova: Iova, size: number): void {
    if (!this.active || !this.#block()) return
    // Version 2 keeps a large page in several sets of its TLB.
    const count = rawVersion(this.#version()) >>> 7 === 2 ? Math.min(size / 4096, 64) : 1
    for (let i = 0; i < count; i++) {
      const page = iova + i * 4096
      this.window.write32(at.FLUSH_ENTRY, page - (page % 4096) + 1)
    }
    this.#unblock()
  }

  /** Version 3.3 caches first-level entries: drops the one of `iova`, without blocking. */
  invalidateFirstLevel(iova: Iova): void {
    if (this.active && rawVersion(this.#version()) === VERSION_3_3) {
      this.window.write32(at.FLUSH_ENTRY, iova - (iova % 4096) + 1)
    }
  }

  #turnOn(): void {
    const { window } = this
    window.write32(at.CTRL, control.block)
    window.write32(at.CFG, configFor(rawVersion(this.#version())))
    window.write32(at.PT_BASE_ADDR, this.#table)
    window.write32(at.FLUSH, 1)
    window.write32(at.CTRL, control.enable)
  }

  /** False when the unit did not block: the caller then does not flush at all. */
  #block(): boolean {
    this.window.write32(at.CTRL, control.block)
    for (let i = 0; i < BLOCK_READS; i++) {
      if ((this.window.read32(at.STATUS) & 1) !== 0) return true
    }
    this.#unblock()
    return false
  }

  #unblock(): void {
    this.window.write32(at.CTRL, control.enable)
  }

  #version(): number {
    return this.window.read32(at.VERSION)
  }
}

/** __sysmmu_init_config(): v3.19 never asks for permission checks. */
function configFor(version: number): number {
  const [major, minor] = [version >>> 7, version & 0x7f]
  if (major !== 3 || minor < 2) return config.lru + config.qos15
  if (minor === 3) return config.qos15 + config.firstLevelCache + config.clockGating
  return config.lru + config.qos15 + config.firstLevelCache + config.systemSelect
}
