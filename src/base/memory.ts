/**
 * Physical memory: a few banks of sparse RAM, little endian. A 64 KiB chunk comes into being at its
 * first write; what was never written reads as zero. An access outside every bank is a bus error.
 */
import { type Addr, type Phys, prettyHex } from './addr.ts'

/** An access that no bank answers. Hardware models turn it into their own abort. */
export class BusError extends Error {
  readonly address: Addr
  constructor(address: Addr) {
    super(`no memory answers at ${prettyHex(address)}`)
    this.name = 'BusError'
    this.address = address
  }
}

/** A range of RAM: first byte and byte count, both multiples of 4 KiB. */
export interface MemoryBank {
  base: Phys
  size: number
}

/** What hardware and page tables see of memory. Word addresses are multiples of 4. */
export interface MemoryPort {
  /** One 32-bit word, unsigned. Throws BusError outside memory. */
  read32(address: Phys): number
  /** Stores the low 32 bits of `value`. Throws BusError outside memory. */
  write32(address: Phys, value: number): void
  /** Copies `into.length` bytes out. Throws BusError outside memory. */
  readBytes(address: Phys, into: Uint8Array): void
  /** Copies `bytes` in. Throws BusError outside memory. */
  writeBytes(address: Phys, bytes: Uint8Array): void
  /** Zeroes `size` bytes; memory may leave this out. Throws BusError outside memory. */
  zero?(address: Phys, size: number): void
  /** The bank of an address, where it is one array; memory that never is leaves this out. */
  direct?(address: Phys): DirectMemory | null
}

/** A bank of RAM that is one array of its words, for whoever walks it by the million. */
export interface DirectMemory {
  readonly base: Phys
  readonly words: Int32Array
  /**
   * Another number after every write by way of the port, int32: what was read before may be outdated.
   * Whoever writes what others may remember to `words` themselves, such as links, changes it, too.
   */
  changes: number
}

/** How RAM is kept. */
export interface MemoryOptions {
  /**
   * Each bank is one array from the start, which makes every access faster. What is never touched
   * costs address space and no memory, where the system lends pages at their first use. Banks larger
   * than 4 GiB stay in chunks.
   */
  flat?: boolean
}

/**
 * Bytes. A power of two, so that `offset & (CHUNK - 1)` is exact and faster than `%`. Most machines
 * touch three places of RAM once and exit: larger chunks cost them more in zeroing than they save.
 */
const CHUNK = 0x1_0000
/** Bytes of the largest bank that can be one array. */
const FLAT_BANK = 2 ** 32
/** Zeroes: every chunk that nothing was written to. */
const untouched = new Int32Array(CHUNK / 4)
/** Bytes of a bank up to which the list of its chunks is made at once. */
const DENSE_BANK = 2 ** 33

interface Bank extends DirectMemory {
  base: Phys
  end: Phys
  /** All of a bank that is one array. */
  words: Int32Array
  changes: number
  chunks: Int32Array[]
  /** `Math.trunc(offset * scale)` is the chunk, `(offset & mask) >>> 2` the word in it. */
  scale: number
  mask: number
}

function bankOf({ base, size }: MemoryBank, flat: boolean): Bank {
  const end = base + size
  if (flat && size <= FLAT_BANK) {
    const words = new Int32Array(size / 4)
    return { base, end, words, changes: 0, chunks: [words], scale: 2 ** -32, mask: -1 }
  }
  // A huge bank gets a sparse list: what it costs is what is written.
  const dense = size <= DENSE_BANK
  const chunks = dense ? new Array<Int32Array>(Math.ceil(size / CHUNK)).fill(untouched) : []
  return { base, end, words: untouched, changes: 0, chunks, scale: 1 / CHUNK, mask: CHUNK - 1 }
}

/**
 * RAM at its physical addresses. 32-bit accesses must be aligned, byte accesses may cross banks
 * that touch; each throws BusError where no bank answers.
 */
export class PhysicalMemory implements MemoryPort {
  readonly banks: readonly MemoryBank[]
  readonly #banks: Bank[]
  #last: Bank | undefined

