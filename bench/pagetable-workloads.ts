/**
 * Workloads a to e on any page table: what was measured on Linux's own C (pagetable-native.ts), call
 * for call. Setting one up is not timed. Sizes are spelled out: a loop would read a constant of the
 * module anew each time, which C does not.
 */
import { PhysicalMemory } from '../src/base/memory.ts'
import type {
  EnginePageTable,
  FormatSpec,
  Protection,
  TlbObserver,
} from '../src/pagetable/contract.ts'
import { createPageTable } from '../src/pagetable/table.ts'
import { TableArena } from '../src/pagetable/table-arena.ts'
import type { Work } from './case.ts'
import { Xorshift } from './xorshift.ts'

const prot: Protection = { read: true, write: true, cache: true }

/** Counts the callbacks that Linux's code would have made: one a page, one a table. */
export class Callbacks implements TlbObserver {
  count = 0

  page(_iova: number, _size: number, count: number): void {
    this.count += count
  }

  walk(): void {
    this.count++
  }
}

/** Tables in memory of their own, and what was called back. */
export class Bed {
  readonly callbacks = new Callbacks()
  readonly arena: TableArena
  table: EnginePageTable
  readonly #format: FormatSpec
  readonly #memory: PhysicalMemory

  constructor(format: FormatSpec, tablesBase = 0x8000_0000) {
    const size = 0x400_0000
    this.#format = format
    this.#memory = new PhysicalMemory([{ base: tablesBase, size }], { flat: true })
    this.arena = new TableArena(this.#memory, tablesBase, size)
    this.table = this.#create()
  }

  /** Gives the table back and begins anew with the memory that it had. */
  renew(): void {
    this.table.destroy()
    this.table = this.#create()
  }

  #create(): EnginePageTable {
    const { arena: pages, callbacks: tlb } = this
    const table = createPageTable(this.#format, { memory: this.#memory, pages, tlb })
    if (table === null) throw new Error('no memory for a root')
    return table
  }
}

/** a: 65,536 of 2^20 pages mapped; one unmapped and another mapped in turn. */
export function randomPages({ table }: Bed, times: number): Work {
  const random = new Xorshift()
  const held = 65_536
  const used = new Uint8Array(2 ** 20)
  const slots = new Int32Array(held)
  const fresh = () => {
    let slot = random.draw() & 0xf_ffff
    while (used[slot] === 1) slot = random.draw() & 0xf_ffff
    used[slot] = 1
    return slot
  }
  for (let i = 0; i < held; i++) {
    const slot = fresh()
    slots[i] = slot
    table.mapPages(slot * 4096, slot * 4096, 4096, 1, prot)
  }
  return () => {
    let sum = 0
    for (let i = 0; i < times; i++) {
      const j = random.draw() & 0xffff
      const old = slots[j]!
      sum += table.unmapPages(old * 4096, 4096, 1)
      used[old] = 0
      const slot = fresh()
      slots[j] = slot
      sum += table.mapPages(slot * 4096, slot * 4096, 4096, 1, prot)
    }
    return sum
  }
}

/** b: 2 MiB as 512 pages, mapped and unmapped. */
export function pagesOf2MiB({ table }: Bed, times: number, paddr: number): Work {
  const random = new Xorshift()
  return () => {
    let sum = 0
    for (let i = 0; i < times; i++) {
      const base = random.below(2047) * 0x20_0000
      for (let done = 0; done < 512; ) {
        const at = done * 4096
        sum += table.mapPages(base + at, paddr + base + at, 4096, 512 - done, prot)
        done += table.mapped / 4096
      }
      for (let done = 0; done < 0x20_0000; ) {
        done += table.unmapPages(base + done, 4096, (0x20_0000 - done) / 4096)
      }
    }
    return sum
  }
}

/** c: 1 GiB as pages into a fresh table. */
export function gibibyteAsPages(bed: Bed): Work {
  const work = () => {
    const { table } = bed
    let sum = 0
    for (let i = 0; i < 512; i++) {
      const at = i * 0x20_0000
      sum += table.mapPages(0x1_0000_0000 + at, 0x2_0000_0000 + at, 4096, 512, prot)
    }
    return sum
  }
  return Object.assign(work, { prepare: () => bed.renew() })
}

/** d: addresses looked up in 1 GiB of pages. */
export function lookUps({ table }: Bed, times: number, base: number): Work {
  const random = new Xorshift()
  for (let at = 0; at < 2 ** 30; at += 4096) {
    table.mapPages(base + at, 0x8000_0000 + at, 4096, 1, prot)
  }
  return () => {
    let acc = 0
    for (let i = 0; i < times; i++) {
      acc ^= table.translate(base + (random.draw() & 0x3fff_ffff))
    }
    return acc
  }
}

/** e: 2 MiB blocks, mapped and unmapped. */
export function blocks({ table }: Bed, times: number): Work {
  const random = new Xorshift()
  return () => {
    let sum = 0
    for (let i = 0; i < times; i++) {
      const base = (random.draw() & 0x7ff) * 0x20_0000
      sum += table.mapPages(base, 0x8000_0000 + base, 0x20_0000, 1, prot)
      sum += table.unmapPages(base, 0x20_0000, 1)
    }
    return sum
  }
}
