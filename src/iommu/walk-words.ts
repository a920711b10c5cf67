/** A hardware walk in words: which entry was read where, and what it held. */
import { hex, type Iova } from '../base/addr.ts'
import type { FormatSpec, WalkStep } from '../pagetable/contract.ts'

/**
 * `DTE[4] at 0x40001010 = 0x40002001, PTE[0] at 0x40002000 = 0x00000000`. `names` has the
 * hardware's own word for an entry of each level, root first.
 */
export function walkWords(
  format: FormatSpec,
  names: readonly string[],
  steps: readonly WalkStep[],
  iova: Iova,
): string {
  return steps.map((step) => entryWords(format, names, step, iova)).join(', ')
}

/** Why a walk ended without a page: the entries read, and the `verdict` on the last of them. */
export function invalidWords(
  format: FormatSpec,
  names: readonly string[],
  steps: readonly WalkStep[],
  iova: Iova,
  verdict: string,
): string {
  if (steps.length === 0) return `the address has more than ${format.iovaBits} bits`
  return `${walkWords(format, names, steps, iova)} ${verdict}`
}

function entryWords(
  format: FormatSpec,
  names: readonly string[],
  step: WalkStep,
  iova: Iova,
): string {
  const level = format.levels[step.level]!
  const index = Math.floor(iova / 2 ** level.shift) % 2 ** level.entriesLg2
  const low = (step.lo >>> 0).toString(16).padStart(8, '0')
  const value = format.wordBits === 32 ? low : (step.hi >>> 0).toString(16).padStart(8, '0') + low
  return `${names[step.level]}[${index}] at ${hex(step.at, 8)} = 0x${value}`
}
