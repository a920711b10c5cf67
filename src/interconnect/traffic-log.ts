/**
 * What became of a port's accesses, in few words: neighbouring pages that went the same way are
 * one run, and only the first runs are kept. Explanations are told from it.
 */
import { type Addr, type Phys, prettyHex, prettySize } from '../base/addr.ts'

/** How a run of accesses went on from the port. */
export type Passage = 'pass' | 'translated' | 'fault'

/** Consecutive bytes that went the same way. */
export interface TrafficRun {
  write: boolean
  /** First byte, as the master issued it. */
  iova: Addr
  /** First byte, where it arrived; null for a fault. */
  physical: Phys | null
  /** Bytes. */
  size: number
  how: Passage
  /** Who passed, translated or refused it, in that block's own terms. */
  why: string
}

/** Runs kept a port: enough for two windows, a ring and its buffers. */
const MOST_RUNS = 32

/**
 * The log of one port: at most 32 runs, each in bytes as issued and as arrived; what begins after
 * that is only counted.
 */
export class TrafficLog {
  readonly #runs: TrafficRun[] = []
  #dropped = 0

  /** In order of their first access. */
  get runs(): readonly TrafficRun[] {
    return this.#runs
  }

  /** Accesses that began a run which is not kept. */
  get dropped(): number {
    return this.#dropped
  }

  /** Notes an access of at most a page; it joins the run that it continues, if there is one. */
  note(access: TrafficRun): void {
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const run = this.#runs[i]!
      if (continues(run, access)) {
        run.size += access.size
        return
      }
    }
    if (this.#runs.length < MOST_RUNS) this.#runs.push({ ...access })
    else this.#dropped++
  }

  clear(): void {
    this.#runs.length = 0
    this.#dropped = 0
  }
}

function continues(run: TrafficRun, next: TrafficRun): boolean {
  if (run.iova + run.size !== next.iova || run.write !== next.write) return false
  if (run.how !== next.how || run.physical === null || next.physical === null) return false
  return run.physical + run.size === next.physical && run.why === next.why
}

/** `issued 0x2e000000 (8 KiB), not translated, read 0x2e000000`. */
export function describeRun(run: TrafficRun): string {
  const issued = `issued ${prettyHex(run.iova)} (${prettySize(run.size)})`
  const verb = run.write ? 'write' : 'read'
  if (run.physical === null) return `${issued}, ${verb} refused: ${run.why}`
  const way = run.how === 'pass' ? 'not translated' : 'translated'
  return `${issued}, ${way}, ${run.write ? 'wrote' : 'read'} ${prettyHex(run.physical)}`
}
