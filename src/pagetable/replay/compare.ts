/** What a vector did against what its file says it should have done, in words. */
import type { DigestListener } from './digest.ts'
import type { OpResult, Run } from './run.ts'
import { type Fields, shown, type Vector } from './vector.ts'
import { parseWide, plusWide, showWide } from './wide.ts'

/** Equal as data; numbers in `0x` strings by value, with or without leading zeroes. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [parseWide(a), parseWide(b)]
    return x !== null && y !== null && x.hi === y.hi && x.lo === y.lo
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [inA, inB] = [Object.keys(a), Object.keys(b)]
  return (
    inA.length === inB.length &&
    inA.every((key) => Object.hasOwn(b, key) && same((a as Fields)[key], (b as Fields)[key]))
  )
}

/** Fields of operations whose absence is an expectation too: nothing happened. */
const silent = ['tlb', 'warn', 'sync_bytes', 'zap', 'flush_pde', 'device_table_updates'] as const

/** Which of `silent` a file records at all; it then records them wherever they are not empty. */
export function recordedIn(vectors: readonly Vector[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { ops } of vectors) {
    for (const op of ops) for (const key of silent) if (key in op.expected) found.add(key)
  }
  return found
}

/** Compares one operation. */
function compareOp(
  at: string,
  got: OpResult,
  expected: Fields,
  recorded: ReadonlySet<string>,
  into: string[],
): void {
  for (const key of ['ret', 'mapped', 'unmapped', 'calls', 'mode']) {
    if (!(key in expected) || !(key in got)) continue
    if (!same(got[key], expected[key])) {
      into.push(`${at}: ${key} ${shown(got[key])}, expected ${shown(expected[key])}`)
    }
  }
  const judged = 'ret' in expected || 'unmapped' in expected
  for (const key of silent) {
    if (!(key in expected) && !(judged && recorded.has(key) && key in got)) continue
    if (!same(got[key], expected[key])) {
      into.push(`${at}: ${key} ${shown(got[key])}, expected ${shown(expected[key])}`)
    }
  }
}

/** Follows a run's leaves and tables along the lists of the file; tells the first difference. */
export class RowComparison implements DigestListener {
  readonly differences: string[] = []
  readonly #leaves: readonly unknown[] | null
  readonly #tables: readonly unknown[] | null
  #leafRow = 0
  #inRun = 0
  #tableRow = 0
  #leafDone = false
  #tableDone = false

  constructor(expected: Fields) {
    this.#leaves = Array.isArray(expected.leaves) ? expected.leaves : null
    this.#tables = Array.isArray(expected.tables) ? expected.tables : null
  }

  leaf(iova: string, level: number, raw: string): void {
    if (this.#leaves === null || this.#leafDone) return
    const got = `0x${iova} level ${level} 0x${raw}`
    const row = this.#leaves[this.#leafRow]
    const expected = row === undefined ? 'no further leaf' : leafOfRun(row, this.#inRun)
    if (got !== expected) {
      this.differences.push(`leaf ${got}, expected ${expected}`)
      this.#leafDone = true
      return
    }
    const count = Array.isArray(row) && typeof row[3] === 'number' ? row[3] : 1
    if (++this.#inRun < count) return
    this.#leafRow++
    this.#inRun = 0
  }

  table(level: number, iova: string, entries: number, link: string | null): void {
    if (this.#tables === null || this.#tableDone) return
    const got = [level, `0x${iova}`, entries, link === null ? null : `0x${link}`]
    const expected = this.#tables[this.#tableRow++]
    if (same(got, expected)) return
    this.differences.push(`table ${shown(got)}, expected ${shown(expected)}`)
    this.#tableDone = true
  }

  /** After the last row. */
  end(): readonly string[] {
    if (this.#leaves !== null && !this.#leafDone && this.#leafRow < this.#leaves.length) {
      this.differences.push(`no leaf for ${shown(this.#leaves[this.#leafRow])}`)
    }
    if (this.#tables !== null && !this.#tableDone && this.#tableRow < this.#tables.length) {
      this.differences.push(`no table for ${shown(this.#tables[this.#tableRow])}`)
    }
    return this.differences
  }
}

/** The k-th leaf of a row of a file, as text. */
function leafOfRun(row: unknown, k: number): string {
  if (!Array.isArray(row)) return shown(row)
  const [iova, level, raw, , iovaStep, rawStep] = row
  return `${plus(iova, iovaStep, k)} level ${level} ${plus(raw, rawStep, k)}`
}

/** base + k * step as text. */
function plus(base: unknown, step: unknown, k: number): string {
  const b = parseWide(base)
  return b === null ? shown(base) : showWide(plusWide(b, parseWide(step) ?? { hi: 0, lo: 0 }, k))
}

/** All that a vector's file expects and a run did not do. */
export function compareRun(
  vector: Vector,
  run: Run | null,
  rows: RowComparison,
  recorded: ReadonlySet<string>,
): string[] {
  const { expected } = vector
  const into: string[] = []
  const result = run === null ? null : run.result
  if ('result' in expected && result !== undefined && !same(result, expected.result)) {
    into.push(...differences('result', result, expected.result))
  }
  if (run === null) return into
  for (const [i, op] of vector.ops.entries()) {
    const got = run.ops[i]
    const at = `op ${i} ${String(op.expected.op)} ${showWide(op.iova)}`
    if (got !== undefined) compareOp(at, got, op.expected, recorded, into)
  }
  for (const [i, point] of vector.checkpoints.entries()) {
    const got = run.checkpoints[i] ?? {}
    for (const [key, value] of Object.entries(point.expected)) {
      if (!same(got[key], value)) {
        into.push(`after op ${point.after}: ${key} ${shown(got[key])}, expected ${shown(value)}`)
      }
    }
  }
  into.push(...rows.end())
  const { digest, leakedTables } = run
  for (const [key, got] of Object.entries({
    n_leaves: digest.leaves,
    n_tables: digest.tables,
    leaves_sha256: digest.leavesSha256,
    tables_sha256: digest.tablesSha256,
    live_table_allocs_after_free: leakedTables,
  })) {
    const want = expected[key]
    if (want !== undefined && got !== want) into.push(`${key} ${got}, expected ${shown(want)}`)
  }
  for (const [i, { expected: want }] of vector.lookups.entries()) {
    const [iova, got] = run.lookups[i] ?? ['', null]
    if (want === undefined || same(got, want)) continue
    into.push(`iova_to_phys ${iova}: ${shown(got)}, expected ${shown(want)}`)
  }
  return into
}

/** Which fields of two results differ. */
export function differences(at: string, got: unknown, expected: unknown): string[] {
  if (same(got, expected)) return []
  const [a, b] = [got, expected] as [Fields | null, Fields | null]
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return [`${at} ${shown(got)}, expected ${shown(expected)}`]
  }
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => !same(a[key], b[key]))
    .map((key) => `${at}.${key} ${shown(a[key])}, expected ${shown(b[key])}`)
}
