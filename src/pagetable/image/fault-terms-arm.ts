/** Faults of units that read the tables of Arm's architecture. */
import { bitOf, type FaultFamily, type FaultPlace, type FaultTerm, hex } from './fault-term.ts'

/** Events of the SMMUv3, the FSR bit of the SMMUv2 and the status code of the CPU's architecture. */
function smmu(event: number, name: string, bit: string, code: number, note?: string) {
  return ({ level }: FaultPlace): FaultTerm => ({
    name,
    code: `SMMUv3 event ${hex(event)}, SMMUv2 FSR.${bit}`,
    note: `${note === undefined ? '' : `${note}; `}fault status code ${hex(code + level)}`,
  })
}

const smmuTerms: FaultFamily['terms'] = {
  input: () => ({
    name: 'F_TRANSLATION',
    code: 'SMMUv3 event 0x10, SMMUv2 FSR.TF',
    note: 'the address is wider than the tables; fault status code 0x04',
  }),
  invalid: smmu(0x10, 'F_TRANSLATION', 'TF', 4),
  output: smmu(0x11, 'F_ADDR_SIZE', 'ASF', 0),
  'access-flag': (at) =>
    smmu(0x12, 'F_ACCESS', 'AFF', 8, 'AF is 0; not where hardware sets it or AFFD is 1')(at),
  permission: smmu(0x13, 'F_PERMISSION', 'PF', 0xc),
  fetch: smmu(0x0b, 'F_WALK_EABT', 'EF', 0x14),
}

/** IMSTR of the IPMMU. */
const imstr = (name: string, bit: number) => () => ({ name, code: `IMSTR bit ${bit}` })

/** Short-descriptor fault status, which tells sections (level 1) from pages (level 2). */
const shortStatus =
  (name: string, bit: string, section: number, page: number) =>
  ({ index }: FaultPlace): FaultTerm => ({
    name: `${name} (${index === 0 ? 'section' : 'page'})`,
    code: `SMMUv2 FSR.${bit}`,
    note: `fault status code ${hex(index === 0 ? section : page)}`,
  })

const smmuSource =
  'Arm SMMUv3 (IHI 0070) 7.3; SMMUv2 (IHI 0062), SMMU_CBn_FSR; Arm ARM D8, long-descriptor fault status codes'

/** The SMMU and its cousins. */
export const armFaults: readonly FaultFamily[] = [
  {
    formats: ['ipmmu-vmsa', 'arm-lpae-s1-32-ns'],
    source: 'drivers/iommu/ipmmu-vmsa.c, IMSTR',
    terms: {
      invalid: imstr('translation fault (TF)', 0),
      permission: imstr('permission fault (PF)', 1),
      fetch: imstr('page table walk abort (ABORT)', 2),
    },
  },
  {
    formats: ['arm-lpae-'],
    source: smmuSource,
    accessFlag: 'AF',
    terms: smmuTerms,
  },
  {
    formats: ['arm-mali-lpae'],
    source: 'drivers/gpu/drm/panfrost/panfrost_device.c, 5.4: MMU exceptions, levels from 1',
    terms: {
      invalid: ({ index }) => ({
        name: `TRANSLATION_FAULT_LEVEL${index + 1}`,
        code: `exception ${hex(0xc1 + index)}`,
      }),
      permission: () => ({ name: 'PERMISSION_FAULT', code: 'exception 0xc8' }),
      fetch: ({ index }) => ({
        name: `TRANSTAB_BUS_FAULT_LEVEL${index + 1}`,
        code: `exception ${hex(0xd1 + index)}`,
      }),
      output: () => ({ name: 'ADDRESS_SIZE_FAULT', code: 'exception 0xe0' }),
    },
  },
  {
    formats: ['arm-v7s-mediatek'],
    source: 'drivers/iommu/mtk_iommu.c, REG_MMU_FAULT_ST1; bits of MMU0, those of MMU1 are 7 up',
    terms: {
      invalid: () => ({
        name: 'translation fault and invalid PA',
        code: 'FAULT_ST1 0x5',
        note: 'MMU1: 0x280',
      }),
      fetch: bitOf('INT_CONTROL0', 'table walk fault', 1),
    },
  },
  {
    formats: ['arm-v7s'],
    source:
      'ARMv7-A manual B3.13.3, short-descriptor fault status; SMMUv2 (IHI 0062), SMMU_CBn_FSR',
    accessFlag: 'AF',
    terms: {
      invalid: shortStatus('translation fault', 'TF', 0x05, 0x07),
      'access-flag': shortStatus('access flag fault', 'AFF', 0x03, 0x06),
      permission: shortStatus('permission fault', 'PF', 0x0d, 0x0f),
      fetch: shortStatus('external abort on a table walk', 'EF', 0x0c, 0x0e),
    },
  },
  {
    formats: ['msm'],
    source: 'drivers/iommu/msm_iommu_hw-8xxx.h, 4.6: FSR',
    terms: {
      invalid: bitOf('FSR', 'translation fault (TF)', 1),
      permission: bitOf('FSR', 'access permission fault (APF)', 3),
      fetch: bitOf('FSR', 'external fault on a table walk (HTWDEEF)', 5),
    },
  },
]
