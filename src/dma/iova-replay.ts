/**
 * Replays a recorded run of Linux's IOVA allocator: the same calls on the model, and what it
 * answered, row by row in the recording's own form. Recordings come from anywhere, so nothing in
 * them is taken for granted; answers that are missing are not compared.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { ReplayOutcome } from '../pagetable/replay/replay.ts'
import { fieldsOf } from '../pagetable/replay/vector.ts'
import type { IovaAllocator, IovaRange } from './iova-allocator.ts'
import { IovaFastTree } from './iova-fast-tree.ts'
import { IovaMagazines } from './iova-magazines.ts'
import { type IovaRow, type PfnPair, faultOfRow, faultOfSpace, granuleOf } from './iova-rows.ts'

/** What a recording's calls did here; all numbers are page frame numbers. */
export interface IovaReplay {
  /** Empty for a recording without one. */
  name: string
  ops: IovaRow[]
  /** The ranges at the end, ascending; what the caches hold is among them. */
  live: PfnPair[]
  /** Answers that differ from the recording's, in words; after many, only how many more. */
  unmet: string[]
}

/** Makes the space under the caches. */
export type MakeSpace = (granule: number, startPfn: number) => IovaAllocator

/** Differences that are told. */
const MOST_UNMET = 100

const fastTree: MakeSpace = (granule, startPfn) => new IovaFastTree(granule, startPfn)

/**
 * Does what one vector recorded, or says why it cannot. `label` is for messages. Whether caches were
 * there (`rcache`) makes no difference: empty ones give what none give.
 */
export function replayIova(
  vector: unknown,
  label = 'vector',
  makeSpace = fastTree,
): IovaReplay | Diagnostic {
  const fields = fieldsOf(vector)
  const wrong = fields === null ? 'expected an object' : faultOfSpace(fields)
  if (fields === null || wrong !== null) return diagnostic(`${label}: ${wrong}`)
  const rows = fields.ops as readonly unknown[]
  for (const [index, row] of rows.entries()) {
    const fault = faultOfRow(row)
    if (fault !== null) return diagnostic(`${label}: op ${index}: ${fault}`)
  }
  const space = makeSpace(granuleOf(fields.granule), fields.start_pfn as number)
  const caches = new IovaMagazines(space)
  const differences = new Differences()
  const ops = (rows as readonly IovaRow[]).map((call, index) => {
    const done = perform(space, caches, call)
    if (call.length >= done.length) compare(`op ${index}`, done, call, differences)
    return done
  })
  const live = space.ranges().map(pair)
  if (fields.live !== undefined) compareRanges(live, fields.live, differences)
  const name = typeof fields.name === 'string' ? fields.name : ''
  return { name, ops, live, unmet: differences.told() }
}

/** The same, in the form that the replay of page-table vectors takes (`ReplayOptions.iova`). */
export function iovaOutcome(vector: unknown, label: string): ReplayOutcome {
  const done = replayIova(vector, label)
  if ('severity' in done) return { label, line: null, disagreements: [], diagnostics: [done] }
  const { name, ops, live, unmet } = done
  return { label, line: { name, ops, live }, disagreements: unmet, diagnostics: [] }
}

function perform(space: IovaAllocator, caches: IovaMagazines, call: IovaRow): IovaRow {
  switch (call[0]) {
    case 'alloc': {
      const [op, size, limit, aligned] = call
      return [op, size, limit, aligned, space.alloc(size, limit, aligned)]
    }
    case 'alloc_fast': {
      const [op, size, limit, flush] = call
      return [op, size, limit, flush, caches.alloc(size, limit, flush)]
    }
    case 'reserve': {
      const [op, lo, hi] = call
      return [op, lo, hi, pairOrNull(space.reserve(lo, hi))]
    }
    case 'find':
      return ['find', call[1], pairOrNull(space.find(call[1]))]
    case 'free':
      space.free(call[1])
      return ['free', call[1]]
    case 'free_fast':
      caches.free(call[1], call[2])
      return ['free_fast', call[1], call[2]]
  }
}

/** What was not met, as far as anybody reads on. */
class Differences {
  readonly #first: string[] = []
  #more = 0

  add(where: string, got: unknown, expected: unknown): void {
    if (this.#first.length === MOST_UNMET) this.#more++
    else this.#first.push(`${where}: ${text(got)}, expected ${text(expected)}`)
  }

  told(): string[] {
    return this.#more === 0 ? this.#first : [...this.#first, `${this.#more} more`]
  }
}

function compare(where: string, done: IovaRow, call: IovaRow, into: Differences): void {
  const last = done.length - 1
  const [got, expected] = [done[last], call[last]]
  if (!same(got, expected)) into.add(`${where}: ${done.slice(0, last).join(' ')}`, got, expected)
}

/** The first range that differs, and how many there are. */
function compareRanges(live: readonly PfnPair[], expected: unknown, into: Differences): void {
  if (!Array.isArray(expected)) {
    into.add('live', live, expected)
    return
  }
  const length = Math.max(live.length, expected.length)
  for (let i = 0; i < length; i++) {
    if (same(live[i], expected[i])) continue
    into.add(`live[${i}]`, live[i], expected[i])
    break
  }
  if (live.length !== expected.length) into.add('live.length', live.length, expected.length)
}

function diagnostic(message: string): Diagnostic {
  const remedy = 'see the description of the vectors for the form of a recording'
  return { severity: 'error', message, remedy }
}

function pair({ lo, hi }: IovaRange): PfnPair {
  return [lo, hi]
}

function pairOrNull(range: IovaRange | null): PfnPair | null {
  return range === null ? null : pair(range)
}

/** An answer is a number, null or a pair of numbers. */
function same(got: unknown, expected: unknown): boolean {
  if (!Array.isArray(got) || !Array.isArray(expected)) return got === expected
  return got.length === expected.length && got.every((n, i) => n === expected[i])
}

/** A value for a message: short and one level deep, whatever it is. */
function text(v: unknown): string {
  if (!Array.isArray(v)) return scalar(v)
  return v.length > 2 ? `[${v.length} values]` : `[${v.map(scalar).join(', ')}]`
}

function scalar(v: unknown): string {
  if (v === undefined) return 'nothing'
  if (typeof v === 'string') return JSON.stringify(v.slice(0, 60))
  if (Array.isArray(v)) return `[${v.length} values]`
  return typeof v === 'object' && v !== null ? 'an object' : String(v)
}