  /** Banks must not overlap and must be 4 KiB aligned; they are kept in ascending order. */
  constructor(banks: readonly MemoryBank[], { flat = false }: MemoryOptions = {}) {
    const sorted = [...banks].sort((a, b) => a.base - b.base)
    for (const [i, bank] of sorted.entries()) {
      if (bank.base % 4096 !== 0 || bank.size % 4096 !== 0 || bank.size <= 0) {
        throw new RangeError(`bank ${prettyHex(bank.base)} is not made of 4 KiB pages`)
      }
      const next = sorted[i + 1]
      if (next !== undefined && bank.base + bank.size > next.base) {
        throw new RangeError(`banks overlap at ${prettyHex(next.base)}`)
      }
    }
    this.banks = sorted
    this.#banks = sorted.map((b) => bankOf(b, flat))
    this.#last = this.#banks[0]
  }

  /** True when all `size` bytes from `address` lie in one bank. */
  contains(address: Phys, size = 1): boolean {
    return this.#banks.some((b) => address >= b.base && address + size <= b.end)
  }

  read32(address: Phys): number {
    const bank = this.#bank(address)
    const offset = address - bank.base
    const chunk = bank.chunks[Math.trunc(offset * bank.scale)]
    return chunk === undefined ? 0 : chunk[(offset & bank.mask) >>> 2]! >>> 0
  }

  write32(address: Phys, value: number): void {
    const bank = this.#bank(address)
    const offset = address - bank.base
    this.#chunk(bank, Math.trunc(offset * bank.scale))[(offset & bank.mask) >>> 2] = value
  }

  readBytes(address: Phys, into: Uint8Array): void {
    this.#pieces(address, into.length, (bank, index, start, from, length) => {
      const chunk = bank.chunks[index] ?? untouched
      if (chunk === untouched) into.fill(0, from, from + length)
      else into.set(new Uint8Array(chunk.buffer, start, length), from)
    })
  }

  writeBytes(address: Phys, bytes: Uint8Array): void {
    this.#pieces(address, bytes.length, (bank, index, start, from, length) => {
      const chunk = this.#chunk(bank, index)
      new Uint8Array(chunk.buffer, start, length).set(bytes.subarray(from, from + length))
    })
  }

  /** Zeroes `size` bytes without making chunks that do not exist. */
  zero(address: Phys, size: number): void {
    const bank = this.#bank(address)
    const word = ((address - bank.base) & bank.mask) >>> 2
    const chunk = bank.chunks[Math.trunc((address - bank.base) * bank.scale)] ?? untouched
    bank.changes = (bank.changes + 1) | 0
    const inside = address + size <= bank.end && word + size / 4 <= chunk.length
    if (inside && ((address | size) & 3) === 0) {
      if (chunk !== untouched) chunk.fill(0, word, word + size / 4)
      return
    }
    this.#pieces(address, size, (bank, index, start, _from, length) => {
      const chunk = bank.chunks[index] ?? untouched
      bank.changes = (bank.changes + 1) | 0
      if (chunk !== untouched) new Uint8Array(chunk.buffer, start, length).fill(0)
    })
  }

  #bank(address: number): Bank {
    const last = this.#last
    if (last !== undefined && address >= last.base && address < last.end) return last
    for (const bank of this.#banks) {
      if (address >= bank.base && address < bank.end) {
        this.#last = bank
        return bank
      }
    }
    throw new BusError(address)
  }

  /** See MemoryPort: of banks that are `flat`. */
  direct(address: Phys): DirectMemory | null {
    const bank = this.#banks.find((b) => address >= b.base && address < b.end)
    return bank?.mask === -1 ? bank : null
  }

  /** A chunk to be written. */
  #chunk(bank: Bank, index: number): Int32Array {
    bank.changes = (bank.changes + 1) | 0
    let chunk = bank.chunks[index]
    if (chunk === undefined || chunk === untouched) {
      chunk = new Int32Array(CHUNK / 4)
      bank.chunks[index] = chunk
    }
    return chunk
  }

  /** Calls `visit` for each stretch of [address, address + size) that lies in one chunk. */
  #pieces(
    address: number,
    size: number,
    visit: (bank: Bank, index: number, start: number, from: number, length: number) => void,
  ): void {
    let done = 0
    while (done < size) {
      const at = address + done
      const bank = this.#bank(at)
      const offset = at - bank.base
      const start = (offset & bank.mask) >>> 0
      const length = Math.min(size - done, 1 / bank.scale - start, bank.end - at)
      visit(bank, Math.trunc(offset * bank.scale), start, done, length)
      done += length
    }
  }
}
