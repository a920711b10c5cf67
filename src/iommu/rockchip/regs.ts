/**
 * Registers of the Rockchip IOMMU, one block an instance. The layout is that of the Mali-400 MMU
 * (its public register manual), the names are those of drivers/iommu/rockchip-iommu.c.
 */
import { registers } from '../../base/registers.ts'
import { address, bit, bits } from '../../base/word.ts'

const interrupts = [
  bit(0, 'page_fault', 'page fault'),
  bit(1, 'bus_error', 'a table read that memory did not answer'),
] as const

/** Values that COMMAND takes. */
export const command = {
  enablePaging: 0,
  disablePaging: 1,
  enableStall: 2,
  disableStall: 3,
  zapCache: 4,
  pageFaultDone: 5,
  forceReset: 6,
} as const

/** Bits of STATUS. */
export const status = {
  paging: 0x01,
  faultActive: 0x02,
  stallActive: 0x04,
  idle: 0x08,
  replayEmpty: 0x10,
  faultWasWrite: 0x20,
} as const

/** Bits of the INT registers. */
export const interrupt = { pageFault: 0x1, busError: 0x2, all: 0x3 } as const

/** What DTE_ADDR keeps of a write on version 1: bits 31:12. */
export const DTE_ADDR_MASK = 0xffff_f000

/** The register block. */
export const rockchipRegisters = registers('rockchip', [
  {
    at: 0x00,
    name: 'DTE_ADDR',
    access: 'rw',
    writable: DTE_ADDR_MASK,
    doc: 'physical address of the directory table; bits 11:0 read 0 (v1)',
    fields: [address(31, 12)],
  },
  {
    at: 0x04,
    name: 'STATUS',
    access: 'ro',
    reset: 0x18,
    doc: 'what the unit is doing',
    fields: [
      bit(0, 'paging', 'translation is on'),
      bit(1, 'fault_active', 'stopped at a page fault until command 5'),
      bit(2, 'stall_active', 'stopped by command 2'),
      bit(3, 'idle', 'nothing in flight'),
      bit(4, 'replay_empty', 'no access waits for a replay'),
      bit(5, 'fault_write', 'the last fault was a write'),
      bits(10, 6, 'bus_id', 'master of the last fault, from the Mali manual'),
      bit(31, 'stall_not_active', 'Rockchip only; meaning (unconfirmed), not modelled'),
    ],
  },
  {
    at: 0x08,
    name: 'COMMAND',
    access: 'wo',
    doc: 'does something at once',
    fields: [
      bits(2, 0, 'command', 'what to do', {
        0: 'enable paging',
        1: 'disable paging',
        2: 'enable stall',
        3: 'disable stall',
        4: 'zap cache',
        5: 'page fault done',
        6: 'force reset',
      }),
    ],
  },
  { at: 0x0c, name: 'PAGE_FAULT_ADDR', access: 'ro', doc: 'IOVA of the last fault' },
  { at: 0x10, name: 'ZAP_ONE_LINE', access: 'wo', doc: 'IOVA whose TLB line is dropped' },
  {
    at: 0x14,
    name: 'INT_RAWSTAT',
    access: 'ro',
    doc: 'interrupt causes, masked or not',
    fields: interrupts,
  },
  {
    at: 0x18,
    name: 'INT_CLEAR',
    access: 'wo',
    doc: 'writing 1 clears a cause',
    fields: interrupts,
  },
  {
    at: 0x1c,
    name: 'INT_MASK',
    access: 'rw',
    writable: 0x3,
    doc: 'causes that raise the interrupt',
    fields: interrupts,
  },
  {
    at: 0x20,
    name: 'INT_STATUS',
    access: 'ro',
    doc: 'INT_RAWSTAT and INT_MASK',
    fields: interrupts,
  },
  {
    at: 0x24,
    name: 'AUTO_GATING',
    access: 'rw',
    reset: 0x8000_0000,
    doc: 'bit 31: no time limit on a directory fetch; its reset value (unconfirmed)',
    fields: [bit(31, 'no_limit', 'no time limit on a directory fetch')],
  },
])
