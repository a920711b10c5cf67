/**
 * Registers of the Exynos System MMU, versions 1 to 3. Names as in drivers/iommu/exynos-iommu.c
 * without their REG_ prefix.
 */
import { registers } from '../../base/registers.ts'
import { address, bit, bits } from '../../base/word.ts'

/** Values that CTRL takes. */
export const control = { disable: 0x0, enable: 0x5, block: 0x7 } as const

/** Single bits of CTRL; the split is inferred from the three values (unconfirmed). */
export const controlBit = { enable: 0x1, block: 0x2, interrupt: 0x4 } as const

/** Bits of CFG. */
export const config = {
  lru: 0x1,
  checkPermissions: 0x4,
  /** QOS(15) */
  qos15: 0x780,
  firstLevelCache: 0x10_0000,
  systemSelect: 0x40_0000,
  clockGating: 0x100_0000,
} as const

/** Bits of INT_STATUS, and which register then holds the address. */
export const faults = [
  { bit: 0, address: 'PAGE_FAULT_ADDR', name: 'PAGE FAULT' },
  { bit: 1, address: 'AR_FAULT_ADDR', name: 'AR MULTI-HIT FAULT' },
  { bit: 2, address: 'AW_FAULT_ADDR', name: 'AW MULTI-HIT FAULT' },
  { bit: 3, address: 'DEFAULT_SLAVE_ADDR', name: 'BUS ERROR' },
  { bit: 4, address: 'AR_FAULT_ADDR', name: 'AR SECURITY PROTECTION FAULT' },
  { bit: 5, address: 'AR_FAULT_ADDR', name: 'AR ACCESS PROTECTION FAULT' },
  { bit: 6, address: 'AW_FAULT_ADDR', name: 'AW SECURITY PROTECTION FAULT' },
  { bit: 7, address: 'AW_FAULT_ADDR', name: 'AW ACCESS PROTECTION FAULT' },
] as const

/** major<<7 | minor of a VERSION register's value; 0x80000001 counts as 1.0. */
export function rawVersion(value: number): number {
  return value === 0x8000_0001 ? 0x80 : (value >>> 21) & 0x7ff
}

const causes = faults.map((f) => bit(f.bit, f.name.toLowerCase(), f.name))

/** The register block. */
export const exynosRegisters = registers('exynos', [
  {
    at: 0x00,
    name: 'CTRL',
    access: 'rw',
    writable: 0x7,
    doc: '0 disable, 5 enable, 7 block',
    fields: [
      bit(0, 'enable', 'translation is on'),
      bit(1, 'block', 'accesses wait'),
      bit(2, 'interrupt', 'faults raise the interrupt'),
    ],
  },
  {
    at: 0x04,
    name: 'CFG',
    access: 'rw',
    writable: 0x0150_ffff,
    doc: 'how it translates; reset value (unconfirmed)',
    fields: [
      bit(0, 'lru', 'LRU replacement'),
      bit(2, 'check', 'permission bits are checked'),
      bits(10, 7, 'qos', 'priority'),
      bit(20, 'flpd_cache', 'first-level entries are cached, 3.2 and later'),
      bit(22, 'system_select', '3.2 only'),
      bit(24, 'clock_gating', '3.3 only'),
    ],
  },
  {
    at: 0x08,
    name: 'STATUS',
    access: 'ro',
    doc: 'state',
    fields: [bit(0, 'blocked', 'accesses wait')],
  },
  { at: 0x0c, name: 'FLUSH', access: 'wo', doc: 'writing 1 drops every entry' },
  { at: 0x10, name: 'FLUSH_ENTRY', access: 'wo', doc: 'VA & ~0xfff | 1 drops the page of VA' },
  {
    at: 0x14,
    name: 'PT_BASE_ADDR',
    access: 'rw',
    doc: 'first-level table, 16 KiB aligned',
    fields: [address(31, 14)],
  },
  { at: 0x18, name: 'INT_STATUS', access: 'ro', doc: 'what went wrong', fields: causes },
  { at: 0x1c, name: 'INT_CLEAR', access: 'wo', doc: 'writing 1 clears a cause', fields: causes },
  { at: 0x24, name: 'PAGE_FAULT_ADDR', access: 'ro', doc: 'VA of the last page fault' },
  { at: 0x28, name: 'AW_FAULT_ADDR', access: 'ro', doc: 'VA of the last write fault' },
  { at: 0x2c, name: 'AR_FAULT_ADDR', access: 'ro', doc: 'VA of the last read fault' },
  { at: 0x30, name: 'DEFAULT_SLAVE_ADDR', access: 'ro', doc: 'VA of the last bus error' },
  {
    at: 0x34,
    name: 'VERSION',
    access: 'ro',
    reset: 0x3060_0000,
    doc: '31:21 are major<<7 | minor; the model is a 3.3',
    fields: [bits(27, 21, 'minor', 'minor version'), bits(31, 28, 'major', 'major version')],
  },
])
