/** `bisect --script` for the log of `git bisect run`: a line a device. */
import type { Verdict } from '../../analysis/contract.ts'

/** `ff930000.vop: fault: reason`. */
export function renderScript(
  judged: readonly { name: string; verdict: Verdict; reason: string }[],
): string[] {
  return judged.map(({ name, verdict, reason }) => `${name}: ${verdict}: ${reason}`)
}
