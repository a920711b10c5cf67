/** Faults of the IOMMUs of SoCs with tables of their own. */
import { bitOf, type FaultFamily, type FaultPlace, type FaultTerm } from './fault-term.ts'

/** Exynos: reads and writes have bits of their own, for some causes. */
const sysmmu =
  (name: string, read: number, write = read) =>
  (at: FaultPlace): FaultTerm => ({
    name: `${write === read ? '' : at.write ? 'AW ' : 'AR '}${name}`,
    code: `INT_STATUS bit ${at.write ? write : read}`,
  })

/** Sun50i: what is read about an invalid table of level 1 or 2. */
const blamed = [
  'INT_ERR_ADDR_L1 0x130, masters in L1PG_INT 0x180',
  'INT_ERR_ADDR_L2 0x134, masters in L2PG_INT 0x184',
]

/** DART: the T8110 has one more level and counts from there. */
const dart = (name: string, bit: number, t8110: number) => (): FaultTerm =>
  bitOf('ERROR', name, bit, `T8110: bit ${t8110}`)()

/** The first IPMMU: its driver knows no register and no interrupt for any fault. */
const ipmmu =
  (name: string, note = 'no status in the registers that its driver knows') =>
  (): FaultTerm => ({
    name,
    code: 'no documented status',
    note: `${note}; the access ends in a bus error (unconfirmed)`,
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
    source:
      'drivers/iommu/sun50i-iommu.c: IOMMU_INT_STA_REG; what fetch is: no bit in it, nor in the vendor driver (sunxi-iommu.h)',
    terms: {
      invalid: ({ index, write }) => ({
        name: `L${index + 1} page table invalid`,
        code: `INT_STA bit ${16 + index}`,
        note: `${blamed[index]}${write ? '; Linux reports a read, the unit does not tell' : ''}`,
      }),
      permission: ({ write }) => ({
        name: 'permission fault',
        code: "INT_STA, the master's bit m (0 to 5)",
        note: `INT_ERR_ADDR 0x110 + 4m, the entry in INT_ERR_DATA 0x150 + 4m${write ? '; Linux reports a write of domain 2 only' : ''}`,
      }),
      fetch: () => ({
        name: 'not reported',
        code: 'no interrupt bit',
        note: 'INT_STA has invalid tables (16, 17) and permissions (0 to 5) only; what is read instead of the entry decides',
      }),
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
    source:
      'drivers/iommu/shmobile-ipmmu.c, 3.19, which requests no interrupt and reads no register',
    terms: {
      input: ipmmu('translation fault', 'IMTTBCR 1: the table is for the first 2 GiB'),
      invalid: ipmmu('translation fault'),
      fetch: ipmmu('table walk abort'),
    },
  },
  {
    formats: ['apple-dart'],
    source:
      'drivers/iommu/apple-dart.c: DART_T8020_ERROR, DART_T8110_ERROR; fetch: m1n1, hw/dart8020.py',
    terms: {
      input: dart('NO TTBR FOR IOVA', 0, 0),
      invalid: ({ index }) =>
        index === 0 ? dart('NO PMD FOR IOVA', 1, 2)() : dart('NO PTE FOR IOVA', 2, 3)(),
      permission: ({ write }) => (write ? dart('WRITE FAULT', 3, 4)() : dart('READ FAULT', 4, 5)()),
      fetch: bitOf('ERROR', 'PTE read fault', 6, 'Linux has no name for it and prints "unknown"'),
    },
  },
]
