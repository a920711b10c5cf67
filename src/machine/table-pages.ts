/** Memory for page tables: whole pages from the page allocator, smaller tables cut from a page. */
import { PAGE_SHIFT, PAGE_SIZE, type Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { PhysicalMemory } from '../base/memory.ts'
import type { PageAllocator } from '../base/page-allocator.ts'
import type { TablePages } from '../pagetable/contract.ts'

/** Last byte that a 32-bit table pointer reaches. */
const BELOW_4G = 0xffff_ffff

/** Zeroed tables below 4 GiB in lowmem, as GFP_KERNEL | GFP_DMA and the slab caches give them. */
export class TableMemory implements TablePages {
  readonly #pages: PageAllocator
  readonly #memory: PhysicalMemory
  /** Free pieces by size, bytes. */
  readonly #pieces = new Map<number, Phys[]>()

  constructor(pages: PageAllocator, memory: PhysicalMemory) {
    this.#pages = pages
    this.#memory = memory
  }

  allocate(size: number): Phys | null {
    const table = size < PAGE_SIZE ? this.#piece(size) : this.#whole(size)
    if (table !== null) this.#memory.zero(table, size)
    return table
  }

  free(table: Phys, size: number): void {
    if (size >= PAGE_SIZE) this.#pages.free(table, size / PAGE_SIZE)
    else this.#pieces.get(size)?.push(table)
  }

  #whole(size: number): Phys | null {
    const alignLg2 = Math.max(PAGE_SHIFT, Math.ceil(Math.log2(size)))
    return this.#pages.allocate(size / PAGE_SIZE, { zone: 'lowmem', limit: BELOW_4G, alignLg2 })
  }

  #piece(size: number): Phys | null {
    assert(PAGE_SIZE % size === 0, `a table of ${size} bytes does not divide a page`)
    let free = this.#pieces.get(size)
    if (free === undefined) {
      free = []
      this.#pieces.set(size, free)
    }
    if (free.length === 0) {
      const page = this.#whole(PAGE_SIZE)
      if (page === null) return null
      for (let at = PAGE_SIZE - size; at >= 0; at -= size) free.push(page + at)
    }
    return free.pop() as Phys
  }
}
