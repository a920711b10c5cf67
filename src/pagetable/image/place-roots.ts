/**
 * Where the root of a flat table begins that may lie on any page. Its pages tell that they are part of
 * one, not which part: pages of zeroes belong to it or lie around it. Of the places that hold nearly
 * all of the entries, the best aligned one is taken: the kernel's allocators align large tables, to
 * their size or to 1 MiB (CONFIG_CMA_ALIGNMENT 8).
 */
import type { Phys } from '../../base/addr.ts'
import type { ImageUnits } from './image-units.ts'

/** Of the most pages in use that a place can hold, the part that a better aligned one must hold. */
const NEARLY = 7 / 8

/** Addresses of tables of `perTable` units; `part` is the bit of units in use, `zero` of empty ones. */
export function* placeRoots(
  units: ImageUnits,
  perTable: number,
  part: number,
  zero: number,
): Generator<Phys> {
  for (const { base, first, count } of units.sequences(part | zero)) {
    // Units in use before each.
    const before = new Int32Array(count + 1)
    for (let i = 0; i < count; i++) before[i + 1] = before[i]! + +units.has(first + i, part)
    const held = (start: number) => before[start + perTable]! - before[start]!
    let from = 0
    for (let used = 0; used < count; used++) {
      if (before[used + 1] === before[used]) continue
      const lowest = Math.max(from, used - perTable + 1)
      const highest = Math.min(used, count - perTable)
      if (lowest > highest) break
      let most = 0
      for (let start = lowest; start <= highest; start++) most = Math.max(most, held(start))
      let best = lowest
      let alignment = 0
      for (let start = lowest; start <= highest; start++) {
        if (held(start) < most * NEARLY) continue
        const aligned = alignmentOf(base + start * units.unit, perTable * units.unit)
        if (aligned > alignment) [best, alignment] = [start, aligned]
      }
      yield base + best * units.unit
      from = best + perTable
      used = from - 1
    }
  }
}

/** The largest power of two, up to `most`, that an address is a multiple of. */
function alignmentOf(address: Phys, most: number): number {
  let alignment = most
  while (address % alignment !== 0) alignment /= 2
  return alignment
}
