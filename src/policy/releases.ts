/** Releases of Linux in order. The only place that compares them. */
import type { ChangeRow } from './change.ts'

/** A kernel that a spec can start from. */
export interface ReleaseRow {
  readonly name: string
  /** Date of the tag. */
  readonly date: string
  /** For a release candidate: the release that it became. */
  readonly candidateOf?: string
  readonly source: string
}

/** The releases and candidates that are modelled, oldest first. */
export const modelledReleases: readonly ReleaseRow[] = [
  { name: 'v3.18', date: '2014-12-07', source: 'tag date from memory' },
  {
    name: 'v3.19-rc5',
    date: '2015-01-18',
    candidateOf: 'v3.19',
    source: 'list mail: the last candidate that is sure to lack the fix of 23 January',
  },
  { name: 'v3.19', date: '2015-02-08', source: 'tag date from memory' },
]

/** Every final release from v3.18 to v6.18, oldest first, modelled or not. */
export const finalReleases: readonly string[] = [
  ...numbered(3, 18, 19),
  ...numbered(4, 0, 20),
  ...numbered(5, 0, 19),
  ...numbered(6, 0, 18),
]

/** The newest modelled final release: what is meant where no kernel is named. */
export const newestRelease: string = modelledReleases.findLast(
  (r) => r.candidateOf === undefined,
)!.name

/** The modelled release or candidate of that name, or undefined. */
export function findRelease(name: string): ReleaseRow | undefined {
  return modelledReleases.find((r) => r.name === name)
}

/**
 * Whether something that arrived in the release `since` is in `release` (a final release or a
 * candidate). What arrives comes with the first candidate. 'unknown' where `since` is, and from
 * the release `earliest`, where given, up to `since`.
 *
 * @example
 * isIn('v3.19', 'v3.19-rc5') // true
 */
export function isIn(
  since: string | null,
  release: string,
  earliest: string | null = null,
): boolean | 'unknown' {
  if (since === null) return 'unknown'
  const at = order(finalOf(release))
  if (at >= order(since)) return true
  return earliest !== null && at >= order(earliest) ? 'unknown' : false
}

/** The later of two releases; a candidate counts as the release that it became. */
export function laterRelease(a: string, b: string): string {
  return order(finalOf(a)) >= order(finalOf(b)) ? a : b
}

/**
 * Whether a release or candidate has a change. A change that came "after" some candidate is sure to
 * be in the final release only.
 */
export function releaseHas(change: ChangeRow, release: string): boolean {
  if (change.release === null) return false
  const final = finalOf(release)
  if (final === release || change.release !== final) return isIn(change.release, final) === true
  const first = change.candidate
  if (first === undefined) return true
  const rc = candidateNumber(first)
  return !first.startsWith('after ') && rc !== null && rc <= (candidateNumber(release) ?? 0)
}

/** The final release that a name belongs to: itself, or what the candidate became. */
function finalOf(release: string): string {
  return release.replace(/-rc\d+$/, '')
}

function candidateNumber(name: string): number | null {
  const m = /-rc(\d+)$/.exec(name)
  return m === null ? null : Number(m[1])
}

function order(release: string): number {
  const index = finalReleases.indexOf(release)
  if (index < 0) throw new Error(`dmaplumb bug: ${release} is no release`)
  return index
}

function numbered(major: number, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => `v${major}.${first + i}`)
}
