/**
 * The CPUs' write-back data cache in front of memory: all levels as one. It never evicts by itself,
 * so what a missing clean or invalidate does to a buffer is the same in every run.
 *
 * A non-coherent device goes to memory directly; a coherent one snoops (`snoopRead`, `snoopWrite`).
 */
import type { Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'

/** Bytes of a cache line. */
export const CACHE_LINE = 64

/** Memory behind the cache. */
export interface CachedMemory extends MemoryPort {
  /** Zeroes `size` bytes. Throws BusError outside memory. */
  zero(address: Phys, size: number): void
}

interface Line {
  readonly bytes: Uint8Array
  dirty: boolean
}

/**
 * The cache as CPUs, snooping devices and the DMA API's maintenance see it; lines are 64 bytes.
 * Every access throws BusError where memory does not answer.
 */
export class CpuCache {
  readonly #memory: CachedMemory
  /** By line number: address / 64. */
  readonly #lines = new Map<number, Line>()

  constructor(memory: CachedMemory) {
    this.#memory = memory
  }

  /** A cacheable CPU read: fills lines, so what it saw stays visible until an invalidate. */
  read(address: Phys, into: Uint8Array): void {
    let done = 0
    while (done < into.length) {
      const at = address + done
      const offset = at % CACHE_LINE
      const length = Math.min(into.length - done, CACHE_LINE - offset)
      const { bytes } = this.#filled((at - offset) / CACHE_LINE)
      into.set(bytes.subarray(offset, offset + length), done)
      done += length
    }
  }

  /** A cacheable CPU write: stays in the cache until a clean. */
  write(address: Phys, bytes: Uint8Array): void {
    let done = 0
    while (done < bytes.length) {
      const at = address + done
      const offset = at % CACHE_LINE
      const length = Math.min(bytes.length - done, CACHE_LINE - offset)
      const line = this.#filled((at - offset) / CACHE_LINE)
      line.bytes.set(bytes.subarray(done, done + length), offset)
      line.dirty = true
      done += length
    }
  }

  /** A CPU read through an uncached mapping: does not look into the cache. */
  uncachedRead(address: Phys, into: Uint8Array): void {
    this.#memory.readBytes(address, into)
  }

  /** A CPU write through an uncached or write-combining mapping: past the cache. */
  uncachedWrite(address: Phys, bytes: Uint8Array): void {
    this.#memory.writeBytes(address, bytes)
  }

  /** Writes dirty lines of the range back; they stay in the cache. */
  clean(address: Phys, size: number): void {
    this.#each(address, size, (number, line) => this.#writeBack(number, line))
  }

  /**
   * Drops the lines of the range, dirty or not. A line that the range covers only in part is
   * cleaned first, as ARM's range operations do to save a neighbour's data.
   */
  invalidate(address: Phys, size: number): void {
    const end = address + size
    this.#each(address, size, (number, line) => {
      const base = number * CACHE_LINE
      if (base < address || base + CACHE_LINE > end) this.#writeBack(number, line)
      this.#lines.delete(number)
    })
  }

  /** Writes dirty lines of the range back and drops all of them. */
  cleanInvalidate(address: Phys, size: number): void {
    this.#each(address, size, (number, line) => {
      this.#writeBack(number, line)
      this.#lines.delete(number)
    })
  }

  /** Zeroes and flushes, as for fresh DMA memory: afterwards memory is zero and nothing is cached. */
  zero(address: Phys, size: number): void {
    this.cleanInvalidate(address, size)
    this.#memory.zero(address, size)
  }

  /** A coherent master's read: the newest data, wherever it is. Lines stay as they are. */
  snoopRead(address: Phys, into: Uint8Array): void {
    this.#memory.readBytes(address, into)
    this.#each(address, into.length, (number, line) => {
      const base = number * CACHE_LINE
      const from = Math.max(base, address)
      const to = Math.min(base + CACHE_LINE, address + into.length)
      into.set(line.bytes.subarray(from - base, to - base), from - address)
    })
  }

  /** A coherent master's write: memory is updated and stale lines go. */
  snoopWrite(address: Phys, bytes: Uint8Array): void {
    this.cleanInvalidate(address, bytes.length)
    this.#memory.writeBytes(address, bytes)
  }

  #filled(number: number): Line {
    let line = this.#lines.get(number)
    if (line === undefined) {
      line = { bytes: new Uint8Array(CACHE_LINE), dirty: false }
      this.#memory.readBytes(number * CACHE_LINE, line.bytes)
      this.#lines.set(number, line)
    }
    return line
  }

  #writeBack(number: number, line: Line): void {
    if (!line.dirty) return
    this.#memory.writeBytes(number * CACHE_LINE, line.bytes)
    line.dirty = false
  }

  /** Visits the cached lines that the range touches. */
  #each(address: Phys, size: number, visit: (number: number, line: Line) => void): void {
    if (size <= 0) return
    const first = Math.floor(address / CACHE_LINE)
    const last = Math.floor((address + size - 1) / CACHE_LINE)
    // A framebuffer has more lines than the cache usually holds: walk whichever is shorter.
    if (last - first >= this.#lines.size) {
      for (const [number, line] of this.#lines) {
        if (number >= first && number <= last) visit(number, line)
      }
      return
    }
    for (let number = first; number <= last; number++) {
      const line = this.#lines.get(number)
      if (line !== undefined) visit(number, line)
    }
  }
}
