/** Exit codes. They are part of the contract with scripts; the highest of a run wins. */
import type { Verdict } from '../analysis/contract.ts'

/** By meaning. */
export const exitCode = {
  /** Nothing wrong. */
  clean: 0,
  /** A bad verdict, a finding or a difference. */
  findings: 1,
  /** Bad usage, an unknown release, change or device, a refusal. */
  usage: 2,
  /** An input could not be read or is malformed. */
  input: 3,
  /** A bug in dmaplumb. */
  bug: 4,
} as const

/** `git bisect run`: this commit cannot be judged. */
export const bisectSkip = 125

const badVerdicts: ReadonlySet<Verdict> = new Set([
  'fault',
  'corrupt',
  'probe-error',
  'deferred',
  'unreachable',
])

/** True for a verdict that makes a run exit with 1. */
export function isBad(verdict: Verdict): boolean {
  return badVerdicts.has(verdict)
}

/**
 * The code of `bisect --script`. `git bisect run` takes every code from 1 to 127 but 125 for "bad",
 * so anything that is no verdict becomes 128 and more, which stops the bisection.
 */
export function scriptExitCode(code: number): number {
  return code <= exitCode.findings || code === bisectSkip ? code : 128 + code
}
