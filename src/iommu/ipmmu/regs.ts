/**
 * Registers of the Renesas IPMMU of R-Car Gen2: four contexts and 32 micro-TLBs. The block occupies
 * 0x800 bytes and is there twice: at +0x800 is the non-secure alias, at 0 the bank of the mode that
 * the CPU runs in. Names as in drivers/iommu/ipmmu-vmsa.c. Reset values 0 (unconfirmed).
 */
import { type RegisterRow, registers } from '../../base/registers.ts'
import { bit, bits } from '../../base/word.ts'

/** Contexts that the block has. */
export const CONTEXTS = 4
/** Micro-TLBs that the block has. */
export const UTLBS = 32
/** Bytes from one context to the next. */
export const CONTEXT_STRIDE = 0x40
/** Byte offset of the non-secure alias. */
export const NS_ALIAS = 0x800

/** Byte offsets inside a context. */
export const contextAt = {
  IMCTR: 0x00,
  IMTTBCR: 0x08,
  IMBUSCR: 0x0c,
  IMTTLBR0: 0x10,
  IMTTUBR0: 0x14,
  IMSTR: 0x20,
  IMMAIR0: 0x28,
  IMEAR: 0x30,
} as const

/** A register of a context. */
export type ContextRegister = keyof typeof contextAt

/** Byte offset of a register of context `context`. */
export function contextOffset(context: number, name: ContextRegister): number {
  return context * CONTEXT_STRIDE + contextAt[name]
}

/** Byte offset of IMUCTR(n). */
export function utlbControlAt(utlb: number): number {
  return 0x300 + 16 * utlb
}

/** Byte offset of IMUASID(n). */
export function utlbAsidAt(utlb: number): number {
  return 0x308 + 16 * utlb
}

/** Bits of IMCTR. */
export const imctr = { enable: 0x1, flush: 0x2, interrupt: 0x4 } as const
/** Bits of IMUCTR; the context number begins at bit 4. */
export const imuctr = { enable: 0x1, flush: 0x2, contextShift: 4 } as const
/** Bits of IMSTR. */
export const imstr = {
  translation: 0x01,
  permission: 0x02,
  abort: 0x04,
  multiHit: 0x10,
  errors: 0x17,
  /** Error codes in bits 10:8, level in 13:12 (unconfirmed). */
  accessCode: 0x400,
  secureCode: 0x500,
  levelShift: 12,
} as const
/** Bits of IMTTBCR that matter to the walk: long descriptors, walk begins at level 1. */
export const imttbcr = { longDescriptors: 0x8000_0000, startLevel1: 0x10 } as const

function contextRows(c: number): RegisterRow[] {
  const row = (name: ContextRegister, rest: Omit<RegisterRow, 'at' | 'name'>): RegisterRow => ({
    at: contextOffset(c, name),
    name: `${name}(${c})`,
    ...rest,
  })
  return [
    row('IMCTR', {
      access: 'rw',
      doc: `control of context ${c}`,
      fields: [
        bit(0, 'MMUEN', 'translation is on'),
        bit(1, 'FLUSH', 'drops the context from every TLB; reads 0 when done'),
        bit(2, 'INTEN', 'faults raise the interrupt'),
      ],
    }),
    row('IMTTBCR', {
      access: 'rw',
      doc: `table control of context ${c}`,
      fields: [
        bits(2, 0, 'TSZ0', 'size of the TTBR0 region'),
        bit(4, 'SL0', 'level that a walk begins at', { 0: 'level 2', 1: 'level 1' }),
        bits(9, 8, 'IRGN0', 'inner cacheability of walks'),
        bits(11, 10, 'ORGN0', 'outer cacheability of walks'),
        bits(13, 12, 'SH0', 'shareability of walks'),
        bit(31, 'EAE', 'long descriptors'),
      ],
    }),
    row('IMBUSCR', {
      access: 'rw',
      doc: `bus control of context ${c}`,
      fields: [bits(1, 0, 'BUSSEL', 'bus for walks'), bit(2, 'DVM', 'distributed TLB maintenance')],
    }),
    row('IMTTLBR0', { access: 'rw', doc: `table address 31:0 of context ${c}` }),
    row('IMTTUBR0', { access: 'rw', doc: `table address 39:32 of context ${c}` }),
    row('IMSTR', {
      access: 'rw',
      doc: `fault status of context ${c}; a bit written 0 is cleared`,
      fields: [
        bit(0, 'TF', 'translation fault'),
        bit(1, 'PF', 'permission fault'),
        bit(2, 'ABORT', 'table read not answered'),
        bit(4, 'MHIT', 'two TLB entries match'),
        bits(10, 8, 'ERRCODE', 'kind of error (unconfirmed)', {
          1: 'format',
          4: 'access permission',
          5: 'secure access',
        }),
        bits(13, 12, 'ERRLVL', 'level of the entry (unconfirmed)'),
      ],
    }),
    row('IMMAIR0', { access: 'rw', doc: `memory attributes of context ${c}` }),
    row('IMEAR', { access: 'ro', doc: `VA of the fault of context ${c}; 0 once IMSTR is cleared` }),
  ]
}

function utlbRows(n: number): RegisterRow[] {
  return [
    {
      at: utlbControlAt(n),
      name: `IMUCTR(${n})`,
      access: 'rw',
      doc: `control of micro-TLB ${n}`,
      fields: [
        bit(0, 'MMUEN', 'translation is on'),
        bit(1, 'FLUSH', 'drops the micro-TLB; reads 0 when done'),
        bits(7, 4, 'TTSEL', 'context'),
      ],
    },
    { at: utlbAsidAt(n), name: `IMUASID(${n})`, access: 'rw', doc: `ASID of micro-TLB ${n}` },
  ]
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

const bankRows = [...numbers(CONTEXTS).flatMap(contextRows), ...numbers(UTLBS).flatMap(utlbRows)]

/** One bank: what the block holds. */
export const ipmmuBank = registers('ipmmu bank', bankRows)

/** What a driver sees: the bank at 0, and the same registers again, named `...@NS`, at the alias. */
export const ipmmuRegisters = registers('ipmmu', [
  ...bankRows,
  ...bankRows.map((row) => ({ ...row, at: row.at + NS_ALIAS, name: `${row.name}@NS` })),
])
