/** Making the page table that IOMMU drivers drive, or taking one that is in memory already. */
import type { Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { EnginePageTable, FormatSpec, TablePages, TlbObserver } from './contract.ts'
import { Engine } from './engine.ts'
import { layoutOf } from './layout.ts'
import { Tree } from './tree.ts'

/** What createPageTable needs besides the format. */
export interface PageTableOptions {
  /** Where tables are read and written. */
  memory: MemoryPort
  /** Where tables come from and go to. */
  pages: TablePages
  /**
   * Zeroed memory for the root that the caller provides and keeps, so that the table cannot grow; else it
   * is allocated.
   */
  root?: Phys
  /** The shared table of formats with empty links, kept by the caller; else one is allocated. */
  emptyTable?: Phys
  /** Hears which cached translations are stale. */
  tlb?: TlbObserver
  /** Repeat those defects of Linux's code that the format declares under `behaviour.linux`. */
  asLinux?: boolean
}

/**
 * An empty page table, or null when there is no memory for its root.
 *
 * @example
 * const table = createPageTable(rockchipV1, { memory, pages })
 * table?.map(0x1000_0000, 0x6000_0000, 4096, { read: true, write: true })
 */
export function createPageTable(
  format: FormatSpec,
  options: PageTableOptions,
): EnginePageTable | null {
  const { memory, pages, asLinux = false } = options
  const layout = layoutOf(format)
  const bytes = layout.levels[0]!.tableBytes
  const root = options.root ?? pages.allocate(bytes)
  if (root === null) return null
  const owns = options.root === undefined
  const tree = new Tree(format, memory, pages, root, owns, options.tlb, asLinux)
  for (const [level, { emptyLink }] of layout.levels.entries()) {
    if (!emptyLink || tree.linkEmpty(level, options.emptyTable ?? null)) continue
    tree.destroy()
    return null
  }
  tree.fillEmpty(root, 0)
  return new Engine(tree)
}

/**
 * A page table that already is in memory, e.g. in an image. Its tables below the root become the
 * table's own: `destroy` and unmapping give them back to `pages`. Throws BusError where memory does
 * not hold them.
 */
export function openPageTable(
  format: FormatSpec,
  options: PageTableOptions & { root: Phys },
): EnginePageTable {
  const { memory, pages, root, emptyTable } = options
  const tree = new Tree(format, memory, pages, root, false, options.tlb, options.asLinux ?? false)
  const level = tree.layout.levels.findIndex((l) => l.emptyLink)
  if (level >= 0) {
    assert(emptyTable !== undefined, `${format.id}: openPageTable needs the shared empty table`)
    tree.linkEmpty(level, emptyTable)
  }
  tree.adopt(root, 0)
  return new Engine(tree)
}
