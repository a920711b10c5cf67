/** What a page table maps, read from memory: for reports, comparisons and images. */
import type { Iova, Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { FormatSpec } from './contract.ts'
import { layoutOf, leafLayout } from './layout.ts'

/** Tables in memory; an EnginePageTable is one. */
export interface TableSource {
  readonly format: FormatSpec
  readonly memory: MemoryPort
  readonly root: Phys
}

/** One leaf entry, as it stands in memory. */
export interface Leaf {
  /** First address that this entry serves. */
  iova: Iova
  level: number
  /** Physical address of the entry. */
  at: Phys
  lo: number
  hi: number
  /** Where `iova` goes. */
  address: Phys
  /** log2 of the bytes that the entry serves; a larger page's entries each serve their part. */
  lg2: number
  read: boolean
  write: boolean
}

/** A stretch that maps to neighbouring addresses with the same permissions. All in bytes. */
export interface Mapping {
  iova: Iova
  address: Phys
  size: number
  read: boolean
  write: boolean
}

/** Every leaf entry, ascending. Throws BusError where memory does not hold a table. */
export function* leaves(source: TableSource): Generator<Leaf> {
  const { format, memory, root } = source
  const layout = layoutOf(format)
  const { levels, stride } = layout
  const tables = new Float64Array(levels.length)
  const next = new Int32Array(levels.length)
  // The shared table that empty links point to is the one found to hold nothing.
  let barren = -1
  let found = false
  tables[0] = root
  let level = 0
  while (level >= 0) {
    const { entries, next: link } = levels[level]!
    const index = next[level]!++
    if (index >= entries) {
      if (!found && level > 0 && levels[level - 1]!.emptyLink) barren = tables[level]!
      level--
      continue
    }
    const at = tables[level]! + index * stride
    const lo = memory.read32(at)
    const hi = stride === 8 ? memory.read32(at + 4) : 0
    const kind = format.classify(lo, hi, level)
    if (kind === 'table' && link !== null) {
      const below = link.stamp.address(lo, hi)
      if (below === barren) continue
      level++
      tables[level] = below
      next[level] = 0
      found = false
    } else if (kind === 'leaf') {
      let iova = 0
      for (let l = 0; l <= level; l++) iova += (next[l]! - 1) * levels[l]!.span
      const address = leafLayout(layout, lo, hi, level).output(lo, hi, iova)
      const lg2 = format.levels[level]!.shift
      found = true
      yield { iova, level, at, lo, hi, address, lg2, ...format.permissions(lo, hi, level) }
    }
  }
}

/** Every mapping, ascending, neighbours merged where the addresses and permissions go on. */
export function* mappings(source: TableSource): Generator<Mapping> {
  let last: Mapping | null = null
  for (const { iova, address, lg2, read, write } of leaves(source)) {
    const next = { iova, address, size: 2 ** lg2, read, write }
    if (last !== null && goesOn(last, next)) last.size += next.size
    else {
      if (last !== null) yield last
      last = next
    }
  }
  if (last !== null) yield last
}

/** True when `next` is the same stretch as `last`, a bit further on. */
export function goesOn(last: Mapping, next: Mapping): boolean {
  return (
    last.iova + last.size === next.iova &&
    last.address + last.size === next.address &&
    last.read === next.read &&
    last.write === next.write
  )
}
