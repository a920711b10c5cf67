/**
 * The form of a recorded run of Linux's IOVA allocator: a list of calls, each with its answer at the
 * end, and what its values must be so that the model can do them.
 */
import { TOP_PFN, isPfn, powerOfTwoFrom } from './iova-allocator.ts'

/** First and last frame. */
export type PfnPair = [lo: number, hi: number]

/** A call and its answer; a free has none. */
export type IovaRow =
  | [op: 'alloc', size: number, limit: number, aligned: boolean, pfn: number | null]
  | [op: 'free', pfn: number]
  | [op: 'reserve', lo: number, hi: number, range: PfnPair | null]
  | [op: 'find', pfn: number, range: PfnPair | null]
  | [op: 'alloc_fast', size: number, limit: number, flush: boolean, pfn: number | null]
  | [op: 'free_fast', pfn: number, size: number]

/** Larger granules than any CPU's pages are refused (BUG_ON() in init_iova_domain()). */
const MAX_GRANULE = 2 ** 16

interface Kind {
  allows(value: unknown): boolean
  words: string
}

const size: Kind = {
  allows: (v) => isPfn(v) && v >= 1,
  words: `a number of frames from 1 to ${TOP_PFN}`,
}
const pfn: Kind = { allows: isPfn, words: `a frame number from 0 to ${TOP_PFN}` }
const flag: Kind = { allows: (v) => typeof v === 'boolean', words: 'true or false' }

/** The arguments of each call: name and kind. */
const signatures: Readonly<Record<IovaRow[0], readonly (readonly [string, Kind])[]>> = {
  alloc: [
    ['size', size],
    ['limit_pfn', pfn],
    ['size_aligned', flag],
  ],
  free: [['pfn', pfn]],
  reserve: [
    ['lo', pfn],
    ['hi', pfn],
  ],
  find: [['pfn', pfn]],
  alloc_fast: [
    ['size', size],
    ['limit', pfn],
    ['flush', flag],
  ],
  free_fast: [
    ['pfn', pfn],
    ['size', size],
  ],
}

/** Bytes of a frame: a number, or a string such as `0x1000`. NaN for anything else. */
export function granuleOf(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
}

/** What is wrong with a recording but for its calls. */
export function faultOfSpace(fields: Readonly<Record<string, unknown>>): string | null {
  const granule = granuleOf(fields.granule)
  const power = granule >= 1 && granule <= MAX_GRANULE && powerOfTwoFrom(granule) === granule
  if (!power) return `granule: expected a power of two up to ${MAX_GRANULE}`
  if (!isPfn(fields.start_pfn)) return `start_pfn: expected ${pfn.words}`
  if (fields.rcache !== undefined && !flag.allows(fields.rcache)) {
    return `rcache: expected ${flag.words}`
  }
  return Array.isArray(fields.ops) ? null : 'ops: expected a list'
}

/** What is wrong with a call. */
export function faultOfRow(row: unknown): string | null {
  const op: unknown = Array.isArray(row) ? row[0] : undefined
  if (typeof op !== 'string' || !Object.hasOwn(signatures, op)) {
    return `expected a list that begins with ${Object.keys(signatures).join(', ')}`
  }
  const values = row as readonly unknown[]
  let i = 1
  for (const [name, { allows, words }] of signatures[op as IovaRow[0]]) {
    if (!allows(values[i++])) return `${op}: ${name}: expected ${words}`
  }
  if (op === 'reserve' && (values[1] as number) > (values[2] as number)) {
    return 'reserve: lo lies above hi'
  }
  return null
}
