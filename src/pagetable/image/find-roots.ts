/**
 * Looks through an image for the roots of page tables. Every piece of memory that can be a table of
 * some level is noted first; then links are followed from what can be a root, and what hangs
 * together is scored: links that lead to tables, entries without unknown bits, leaves as the driver
 * of the format writes them. A table that another one links to is no root.
 */
import type { Phys } from '../../base/addr.ts'
import type { FormatSpec } from '../contract.ts'
import type { ImageMemory } from './image-memory.ts'
import { Piece } from './image-piece.ts'
import { byMerit, type FoundRoot, RootSearch } from './root-search.ts'

export type { FoundRoot } from './root-search.ts'

/** A root, and the other formats whose root it can be. */
export interface RankedRoot extends FoundRoot {
  also: string[]
}

/** Who hears of the progress, in bytes of the image. */
export type SearchProgress = (done: number, total: number) => void

/** Bytes that are read at once; a multiple of every table's size but that of flat formats. */
const CHUNK = 2 ** 20
const PAGE = 4096
/** A table below a root with at least this part of its score is a table and no root. */
const AS_GOOD = 0.8
/** Of a root that may take tables below it: the links that must lead to tables. */
const SOUND = 0.95

/**
 * The roots of the formats, the best first.
 *
 * @example
 * const [best] = findRoots(image.memory, [armLpaeS164])
 */
export function findRoots(
  memory: ImageMemory,
  formats: readonly FormatSpec[],
  progress: SearchProgress = () => {},
): RankedRoot[] {
  const searches = formats.map((format) => new RootSearch(format, memory))
  const total = memory.size * 2
  let done = 0
  const largest = Math.max(...searches.map((s) => s.largestTable))
  for (const { base, size } of memory.runs) {
    const end = base + size
    for (let at = base; at < end; ) {
      // Pieces end at multiples of the largest table, so that no table lies in two of them.
      const step = Math.max(CHUNK, largest)
      const until = Math.min(end, (Math.floor(at / step) + 1) * step)
      look(memory, searches, at, until)
      done += until - at
      at = until
      progress(done, total)
    }
  }
  const found: FoundRoot[] = []
  const parents = new Map<Phys, number>()
  for (const search of searches) {
    const roots = search.roots()
    for (const root of roots) if (root.links >= SOUND) search.markBelow(root, parents)
    found.push(...roots)
    done += memory.size / searches.length
    progress(Math.floor(done), total)
  }
  const isChild = ({ root, score }: FoundRoot) => (parents.get(root) ?? 0) >= score * AS_GOOD
  return oneEach(found.filter((root) => !isChild(root)).sort(byMerit))
}

/** One a table: the best format, with those that are nearly as good beside it. */
function oneEach(sorted: readonly FoundRoot[]): RankedRoot[] {
  const byRoot = new Map<Phys, RankedRoot>()
  for (const found of sorted) {
    const best = byRoot.get(found.root)
    if (best === undefined) byRoot.set(found.root, { ...found, also: [] })
    else if (found.score >= best.score * AS_GOOD) best.also.push(found.format)
  }
  return [...byRoot.values()]
}

/** Notes what of [from, until) can be tables. */
function look(memory: ImageMemory, searches: readonly RootSearch[], from: Phys, until: Phys): void {
  const first = Math.ceil(from / PAGE) * PAGE
  if (until - first < PAGE) return
  const words = new Uint32Array(Math.floor((until - first) / 4))
  memory.readBytes(first, new Uint8Array(words.buffer))
  const piece = new Piece(words, first)
  for (const search of searches) search.look(piece)
}
