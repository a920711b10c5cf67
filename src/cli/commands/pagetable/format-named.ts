/** A page-table format by what the user typed. */
import { nearNames } from '../../../base/near-names.ts'
import type { FormatSpec } from '../../../pagetable/contract.ts'
import { formats } from '../../../pagetable/formats.ts'
import type { Call } from '../../command.ts'
import { refused } from '../../failures.ts'

/** The format, or null after saying that there is none. */
export function formatNamed(name: string, call: Call): FormatSpec | null {
  const format = formats.find(name)
  if (format !== undefined) return format
  const near = nearNames(name, formats.names())
  const remedy =
    near.length > 0 ? `did you mean ${near.join(', ')}` : 'pagetable formats lists them'
  refused(call, null, [{ severity: 'error', message: `no page-table format ${name}`, remedy }])
  return null
}
