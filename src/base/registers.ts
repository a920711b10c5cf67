/**
 * A block of 32-bit registers declared as rows, and the file that holds their values. A hardware
 * model keeps one `RegisterFile` and reacts to writes; a driver sees the block through a
 * `RegisterWindow` and knows nothing else.
 */
import { hex } from './addr.ts'
import type { WordRow } from './word.ts'

/** `rw` as stored, `ro` writes are ignored, `wo` reads 0, `w1c` writing 1 clears. */
export type RegisterAccess = 'rw' | 'ro' | 'wo' | 'w1c'

/**
 * One 32-bit register: where it is, how it may be accessed and what its bits mean. Field positions
 * are bits 31..0.
 */
export interface RegisterRow {
  /** Byte offset from the base of the block; a multiple of 4. */
  at: number
  /** As the manual or the kernel spells it. */
  name: string
  access: RegisterAccess
  /** Value after reset; 0 when left out. */
  reset?: number
  doc: string
  fields?: readonly WordRow[]
  /** Bits that keep what is written (default all 32). */
  writable?: number
}

/** A declared register block. */
export interface RegisterBlock<Name extends string = string> {
  readonly name: string
  readonly rows: readonly RegisterRow[]
  /** Byte offset by register name. */
  readonly at: Readonly<Record<Name, number>>
  find(offset: number): RegisterRow | undefined
}

/**
 * Declares a block. Throws when two rows share an offset or a name.
 *
 * @example
 * const regs = registers('mmu', [{ at: 0x00, name: 'DTE_ADDR', access: 'rw', doc: 'directory' }])
 * regs.at.DTE_ADDR // 0
 */
export function registers<const Rows extends readonly RegisterRow[]>(
  name: string,
  rows: Rows,
): RegisterBlock<Rows[number]['name']> {
  const byOffset = new Map<number, RegisterRow>()
  const at: Record<string, number> = {}
  for (const row of rows) {
    if (row.at % 4 !== 0) throw new Error(`${name}.${row.name}: offset ${hex(row.at)} is unaligned`)
    if (byOffset.has(row.at)) throw new Error(`${name}: two registers at ${hex(row.at)}`)
    if (row.name in at) throw new Error(`${name}: ${row.name} twice`)
    byOffset.set(row.at, row)
    at[row.name] = row.at
  }
  return {
    name,
    rows,
    at: at as Record<Rows[number]['name'], number>,
    find: (offset) => byOffset.get(offset),
  }
}

/** What a driver sees of a register block: 32-bit accesses at byte offsets. */
export interface RegisterWindow {
  read32(offset: number): number
  write32(offset: number, value: number): void
}

/** Register values of one instance, with the access rules of the rows applied. */
export class RegisterFile<Name extends string = string> {
  readonly block: RegisterBlock<Name>
  readonly #values = new Map<number, number>()

  constructor(block: RegisterBlock<Name>) {
    this.block = block
    this.reset()
  }

  /** All registers to their reset values. */
  reset(): void {
    this.#values.clear()
    for (const row of this.block.rows) this.#values.set(row.at, (row.reset ?? 0) >>> 0)
  }

  /** The stored value, whatever the access rule: for the hardware model itself. */
  peek(name: Name): number {
    return this.#values.get(this.block.at[name]) ?? 0
  }

  /** Stores a value past the access rule: for the hardware model itself. */
  poke(name: Name, value: number): void {
    this.#values.set(this.block.at[name], value >>> 0)
  }

  /** What a bus read returns. Undeclared offsets read 0, as reserved space does. */
  read(offset: number): number {
    const row = this.block.find(offset)
    if (row === undefined || row.access === 'wo') return 0
    return this.#values.get(offset) ?? 0
  }

  /** Applies a bus write; returns the row that was written, or undefined for reserved space. */
  write(offset: number, value: number): RegisterRow | undefined {
    const row = this.block.find(offset)
    if (row === undefined) return undefined
    const old = this.#values.get(offset) ?? 0
    const keep = row.writable ?? 0xffff_ffff
    if (row.access === 'rw') this.#values.set(offset, ((old & ~keep) | (value & keep)) >>> 0)
    else if (row.access === 'w1c') this.#values.set(offset, (old & ~value) >>> 0)
    return row
  }
}
