/**
 * Memory that gives out after so many accesses: a vector that would keep the replay busy for ever
 * stops, at the same place every time. Measured vectors need a quarter of it at most.
 */
import type { Phys } from '../../base/addr.ts'
import { type MemoryBank, PhysicalMemory } from '../../base/memory.ts'

/** Accesses that one vector may make: about a second. */
const mostAccesses = 2 ** 25

/** Thrown at the first access too many. */
export class TooLong extends Error {
  constructor() {
    super('more work than any measured vector asks for')
    this.name = 'TooLong'
  }
}

/** Physical memory, metered. */
export class MeteredMemory extends PhysicalMemory {
  #left = mostAccesses

  /** In chunks: memory that is one array can be used past the meter. */
  constructor(banks: readonly MemoryBank[]) {
    super(banks)
  }

  /** Counts work as so many accesses. */
  spend(accesses: number): void {
    this.#left -= accesses
    if (this.#left < 0) throw new TooLong()
  }

  override read32(address: Phys): number {
    if (--this.#left < 0) throw new TooLong()
    return super.read32(address)
  }

  override write32(address: Phys, value: number): void {
    if (--this.#left < 0) throw new TooLong()
    super.write32(address, value)
  }

  override writeBytes(address: Phys, bytes: Uint8Array): void {
    this.spend(bytes.length >>> 4)
    super.writeBytes(address, bytes)
  }

  override zero(address: Phys, size: number): void {
    this.spend(size >>> 4)
    super.zero(address, size)
  }

  override readBytes(address: Phys, into: Uint8Array): void {
    this.spend(into.length >>> 4)
    super.readBytes(address, into)
  }
}
