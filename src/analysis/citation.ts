/** Where a cause comes from, as one would cite it in a mail. */
import type { Cause } from '../base/journal.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ChangeRow } from '../policy/change.ts'

/** `4bb25789ed28 ("arm: ...", Will Deacon, 2014-08-27, v3.19-rc1)` */
export function citeChange(change: ChangeRow): string {
  const when = change.candidate ?? change.release ?? 'never merged'
  const who = [`"${change.title}"`, change.author, change.date, when].filter((x) => x !== null)
  return `${change.commit ?? change.id} (${who.join(', ')})`
}

/** What a cause is, in a few words. */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'tree':
      return `device tree: ${cause.text}`
    case 'switch':
      return `kernel behaviour ${cause.name} = ${cause.value}`
    case 'call':
      return cause.driver === ''
        ? `${cause.function}()`
        : `${cause.driver} calls ${cause.function}()`
    case 'register':
      return `register ${cause.block} ${cause.register} = 0x${cause.value.toString(16)}`
    case 'assumption':
      return `assumed: ${cause.text}`
  }
}

/** Where that can be looked up; the release where a behaviour is older than the first change. */
export function causeSource(cause: Cause, kernel: Kernel): string {
  switch (cause.kind) {
    case 'tree':
      return cause.node
    case 'switch': {
      const change = kernel.changes.find((c) => c.id === cause.change)
      return change === undefined ? 'so since before the modelled releases' : citeChange(change)
    }
    case 'call':
      return cause.driver === '' ? 'the core' : `driver model of ${cause.driver}`
    case 'register':
      return 'hardware'
    case 'assumption':
      return 'assumption'
  }
}
