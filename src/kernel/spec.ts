/** A kernel as text: a release, then `+ID` for a change added and `~ID` for one taken away. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import { finalReleases, findRelease, modelledReleases, newestRelease } from '../policy/releases.ts'

/** `+ID` or `~ID`. Whether there is such a change is found out when the step is applied. */
export interface SpecStep {
  readonly op: 'add' | 'remove'
  /** A change id, or `drivers`. */
  readonly id: string
}

/** A parsed spec: its release is known, its ids are not looked up. */
export interface KernelSpec {
  /** In canonical form: the same text gives the same spec again. */
  readonly text: string
  /** A modelled release or candidate. */
  readonly release: string
  /** To be applied left to right. */
  readonly steps: readonly SpecStep[]
}

/** The text of a spec. */
export function specText(release: string, steps: readonly SpecStep[]): string {
  return release + steps.map((s) => (s.op === 'add' ? '+' : '~') + s.id).join('')
}

/**
 * Reads a spec. Without a release the newest modelled one is meant. Ids are not looked up here.
 *
 * @example
 * parseKernelSpec('v3.19-rc5+drivers~exynos-sysmmu-notifier').spec?.steps.length // 2
 */
export function parseKernelSpec(text: string): {
  spec: KernelSpec | null
  diagnostics: Diagnostic[]
} {
  const [head = '', ...rest] = text.trim().split(/(?=[+~])/)
  const written = /^[+~]/.test(head) ? [head, ...rest] : rest
  const release = /^[+~]/.test(head) || head === '' ? newestRelease : head
  const diagnostics: Diagnostic[] = []
  if (findRelease(release) === undefined) diagnostics.push(unknownRelease(release))
  const steps = written.map(
    (step): SpecStep => ({
      op: step.startsWith('+') ? 'add' : 'remove',
      id: step.slice(1).trim(),
    }),
  )
  for (const [i, step] of steps.entries()) {
    if (step.id !== '') continue
    diagnostics.push({
      severity: 'error',
      message: `kernel spec ${text}: no change after the ${written[i]?.[0]} at place ${i + 1}`,
      remedy: 'write +ID or ~ID',
    })
  }
  if (diagnostics.length > 0) return { spec: null, diagnostics }
  return { spec: { text: specText(release, steps), release, steps }, diagnostics }
}

function unknownRelease(name: string): Diagnostic {
  const modelled = modelledReleases.map((r) => r.name)
  const final = name.replace(/-rc\d+$/, '')
  if (finalReleases.includes(final)) {
    return {
      severity: 'error',
      message: `kernel ${name} is not modelled`,
      remedy: `modelled are ${modelled.join(', ')}`,
    }
  }
  const near = nearNames(name, modelled)
  return {
    severity: 'error',
    message: `unknown kernel release ${name}`,
    remedy:
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `modelled are ${modelled.join(', ')}`,
  }
}
