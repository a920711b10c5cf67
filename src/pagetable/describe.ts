/** Formats and entries for people and for tools: what the rows say, as data. */
import { prettySize } from '../base/addr.ts'
import type { WordRow } from '../base/word.ts'
import type { EntryKind, FormatDefect, FormatSpec } from './contract.ts'
import { layoutOf } from './layout.ts'
import { measuredFormats } from './replay/families.ts'

/** One level. */
export interface LevelDescription {
  /** The architecture's number. */
  number: number
  /** log2 of the bytes that an entry covers. */
  shift: number
  entries: number
  /** log2 bytes of what an entry can map. */
  pages: readonly number[]
}

/** A format. */
export interface FormatDescription {
  id: string
  source: string
  /** Whether Linux's own tables were compared with it, or only documents were read. */
  evidence: 'measured' | 'from documents'
  wordBits: 32 | 64
  iovaBits: number
  outputBits: number
  /** log2 bytes of what `map` takes, ascending. */
  mapSizes: readonly number[]
  levels: readonly LevelDescription[]
  /** Each kind of entry once. */
  words: readonly { title: string; rows: readonly WordRow[] }[]
  defects: readonly FormatDefect[]
}

const numberOf = (format: FormatSpec, level: number) => format.levelNumbers?.[level] ?? level + 1

/** The bits of a word as text, to find words that are the same. */
const signature = (rows: readonly WordRow[]) =>
  rows.map((r) => `${r.hi}:${r.lo}:${r.name}:${r.doc}`).join('|')

/** Everything there is to say about a format. */
export function describeFormat(format: FormatSpec): FormatDescription {
  const words: { title: string; rows: readonly WordRow[] }[] = []
  const seen = new Set<string>()
  const add = (title: string, rows: readonly WordRow[]) => {
    const key = signature(rows)
    if (seen.has(key)) return
    seen.add(key)
    words.push({ title, rows })
  }
  for (const [i, level] of format.levels.entries()) {
    const at = `level ${numberOf(format, i)}`
    if (level.table !== null) add(`link, ${at}`, level.table.word.rows)
    for (const leaf of level.leaves)
      add(`page of ${prettySize(2 ** leaf.lg2)}, ${at}`, leaf.word.rows)
  }
  return {
    id: format.id,
    source: format.source,
    evidence: measuredFormats.some((p) => format.id === p || format.id.startsWith(`${p}-`))
      ? 'measured'
      : 'from documents',
    wordBits: format.wordBits,
    iovaBits: format.iovaBits,
    outputBits: format.outputBits,
    mapSizes: layoutOf(format).sizes.map((s) => Math.log2(s.size)),
    levels: format.levels.map((level, i) => ({
      number: numberOf(format, i),
      shift: level.shift,
      entries: 2 ** level.entriesLg2,
      pages: level.leaves.map((leaf) => leaf.lg2),
    })),
    words,
    defects: format.behaviour.defects ?? [],
  }
}

/** An entry as one level reads it. */
export interface DecodedEntry {
  level: number
  kind: EntryKind
  /** Bytes that a leaf maps. */
  bytes?: number
  /** Output address or next table. */
  address?: string
  allows?: { read: boolean; write: boolean }
  /** Highest bits first. Nothing for an empty entry. */
  fields: readonly { bits: string; name: string; value: string; meaning?: string; doc: string }[]
}

/** What a word is at each level, root first. */
export function decodeEntry(format: FormatSpec, lo: number, hi: number): DecodedEntry[] {
  return format.levels.map((spec, i): DecodedEntry => {
    const level = numberOf(format, i)
    const kind = (lo | hi) === 0 ? 'empty' : format.classify(lo, hi, i)
    if (kind === 'empty') return { level, kind, fields: [] }
    const leaf = kind === 'leaf' ? format.leafOf(lo, hi, i) : null
    const word = leaf === null ? spec.table?.word : leaf.word
    if (word === undefined) throw new Error(`dmaplumb bug: ${format.id}: a link at level ${level}`)
    const fields = [...word.decode(lo, hi)]
      .sort((a, b) => b.hi - a.hi)
      .map((f) => ({
        bits: f.hi === f.lo ? `${f.hi}` : `${f.hi}:${f.lo}`,
        name: f.name,
        value: `0x${f.value.toString(16)}`,
        ...(f.meaning === undefined ? {} : { meaning: f.meaning }),
        doc: f.doc,
      }))
    const address = `0x${word.address(lo, hi).toString(16)}`
    if (leaf === null) return { level, kind, address, fields }
    return {
      level,
      kind,
      bytes: 2 ** leaf.lg2,
      address,
      allows: format.permissions(lo, hi, i),
      fields,
    }
  })
}
