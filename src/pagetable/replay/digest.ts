/**
 * A page table as it lies in memory, summarised as vectors files do: every word that is neither 0
 * nor a link, every table with the entries in use, their counts, and SHA-256 over both lists.
 */
import type { Phys } from '../../base/addr.ts'
import { assert } from '../../base/assert.ts'
import type { EnginePageTable } from '../contract.ts'
import { Sha256 } from './sha256.ts'
import { iovaDigits, wideDigits } from './wide.ts'

/** What is heard while reading. Text is without `0x`. */
export interface DigestListener {
  leaf?(iova: string, level: number, raw: string): void
  /** `link`: the descriptor without its address bits; null for a root. */
  table?(level: number, iova: string, entries: number, link: string | null): void
}

/** The summary. */
export interface Digest {
  leaves: number
  tables: number
  leavesSha256: string
  tablesSha256: string
}

/** Reads a whole table. `emptyTable`: the shared one of formats with empty links. */
export function digest(
  table: EnginePageTable,
  emptyTable: Phys | null,
  listener: DigestListener = {},
): Digest {
  const { format, memory, root } = table
  const wide = format.wordBits === 64
  const stride = wide ? 8 : 4
  const perEntry = stride / 4
  const leafSum = new Sha256()
  const tableSum = new Sha256()
  let leaves = 0
  let tables = 0
  // A table is read once, into the buffer of its level.
  const buffers = format.levels.map((l) => new Uint32Array(2 ** l.entriesLg2 * perEntry))

  const visit = (
    at: Phys,
    level: number,
    base: number,
    entries: number,
    link: string | null,
  ): void => {
    const spec = format.levels[level]
    const words = buffers[level]
    assert(spec !== undefined && words !== undefined, `${format.id}: a table below the last level`)
    memory.readBytes(at, new Uint8Array(words.buffer, 0, entries * stride))
    const number = format.levelNumbers?.[level] ?? level + 1
    const span = 2 ** spec.shift
    const next = spec.table?.word
    /** The next table of an entry, or -1. */
    const below = (lo: number, hi: number): number => {
      if (next === undefined || format.classify(lo, hi, level) !== 'table') return -1
      return next.address(lo, hi)
    }
    let used = 0
    for (let i = 0; i < entries; i++) {
      const lo = words[i * perEntry] ?? 0
      const hi = wide ? (words[i * perEntry + 1] ?? 0) : 0
      if ((lo | hi) === 0 || format.classify(lo, hi, level) === 'empty') continue
      if (spec.emptyLink !== true || below(lo, hi) !== emptyTable) used++
    }
    tables++
    const where = iovaDigits(base, format)
    tableSum.add(`${number} ${where} ${used} ${link ?? '-'}\n`)
    listener.table?.(number, where, used, link)
    for (let i = 0; i < entries; i++) {
      const lo = words[i * perEntry] ?? 0
      const hi = wide ? (words[i * perEntry + 1] ?? 0) : 0
      if ((lo | hi) === 0) continue
      const iova = base + i * span
      const child = below(lo, hi)
      if (child < 0) {
        leaves++
        const raw = wideDigits(hi, lo)
        const text = iovaDigits(iova, format)
        leafSum.add(`${text} ${number} ${raw}\n`)
        listener.leaf?.(text, number, raw)
      } else if (spec.emptyLink !== true || child !== emptyTable) {
        const mask = next?.addressMask ?? { lo: 0, hi: 0 }
        const rest = wideDigits((hi & ~mask.hi) >>> 0, lo & ~mask.lo)
        const inBelow = 2 ** (format.levels[level + 1]?.entriesLg2 ?? 0)
        visit(child, level + 1, iova, inBelow, rest)
      }
    }
  }

  const top = format.levels[0]
  assert(top !== undefined, `${format.id}: no levels`)
  const roots = format.rootTables ?? 1
  const each = 2 ** top.entriesLg2 / roots
  for (let r = 0; r < roots; r++) {
    visit(root + r * each * stride, 0, r * each * 2 ** top.shift, each, null)
  }
  return {
    leaves,
    tables,
    leavesSha256: leafSum.digest(),
    tablesSha256: tableSum.digest(),
  }
}
