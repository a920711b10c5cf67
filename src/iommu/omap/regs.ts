/**
 * Registers of the OMAP2+ MMU. OMAP3 and OMAP4 technical reference manuals, chapter on the MMU;
 * names as in drivers/iommu/omap-iommu.h. What (unconfirmed) marks comes from memory.
 */
import { registers } from '../../base/registers.ts'
import { address, bit, bits, word } from '../../base/word.ts'

const interrupts = [
  bit(0, 'TLBMISS', 'no TLB entry, and the walker is off'),
  bit(1, 'TRANSLATIONFAULT', 'no descriptor for the address'),
  bit(2, 'EMUMISS', 'TLB miss of the emulator'),
  bit(3, 'TABLEWALKFAULT', 'error response on a table read'),
  bit(4, 'MULTIHITFAULT', 'two valid TLB entries match'),
] as const

/** Bits of IRQSTATUS and IRQENABLE. */
export const irq = {
  tlbMiss: 0x01,
  translationFault: 0x02,
  emulatorMiss: 0x04,
  tableWalkFault: 0x08,
  multiHit: 0x10,
  all: 0x1f,
} as const

/** Bits of CNTL. */
export const control = { mmuEnable: 0x2, walkerEnable: 0x4, mask: 0xe } as const

const tlbTag = [
  bits(1, 0, 'size', 'page size', { 0: '1 MiB', 1: '64 KiB', 2: '4 KiB', 3: '16 MiB' }),
  bit(2, 'valid', 'the entry counts'),
  bit(3, 'preserved', 'survives GFLUSH'),
  address(31, 12),
] as const

const tlbData = [
  bit(6, 'mixed', 'page-based endianness'),
  bits(8, 7, 'element_size', 'element size', { 0: '8 bits', 1: '16 bits', 2: '32 bits' }),
  bit(9, 'endian', 'endianness', { 0: 'little', 1: 'big' }),
  address(31, 12),
] as const

/** A TLB entry's tag: CAM, READ_CAM. */
export const camWord = word(32, tlbTag)
/** A TLB entry's data: RAM, READ_RAM. */
export const ramWord = word(32, tlbData)

/** LOCK. */
export const lockWord = word(32, [
  bits(8, 4, 'victim', 'slot that LD_TLB, READ_CAM and the walker use next'),
  bits(14, 10, 'base', 'slots below it are never replaced'),
])

/** log2 of the page size in bytes, by the size field of CAM. */
export const camPageLg2 = [20, 16, 12, 24] as const

/** The register block. */
export const omapRegisters = registers('omap', [
  {
    at: 0x00,
    name: 'REVISION',
    access: 'ro',
    reset: 0x11,
    doc: '1.1 on OMAP3, 2.0 on OMAP4 (unconfirmed); the model answers 1.1',
    fields: [bits(3, 0, 'minor', 'minor version'), bits(7, 4, 'major', 'major version')],
  },
  { at: 0x10, name: 'SYSCONFIG', access: 'rw', doc: 'idle modes and soft reset, not modelled' },
  {
    at: 0x14,
    name: 'SYSSTATUS',
    access: 'ro',
    reset: 1,
    doc: 'reset value (unconfirmed)',
    fields: [bit(0, 'RESETDONE', 'reset is over')],
  },
  {
    at: 0x18,
    name: 'IRQSTATUS',
    access: 'w1c',
    doc: 'causes; a pending one stalls the unit',
    fields: interrupts,
  },
  {
    at: 0x1c,
    name: 'IRQENABLE',
    access: 'rw',
    writable: irq.all,
    doc: 'causes that raise the interrupt',
    fields: interrupts,
  },
  {
    at: 0x40,
    name: 'WALKING_ST',
    access: 'ro',
    doc: 'the walker at work',
    fields: [bit(0, 'TWLRUNNING', 'a walk is in progress')],
  },
  {
    at: 0x44,
    name: 'CNTL',
    access: 'rw',
    writable: control.mask,
    doc: 'what is on',
    fields: [
      bit(1, 'MMU_EN', 'translation'),
      bit(2, 'TWL_EN', 'the table walker'),
      bit(3, 'EML_TLB', 'TLB updates by the emulator'),
    ],
  },
  { at: 0x48, name: 'FAULT_AD', access: 'ro', doc: 'address of the last fault' },
  {
    at: 0x4c,
    name: 'TTB',
    access: 'rw',
    writable: 0xffff_c000,
    doc: 'first-level table, 16 KiB aligned',
    fields: [address(31, 14)],
  },
  {
    at: 0x50,
    name: 'LOCK',
    access: 'rw',
    writable: 0x7df0,
    doc: 'TLB replacement',
    fields: lockWord.rows,
  },
  { at: 0x54, name: 'LD_TLB', access: 'wo', doc: 'writing 1 stores CAM and RAM in slot `victim`' },
  { at: 0x58, name: 'CAM', access: 'rw', doc: 'tag for LD_TLB and FLUSH_ENTRY', fields: tlbTag },
  { at: 0x5c, name: 'RAM', access: 'rw', doc: 'data for LD_TLB', fields: tlbData },
  { at: 0x60, name: 'GFLUSH', access: 'wo', doc: 'writing 1 drops every unpreserved entry' },
  {
    at: 0x64,
    name: 'FLUSH_ENTRY',
    access: 'wo',
    doc: 'writing 1 drops the entry that has the tag in CAM, preserved or not',
  },
  { at: 0x68, name: 'READ_CAM', access: 'ro', doc: 'tag of slot `victim`', fields: tlbTag },
  { at: 0x6c, name: 'READ_RAM', access: 'ro', doc: 'data of slot `victim`', fields: tlbData },
  { at: 0x70, name: 'EMU_FAULT_AD', access: 'ro', doc: 'last fault of the emulator' },
  {
    at: 0x88,
    name: 'GP_REG',
    access: 'rw',
    writable: 0x1,
    doc: 'only on MMUs with ti,iommu-bus-err-back',
    fields: [bit(0, 'BUS_ERR_BACK_EN', 'answer a fault with an error instead of stalling')],
  },
])
