/** A progress line for work that takes over a second: on a terminal's standard error only. */
import type { Host } from './host.ts'

const QUIET_MS = 1000
const EVERY_MS = 100

/** Counts steps and shows them. */
export class Progress {
  readonly #host: Host
  readonly #label: string
  readonly #enabled: boolean
  readonly #start: number
  #last = 0
  #shown = false

  /** `label` names the work, e.g. `boards`. */
  constructor(host: Host, label: string, enabled: boolean) {
    this.#host = host
    this.#label = label
    this.#enabled = enabled && host.errIsTerminal
    this.#start = host.now()
  }

  /** `done` of `total` steps are over. */
  tick(done: number, total: number): void {
    if (!this.#enabled) return
    const now = this.#host.now()
    if (now - this.#start < QUIET_MS || now - this.#last < EVERY_MS) return
    this.#last = now
    this.#shown = true
    this.#host.err(`\r\u001b[K${this.#label}: ${done} of ${total}`)
  }

  /** Wipes the line; call it before writing anything else. */
  clear(): void {
    if (!this.#shown) return
    this.#shown = false
    this.#host.err('\r\u001b[K')
  }
}
