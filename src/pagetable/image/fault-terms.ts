/**
 * What a hardware walker reports, in its architecture's own words and numbers: a row a family of
 * formats, a column a cause. The tables of the SMMU, of VT-d and so on are in their specifications;
 * where there is none, the names are those of the Linux driver's register definitions.
 */
import type { FormatSpec } from '../contract.ts'
import type { FaultCause, FaultFamily, FaultPlace, FaultTerm } from './fault-term.ts'
import { armFaults } from './fault-terms-arm.ts'
import { platformFaults } from './fault-terms-platform.ts'
import { socFaults } from './fault-terms-soc.ts'

export type { FaultCause, FaultFamily, FaultPlace, FaultTerm } from './fault-term.ts'

/** Every family. A format belongs to the first row that names it or the beginning of its name. */
export const faultFamilies: readonly FaultFamily[] = [...armFaults, ...socFaults, ...platformFaults]

/** The family of a format. */
export function faultFamilyOf(format: FormatSpec): FaultFamily {
  const family = faultFamilies.find((f) => f.formats.some((id) => format.id.startsWith(id)))
  if (family === undefined) throw new Error(`dmaplumb bug: no fault terms for ${format.id}`)
  return family
}

/** A fault in a format's own terms. */
export function faultTerm(format: FormatSpec, cause: FaultCause, at: FaultPlace): FaultTerm {
  const { terms } = faultFamilyOf(format)
  const term = terms[cause]
  return term === undefined ? terms.invalid(at) : term(at)
}
