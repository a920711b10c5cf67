/** What the IOMMU suite needs to know of each family: a board, a way on after a fault, attach rules. */
import { EBUSY } from '../../src/base/errno.ts'
import type { RegisterWindow } from '../../src/base/registers.ts'
import { exynosDriver } from '../../src/iommu/exynos/driver.ts'
import { exynosRegisters } from '../../src/iommu/exynos/regs.ts'
import type { IommuDriverModel } from '../../src/iommu/family.ts'
import { ipmmuDriver } from '../../src/iommu/ipmmu/driver.ts'
import { ipmmuRegisters } from '../../src/iommu/ipmmu/regs.ts'
import { omapDriver } from '../../src/iommu/omap/driver.ts'
import { omapRegisters } from '../../src/iommu/omap/regs.ts'
import { rockchipDriver } from '../../src/iommu/rockchip/driver.ts'
import { command, rockchipRegisters } from '../../src/iommu/rockchip/regs.ts'
import type { Settings } from '../../src/policy/switches.ts'

/** v3.19 as far as these drivers are concerned, with everything that was never merged. */
export const v319: Settings = {
  'iommu.addDeviceRequired': false,
  'iommu.omap.secondDomain': 'overwrite',
  'drivers.rockchip-iommu': 'present',
  'drivers.exynos-sysmmu-glue': 'notifier',
  'drivers.ipmmu-vmsa': 'device-tree',
}

/** One family. */
export interface FamilyRow {
  driver: IommuDriverModel
  /** Compatible string of the IOMMU's node, and its specifier cells. */
  compatible: string
  cells: number
  /** Stream of the master, as in its `iommus`. */
  stream: readonly number[]
  /** Lets a unit go on after a fault, as its manual says. */
  acknowledge(window: RegisterWindow): void
  /** Attaching a second domain while the first one is there. */
  secondAttach: { result: number; served: 'first' | 'second' }
  /** Attaching the same domain once more. */
  sameDomain: number
  /** Why translations may outlive an unmap; null: they must not. */
  staleAfterUnmap: string | null
}

/** By family id. A family without a row here fails the suite. */
export const familyRows: Readonly<Record<string, FamilyRow>> = {
  rockchip: {
    driver: rockchipDriver,
    compatible: 'rockchip,iommu',
    cells: 0,
    stream: [],
    acknowledge: (w) => w.write32(rockchipRegisters.at.COMMAND, command.pageFaultDone),
    secondAttach: { result: 0, served: 'second' },
    sameDomain: 0,
    staleAfterUnmap: null,
  },
  omap: {
    driver: omapDriver,
    compatible: 'ti,omap2-iommu',
    cells: 0,
    stream: [],
    acknowledge: (w) => w.write32(omapRegisters.at.IRQSTATUS, 0x1f),
    secondAttach: { result: 0, served: 'second' },
    sameDomain: -EBUSY,
    staleAfterUnmap: null,
  },
  ipmmu: {
    driver: ipmmuDriver,
    compatible: 'renesas,ipmmu-vmsa',
    cells: 1,
    stream: [5],
    acknowledge: (w) => w.write32(ipmmuRegisters.find(0x20)?.at ?? 0, 0),
    secondAttach: { result: 0, served: 'second' },
    sameDomain: 0,
    staleAfterUnmap: 'v3.19 flushes after an unmap only if clearing failed, which it never does',
  },
  exynos: {
    driver: exynosDriver,
    compatible: 'samsung,exynos-sysmmu',
    cells: 0,
    stream: [],
    acknowledge: (w) => {
      w.write32(exynosRegisters.at.INT_CLEAR, 0xff)
      w.write32(exynosRegisters.at.CTRL, 5)
    },
    secondAttach: { result: -EBUSY, served: 'first' },
    sameDomain: 1,
    staleAfterUnmap: null,
  },
}

/** Name of the only master on a family's board, and of its IOMMU. */
export const MASTER = '10000000.master'
export const UNIT = '20000000.mmu'

/** A board with one master behind one IOMMU. */
export function boardSource(row: FamilyRow): string {
  const specifier = ['&mmu', ...row.stream].join(' ')
  return `/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	compatible = "dmaplumb,conformance";
	master@10000000 { compatible = "dmaplumb,master"; reg = <0x10000000 0x1000>; iommus = <${specifier}>; };
	mmu: mmu@20000000 { compatible = "${row.compatible}"; reg = <0x20000000 0x1000>; #iommu-cells = <${row.cells}>; };
};`
}
