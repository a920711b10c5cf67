/** Edit distance (insertions, deletions, substitutions) of two short strings. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substitute, (previous[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    previous = row
  }
  return previous[b.length] as number
}

/**
 * Names close to a mistyped one, best first: by edit distance, or because one contains the other.
 * At most `most` of them; none that is wholly different.
 */
export function nearNames(typed: string, names: Iterable<string>, most = 3): string[] {
  const wanted = typed.toLowerCase()
  const scored: { name: string; score: number }[] = []
  for (const name of new Set(names)) {
    const n = name.toLowerCase()
    const contained = wanted.length > 2 && (n.includes(wanted) || wanted.includes(n))
    const score = contained ? Math.abs(n.length - wanted.length) / 8 : distance(wanted, n)
    if (contained || score <= Math.max(2, Math.floor(wanted.length / 3)))
      scored.push({ name, score })
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
  return scored.slice(0, most).map((s) => s.name)
}
