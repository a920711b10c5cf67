/** Formats and entries for people and for tools: what the rows say, as data. */
import { prettySize } from '../base/addr.ts'
import type { WordRow } from '../base/word.ts'
import { bitRange } from './bit-diagram.ts'
import { behaviourSentences } from './behaviour-sentences.ts'
import type { DirtyState, EntryKind, FormatDefect, FormatExample, FormatSpec } from './contract.ts'
import { layoutOf } from './layout.ts'
import { measuredFormats } from './replay/families.ts'
import { hardwareKind } from './walk.ts'

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

/** A kind of entry. */
export interface WordDescription {
  title: string
  rows: readonly WordRow[]
}

/** A word of a specification or of a real table, taken apart. */
export interface ExampleDescription {
  word: string
  /** The architecture's number of its level. */
  level: number
  kind: EntryKind
  /** Output address or next table; none of an empty entry. */
  address?: string
  /** Fields that are not 0, in words. */
  fields: string
  source: string
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
  words: readonly WordDescription[]
  /** How leaves tell that a device wrote to their page, in a sentence; null where they do not. */
  dirty: string | null
  /** What Linux's code does where formats differ, in sentences. */
  behaviour: readonly string[]
  defects: readonly FormatDefect[]
  examples: readonly ExampleDescription[]
}

/** Sizes for people; four or more powers of two in a row are the first and the last. */
export function sizeRanges(lg2s: readonly number[]): string[] {
  const runs: number[][] = []
  for (const lg2 of lg2s) {
    const run = runs.at(-1)
    if (run?.at(-1) === lg2 - 1) run.push(lg2)
    else runs.push([lg2])
  }
  const named = (lg2: number) => prettySize(2 ** lg2)
  return runs.flatMap((run) =>
    run.length < 4 ? run.map(named) : [`${named(run[0] ?? 0)} to ${named(run.at(-1) ?? 0)}`],
  )
}

const numberOf = (format: FormatSpec, level: number) => format.levelNumbers?.[level] ?? level + 1

/** The bits of a word as text, to find words that are the same. */
const signature = (rows: readonly WordRow[]) =>
  rows.map((r) => `${r.hi}:${r.lo}:${r.name}:${r.doc}`).join('|')

/** Each kind of entry once, with the levels that have it. */
function wordsOf(format: FormatSpec): WordDescription[] {
  const found = new Map<string, { what: string; levels: number[]; rows: readonly WordRow[] }>()
  const add = (what: string, level: number, rows: readonly WordRow[]) => {
    const key = `${what} ${signature(rows)}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { what, levels: [level], rows })
    else known.levels.push(level)
  }
  for (const [i, level] of format.levels.entries()) {
    const number = numberOf(format, i)
    if (level.table !== null) add('link', number, level.table.word.rows)
    for (const leaf of level.leaves) {
      add(`page of ${prettySize(2 ** leaf.lg2)}`, number, leaf.word.rows)
    }
  }
  return [...found.values()].map(({ what, levels, rows }) => ({
    title: `${what}, level${levels.length > 1 ? 's' : ''} ${levels.join(', ')}`,
    rows,
  }))
}

/** Everything there is to say about a format. */
export function describeFormat(format: FormatSpec): FormatDescription {
  return {
    id: format.id,
    source: format.source,
    evidence: measuredFormats.includes(format.id) ? 'measured' : 'from documents',
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
    words: wordsOf(format),
    dirty: format.dirty === undefined ? null : dirtySentence(format.dirty),
    behaviour: behaviourSentences(format),
    defects: format.behaviour.defects ?? [],
    examples: format.examples.map((example) => describeExample(format, example)),
  }
}

function dirtySentence({ field, value, where, accessed, source }: DirtyState): string {
  const only = where === undefined ? '' : ` where \`${where}\` is 1`
  return `A page was written to when \`${field}\` is ${value}${only}; any access sets \`${accessed}\`. Source: ${source}.`
}

function describeExample(format: FormatSpec, example: FormatExample): ExampleDescription {
  const { level, word, kind, source } = example
  const digits = word.slice(2).padStart(16, '0')
  const hi = Number.parseInt(digits.slice(0, 8), 16)
  const lo = Number.parseInt(digits.slice(8), 16)
  const decoded = decodeEntry(format, lo, hi)[level]
  const fields = (decoded?.fields ?? [])
    .filter((f) => f.value !== '0x0' && f.name !== 'address')
    .map((f) => `${f.name} ${f.meaning ?? Number(f.value)}`)
  const { address } = decoded ?? {}
  return {
    word,
    level: numberOf(format, level),
    kind,
    ...(address === undefined ? {} : { address }),
    fields: fields.join(', '),
    source,
  }
}

/** A word, and those that differ from it in nothing but where their pieces lie. */
export interface WordGroup extends WordDescription {
  /** Titles, with the places that differ. */
  alike: readonly { title: string; places: string }[]
}

const place = (row: WordRow) => `${row.name} ${bitRange(row)}`

/** Words of one make together: pages of several sizes are mostly one drawing. */
export function groupWords(words: readonly WordDescription[]): WordGroup[] {
  const groups = new Map<string, { first: WordDescription; alike: WordGroup['alike'][number][] }>()
  for (const word of words) {
    const make = word.rows.map((r) => (r.kind === 'address' ? r.name : `${r.name}:${r.doc}`))
    const key = [word.title.startsWith('link'), ...make.sort()].join('|')
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, { first: word, alike: [] })
      continue
    }
    const known = new Set(group.first.rows.map(place))
    const moved = word.rows.map(place).filter((text) => !known.has(text))
    group.alike.push({ title: word.title, places: moved.join(', ') })
  }
  return [...groups.values()].map(({ first, alike }) => ({ ...first, alike }))
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
    const kind = (lo | hi) === 0 ? 'empty' : hardwareKind(format, lo, hi, i)
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
