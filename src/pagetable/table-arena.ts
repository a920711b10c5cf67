/** Table memory for tests, benches and simple machines: free lists on top of a growing edge. */
import type { Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { TablePages } from './contract.ts'
import { TableSet } from './table-set.ts'

/** Hands out zeroed, self-aligned tables from one range of memory; the last freed comes first. */
export class TableArena implements TablePages {
  readonly #memory: MemoryPort
  readonly #end: Phys
  #edge: Phys
  readonly #free = new Map<number, Phys[]>()
  readonly #zeroes = new Map<number, Uint8Array>()
  /** What is handed out, by size. */
  readonly #live = new Map<number, TableSet>()

  /** `base` and `size` in bytes; the range must be memory. */
  constructor(memory: MemoryPort, base: Phys, size: number) {
    this.#memory = memory
    this.#edge = base
    this.#end = base + size
  }

  /** Tables handed out and not given back. */
  get liveTables(): number {
    let live = 0
    for (const tables of this.#live.values()) live += tables.size
    return live
  }

  allocate(size: number): Phys | null {
    let table = this.#free.get(size)?.pop()
    if (table === undefined) {
      const aligned = Math.ceil(this.#edge / size) * size
      if (aligned + size > this.#end) return null
      table = aligned
      this.#edge = aligned + size
    }
    this.#zero(table, size)
    this.#liveOf(size).add(table)
    return table
  }

  #liveOf(size: number): TableSet {
    let tables = this.#live.get(size)
    if (tables === undefined) {
      tables = new TableSet(size)
      this.#live.set(size, tables)
    }
    return tables
  }

  #zero(table: Phys, size: number): void {
    if (this.#memory.zero !== undefined) {
      this.#memory.zero(table, size)
      return
    }
    let zeroes = this.#zeroes.get(size)
    if (zeroes === undefined) {
      zeroes = new Uint8Array(size)
      this.#zeroes.set(size, zeroes)
    }
    this.#memory.writeBytes(table, zeroes)
  }

  /** Throws when `table` is not handed out or has another size (the caller's bug). */
  free(table: Phys, size: number): void {
    if (!this.#liveOf(size).delete(table)) {
      throw new Error(`dmaplumb bug: ${size} bytes at ${table} are not a live table`)
    }
    const list = this.#free.get(size)
    if (list === undefined) this.#free.set(size, [table])
    else list.push(table)
  }
}
