/** `2 fault, 14 ok, 21 not exercised`. */
import { type Verdict, verdicts } from '../../analysis/contract.ts'

/** Counts in words, bad ones first, not-exercised last; `nothing` for no device at all. */
export function verdictCounts(summary: Readonly<Record<string, number>>): string {
  const [ok, ...others] = verdicts
  const order: Verdict[] = [...others.filter((v) => v !== 'not-exercised'), ok, 'not-exercised']
  const parts = order
    .filter((verdict) => (summary[verdict] ?? 0) > 0)
    .map((verdict) => `${summary[verdict]} ${verdict.replace('not-exercised', 'not exercised')}`)
  return parts.length > 0 ? parts.join(', ') : 'no device that could do DMA'
}
