/** A port for tests: memory behind it, some addresses refused, every access noted. */
import type { Addr } from '../base/addr.ts'
import type { PhysicalMemory } from '../base/memory.ts'
import { type BusResponse, DONE, type DmaPort } from '../base/dma-port.ts'

export class MemoryDmaPort implements DmaPort {
  readonly memory: PhysicalMemory
  /** Accesses that touch [from, to) are refused. */
  refuse: { from: Addr; to: Addr } | null = null
  readonly accesses: { address: Addr; bytes: number; write: boolean }[] = []

  constructor(memory: PhysicalMemory) {
    this.memory = memory
  }

  read(address: Addr, into: Uint8Array): BusResponse {
    const refused = this.#note(address, into.length, false)
    if (refused === null) this.memory.readBytes(address, into)
    return refused ?? DONE
  }

  write(address: Addr, bytes: Uint8Array): BusResponse {
    const refused = this.#note(address, bytes.length, true)
    if (refused === null) this.memory.writeBytes(address, bytes)
    return refused ?? DONE
  }

  #note(address: Addr, bytes: number, write: boolean): BusResponse | null {
    this.accesses.push({ address, bytes, write })
    const hole = this.refuse
    if (hole === null || address >= hole.to || address + bytes <= hole.from) return null
    return {
      ok: false,
      fault: { block: 'test', kind: 'translation', address, write, detail: 'hole', registers: [] },
    }
  }
}
