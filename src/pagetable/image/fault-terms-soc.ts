/** Faults of the IOMMUs of SoCs with tables of their own. */
import { bitOf, type FaultFamily, type FaultPlace, type FaultTerm } from './fault-term.ts'

/** Exynos: reads and writes have bits of their own, for some causes. */
const sysmmu =
  (name: string, read: number, write = read) =>
  (at: FaultPlace): FaultTerm => ({
    name: `${write === read ? '' : at.write ? 'AW ' : 'AR '}${name}`,
    code: `INT_STATUS bit ${at.write ? write : read}`,
  })

/** Each unit. */
export const socFaults: readonly FaultFamily[] = [
  {
    formats: ['rockchip-'],
    source: 'drivers/iommu/rockchip-iommu.c, RK_MMU_INT_RAWSTAT',
    terms: {
      invalid: ({ index }) => ({
        name: 'page fault',
        code: 'INT_RAWSTAT bit 0',
        note: `the ${index === 0 ? 'DTE' : 'PTE'} is not valid`,
      }),
      permission: () => ({ name: 'page fault', code: 'INT_RAWSTAT bit 0', note: 'PTE flags' }),
      fetch: bitOf('INT_RAWSTAT', 'bus error', 1),
    },
  },
  {
    formats: ['omap2'],
    source: 'drivers/iommu/omap-iommu.h, MMU_IRQSTATUS',
    terms: {
      invalid: bitOf(
        'IRQSTATUS',
        'TRANSLATIONFAULT',
        1,
        'without the table walker every miss is TLBMISS, bit 0',
      ),
      fetch: bitOf('IRQSTATUS', 'TABLEWALKFAULT', 3),
    },
  },
  {
    formats: ['exynos-v1'],
    source: 'drivers/iommu/exynos-iommu.c: sysmmu_faults',
    terms: {
      invalid: sysmmu('PAGE FAULT', 0),
      permission: sysmmu('ACCESS PROTECTION FAULT', 5, 7),
      fetch: sysmmu('BUS ERROR', 3),
    },
  },
  {
    formats: ['exynos-v5'],
    source: 'drivers/iommu/exynos-iommu.c: sysmmu_v5_faults',
    terms: {
      invalid: sysmmu('PAGE FAULT', 1, 17),
      permission: sysmmu('ACCESS PROTECTION FAULT', 3, 19),
      fetch: sysmmu('PTW FAULT', 0, 16),
    },
  },
  {
    formats: ['tegra-smmu'],
    source: 'drivers/memory/tegra/mc.c: MC_INTSTATUS, MC_ERR_STATUS type 6',
    terms: {
      invalid: bitOf('MC_INTSTATUS', 'page fault', 10, 'ERR_STATUS type 6, SMMU translation error'),
      fetch: bitOf('MC_INTSTATUS', 'EMEM address decode error', 6),
    },
  },
  {
    formats: ['sun50i'],
    source: 'drivers/iommu/sun50i-iommu.c: IOMMU_INT_STA_REG',
    terms: {
      invalid: ({ index }) => ({
        name: `L${index + 1} page table invalid`,
        code: `INT_STA bit ${16 + index}`,
      }),
      permission: () => ({ name: 'permission fault', code: "INT_STA, the master's bit (0 to 5)" }),
      fetch: () => ({ name: 'not known for this unit', code: 'no interrupt bit' }),
    },
  },
  {
    formats: ['mediatek-v1'],
    source: 'drivers/iommu/mtk_iommu_v1.c, REG_MMU_FAULT_ST',
    terms: {
      invalid: bitOf('FAULT_ST', 'translation fault', 0),
      fetch: bitOf('FAULT_ST', 'table walk fault', 4),
    },
  },
  {
    formats: ['shmobile'],
    source: 'drivers/iommu/shmobile-iommu.c, 3.19, which handles no fault',
    terms: {
      invalid: () => ({ name: 'translation fault', code: 'no documented status' }),
    },
  },
  {
    formats: ['apple-dart'],
    source: 'drivers/iommu/apple-dart.c: DART_ERROR; T8110 counts otherwise',
    terms: {
      input: bitOf('ERROR', 'NO TTBR FOR IOVA', 0),
      invalid: ({ index }) =>
        index === 0
          ? bitOf('ERROR', 'NO PMD FOR IOVA', 1)()
          : bitOf('ERROR', 'NO PTE FOR IOVA', 2)(),
      permission: ({ write }) =>
        write ? bitOf('ERROR', 'WRITE FAULT', 3)() : bitOf('ERROR', 'READ FAULT', 4)(),
      fetch: () => ({ name: 'not known for this unit', code: 'no error bit' }),
    },
  },
]
