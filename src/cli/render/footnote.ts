/** The `*`: verdicts that rest on changes which the release lacks. */

/** Changes assumed by any of the devices, each once, in order of appearance. */
export function allAssumed(lists: Iterable<readonly string[]>): string[] {
  return [...new Set([...lists].flat())]
}

/** One footnote for a board; null when nothing was assumed. */
export function footnote(assumed: readonly string[], lacking: string): string | null {
  if (assumed.length === 0) return null
  return `* rests on drivers or bindings that ${lacking} lacks, added as first merged or proposed: ${assumed.join(', ')}`
}
