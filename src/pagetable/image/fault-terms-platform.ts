/** Faults of AMD's and Intel's IOMMUs, x86 processors and the RISC-V IOMMU. */
import { type FaultFamily, type FaultPlace, type FaultTerm, hex } from './fault-term.ts'

const present = (lo: number) => (lo & 1) !== 0

/** VT-d: legacy mode's reason, and scalable mode's in the note. */
const vtd = (reason: number, name: string, scalable: number) => (): FaultTerm => ({
  name,
  code: `fault reason ${hex(reason)}`,
  note: `${hex(scalable)} in scalable mode`,
})
const vtdFirst = (reason: number, name: string) => () => ({
  name,
  code: `fault reason ${hex(reason)}`,
})
const vtdAccess = (at: FaultPlace): FaultTerm =>
  at.write
    ? vtd(5, 'PTE Write access is not set', 0x79)()
    : vtd(6, 'PTE Read access is not set', 0x79)()

/** AMD: the flags of an IO_PAGE_FAULT. PR 0x10, RW 0x20, PE 0x40, RZ 0x80. */
const amd =
  (flags: number, note?: string) =>
  ({ write, present: pr }: FaultPlace): FaultTerm => ({
    name: 'IO_PAGE_FAULT',
    code: `event 0x2, flags ${hex(flags | (pr ? 0x10 : 0) | (write ? 0x20 : 0), 4)}`,
    ...(note === undefined ? {} : { note }),
  })

const skipped = 'the address has bits for levels that the entry leads past; RZ is 0 (unconfirmed)'

/** RISC-V: read and write have causes of their own. */
const riscv =
  (name: string, read: number, write: number, note?: string) =>
  (at: FaultPlace): FaultTerm => ({
    name: `${at.write ? 'write/AMO' : 'read'} ${name}`,
    code: `cause ${at.write ? write : read}`,
    ...(note === undefined ? {} : { note }),
  })

/** x86: the error code of #PF. P 1, W 2, RSVD 8; the privilege of the access is not part of it. */
const pageFault =
  (bits: number) =>
  ({ write }: FaultPlace): FaultTerm => ({
    name: '#PF',
    code: `error code ${hex(bits | (write ? 2 : 0), 1)}`,
  })

/** Each of them. */
export const platformFaults: readonly FaultFamily[] = [
  {
    formats: ['amd-v1-', 'amd-v1'],
    source: 'AMD I/O Virtualization Technology (IOMMU) Specification 48882, 2.5.3 and 2.5.5',
    inUse: present,
    terms: {
      invalid: amd(0),
      reserved: (at) => (at.skips ? amd(0, skipped)(at) : amd(0x80)(at)),
      permission: amd(0x40),
      fetch: () => ({ name: 'PAGE_TAB_HARDWARE_ERROR', code: 'event 0x4' }),
    },
  },
  {
    formats: ['intel-vtd-sl'],
    source: 'Intel VT-d, appendix A: fault reason encodings; names of drivers/iommu/intel/dmar.c',
    inUse: (lo) => (lo & 3) !== 0,
    terms: {
      input: vtd(4, 'Access beyond MGAW', 0x84),
      invalid: vtdAccess,
      reserved: vtd(0x0c, 'non-zero reserved fields in PTE', 0x7a),
      permission: vtdAccess,
      fetch: vtd(7, 'Next page table ptr is invalid', 0x78),
    },
  },
  {
    formats: ['intel-vtd-fl'],
    source: 'Intel VT-d, appendix A: fault reason encodings, scalable mode',
    signed: true,
    inUse: present,
    terms: {
      input: vtdFirst(0x80, 'Non-canonical input address'),
      invalid: vtdFirst(0x71, 'Present bit in first-level paging entry is clear'),
      reserved: vtdFirst(0x72, 'Non-zero reserved field in first-level paging entry'),
      permission: ({ write }) =>
        write ? vtdFirst(0x85, 'No write permission')() : vtdFirst(0x86, 'No read permission')(),
      fetch: vtdFirst(0x70, 'Error attempting to access first-level paging entry'),
    },
  },
  {
    formats: ['x86-64-'],
    source: 'Intel SDM volume 3, 4.7 (page-fault exceptions); privilege is not looked at',
    signed: true,
    inUse: present,
    terms: {
      input: () => ({ name: '#GP', code: 'error code 0', note: 'the address is not canonical' }),
      invalid: pageFault(0),
      reserved: pageFault(9),
      permission: pageFault(1),
      fetch: () => ({ name: '#MC', code: 'machine check' }),
    },
  },
  {
    formats: ['riscv-sv39x4', 'riscv-sv48x4', 'riscv-sv57x4'],
    source: 'RISC-V IOMMU 1.0, table "Fault record CAUSE field encodings"',
    accessFlag: 'accessed',
    dirtyFlag: 'dirty',
    terms: {
      invalid: riscv('guest page fault', 21, 23),
      'access-flag': riscv('guest page fault', 21, 23, 'A or D is 0; not where GADE is 1'),
      fetch: riscv('access fault', 5, 7),
    },
  },
  {
    formats: ['riscv-'],
    source: 'RISC-V IOMMU 1.0, table "Fault record CAUSE field encodings"',
    signed: true,
    accessFlag: 'accessed',
    dirtyFlag: 'dirty',
    terms: {
      invalid: riscv('page fault', 13, 15),
      'access-flag': riscv('page fault', 13, 15, 'A or D is 0; not where SADE is 1'),
      fetch: riscv('access fault', 5, 7),
    },
  },
]
