/** `history`: releases, changes and switches, and how one kernel's switches came to their values. */
import { type Kernel, resolveKernel } from '../kernel/kernel.ts'
import { changes } from '../policy/changes.ts'
import { modelledReleases, newestRelease, releaseHas } from '../policy/releases.ts'
import { switches, switchNames } from '../policy/switches.ts'
import type { Answer, HistoryReport } from './contract.ts'

/** `spec`: the kernel whose switch values are shown; null for the newest modelled release. */
export function history(spec: string | null): Answer<HistoryReport> {
  const { kernel, diagnostics } = resolveKernel(spec ?? newestRelease, {
    extraChanges: [],
    neededAvailability: () => [],
  })
  if (kernel === null) return { ok: false, diagnostics }
  return { ok: true, report: report(kernel, spec !== null) }
}

/** `only`: nothing but the kernel's own release, and of the changes those that it has. */
function report(kernel: Kernel, only: boolean): HistoryReport {
  const { policy } = kernel
  const listed = only ? kernel.changes : changes
  return {
    schemaVersion: 1,
    command: 'history',
    releases: modelledReleases
      .filter(({ name }) => !only || name === kernel.release)
      .map(({ name, date }) => ({
        name,
        date,
        changes: listed.filter((change) => releaseHas(change, name)).map((change) => change.id),
      })),
    changes: [...listed],
    switches: switchNames.map((name) => {
      const { value, change } = policy.why(name)
      return { name, doc: switches[name].doc, value, setBy: change?.id ?? null }
    }),
  }
}
