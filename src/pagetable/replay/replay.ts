/**
 * `pagetable replay`: files of measured vectors, run on the engine and compared. The file is JSON
 * that somebody else has parsed; see the vectors' README for what is in it.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { pageChoice } from '../page-size.ts'
import { compareRun, differences, recordedIn, RowComparison } from './compare.ts'
import { encodingCase } from './encodings.ts'
import { replayFamilies } from './families.ts'
import { type Run, runVector } from './run.ts'
import { fieldsOf, readCase, readVector, shown, type Vector } from './vector.ts'
import { lowBits, parseWide, showWide } from './wide.ts'

/** How to replay. */
export interface ReplayOptions {
  /** False: as Linux does, with its known defects (default). */
  correct?: boolean
  /** Runs vectors of the IOVA allocators, which live above this floor; `label` is for messages. */
  iova?: (vector: unknown, label: string) => ReplayOutcome
}

/** What became of one vector. */
export interface ReplayOutcome {
  /** How to call it in messages. */
  label: string
  /** What was done, in the vectors' own field names; null where it could not be run. */
  line: Readonly<Record<string, unknown>> | null
  /** Expectations of the file that were not met. */
  disagreements: readonly string[]
  diagnostics: readonly Diagnostic[]
}

/** Runs everything that a file holds, one outcome a vector or case, in the order of the file. */
export function* replayFile(
  document: unknown,
  options: ReplayOptions = {},
): Generator<ReplayOutcome> {
  const file = fieldsOf(document)
  const { vectors, cases, encodings } = file ?? {}
  if (!Array.isArray(vectors) && !Array.isArray(cases)) {
    yield refused('file', 'neither vectors nor cases are in it', 'give a file of vectors')
    return
  }
  if (Array.isArray(vectors)) yield* replayVectors(vectors, options)
  if (Array.isArray(cases)) {
    for (const [i, row] of cases.entries()) {
      yield Array.isArray(row) ? pageSizeCase(row, i) : configCase(row, i, options)
    }
  }
  const { rows } = fieldsOf(encodings) ?? {}
  if (Array.isArray(rows)) for (const row of rows) yield encodingCase(row)
}

function refused(label: string, message: string, remedy?: string): ReplayOutcome {
  const diagnostic: Diagnostic = { severity: 'error', message: `${label}: ${message}` }
  if (remedy !== undefined) diagnostic.remedy = remedy
  return { label, line: null, disagreements: [], diagnostics: [diagnostic] }
}

/** A recording of an IOVA allocator, however broken: it has no format, but one of these. */
function isIova(value: unknown): boolean {
  const fields = fieldsOf(value) ?? {}
  const own = ['granule', 'start_pfn', 'rcache']
  return !Object.hasOwn(fields, 'format') && own.some((name) => Object.hasOwn(fields, name))
}

/** The name of a vector, or its place in the file. */
function labelOf(value: unknown, i: number): string {
  const { name } = fieldsOf(value) ?? {}
  return typeof name === 'string' && name !== '' ? name : `vector ${i}`
}

function* replayVectors(
  values: readonly unknown[],
  options: ReplayOptions,
): Generator<ReplayOutcome> {
  const read = values.map((v) => (isIova(v) ? null : readVector(v)))
  const recorded = recordedIn(read.filter((v): v is Vector => v !== null && typeof v !== 'string'))
  for (const [i, vector] of read.entries()) {
    if (vector === null) {
      const label = labelOf(values[i], i)
      yield options.iova?.(values[i], label) ?? refused(label, 'no IOVA allocator to run it on')
      continue
    }
    if (typeof vector === 'string') yield refused(labelOf(values[i], i), vector)
    else yield replayVector(vector, recorded, options, i)
  }
}

function replayVector(
  vector: Vector,
  recorded: ReadonlySet<string>,
  { correct = false }: ReplayOptions,
  i: number,
): ReplayOutcome {
  const label = vector.name === '' ? `vector ${i}` : vector.name
  const family = replayFamilies.find(vector.format)
  if (family === undefined) return unknownFormat(label, vector.format)
  const rows = new RowComparison(vector.expected)
  const run = runVector(vector, family, !correct, rows)
  if (typeof run === 'string') return refused(label, run)
  return {
    label,
    line: lineOf(vector, run, family.ioPgtable),
    disagreements: compareRun(vector, run, rows, recorded),
    diagnostics: [],
  }
}

function unknownFormat(label: string, format: string): ReplayOutcome {
  const known = replayFamilies.names().join(', ')
  return refused(label, `there is no format ${shown(format)}`, `formats: ${known}`)
}

function lineOf(vector: Vector, run: Run | null, ioPgtable: boolean): Record<string, unknown> {
  const { name, format } = vector
  if (run === null) return { name, format, result: null }
  const { digest } = run
  return {
    name,
    format,
    ...(run.result === undefined ? {} : { result: run.result }),
    ops: run.ops,
    ...(run.checkpoints.length === 0 ? {} : { checkpoints: run.checkpoints }),
    n_leaves: digest.leaves,
    n_tables: digest.tables,
    leaves_sha256: digest.leavesSha256,
    ...(ioPgtable ? { tables_sha256: digest.tablesSha256 } : {}),
    iova_to_phys: run.lookups,
    live_table_allocs_after_free: run.leakedTables,
  }
}

/** Allocation only: what becomes of a configuration. */
function configCase(value: unknown, i: number, { correct = false }: ReplayOptions): ReplayOutcome {
  const label = `case ${i}`
  const read = readCase(value)
  if (typeof read === 'string') return refused(label, read)
  const family = replayFamilies.find(read.format)
  if (family === undefined) return unknownFormat(label, read.format)
  const fields = fieldsOf(value) ?? {}
  const prepared = family.prepare(read.config, 0x8000_0000, !correct)
  const result = prepared === null ? null : (prepared.result ?? {})
  return {
    label: `${label} ${read.format}`,
    line: { format: read.format, cfg: fields.cfg, result },
    disagreements: 'result' in fields ? differences('result', result, fields.result) : [],
    diagnostics: [],
  }
}

/** [pgsize_bitmap, iova, paddr, size, page size, count]: what the IOMMU core chooses. */
function pageSizeCase(row: readonly unknown[], i: number): ReplayOutcome {
  const label = `case ${i}`
  const [bitmap, iova, address, size] = row.slice(0, 4).map(parseWide)
  if (bitmap == null || iova == null || address == null || size == null) {
    return refused(label, `${shown(row)} is not [pgsize_bitmap, iova, paddr, size, pgsize, count]`)
  }
  const bits = Array.from({ length: 53 }, (_, b) => b)
  const sizes = bits
    .filter((b) => (((b < 32 ? bitmap.lo : bitmap.hi) >>> (b % 32)) & 1) === 1)
    .map((b) => 2 ** b)
  // Only how far addresses are from a multiple of a page matters, so the top bits may go.
  const choice = pageChoice(sizes, lowBits(iova, 52), lowBits(address, 52), lowBits(size, 53))
  const got = choice === null ? [null, null] : [`0x${choice.size.toString(16)}`, choice.count]
  const names = ['pgsize', 'count']
  return {
    label: `${label} ${showWide(iova)}`,
    line: {
      pgsize_bitmap: showWide(bitmap),
      iova: showWide(iova),
      paddr: showWide(address),
      size: showWide(size),
      pgsize: got[0],
      count: got[1],
    },
    disagreements: names.flatMap((name, k) =>
      row[4 + k] === undefined ? [] : differences(name, got[k], row[4 + k]),
    ),
    diagnostics: [],
  }
}
