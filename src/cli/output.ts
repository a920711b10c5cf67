/** Where results and messages go: data to standard output, messages to standard error. */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts'
import { type Host, lineWidth } from './host.ts'
import type { Options } from './options.ts'
import { type Paint, paintFor } from './paint.ts'
import { Progress } from './progress.ts'

/** Diagnostics of one list that are written out. */
const MOST_SHOWN = 12

/** Output of one command. */
export class Output {
  readonly paint: Paint
  /** Characters a line. */
  readonly width: number
  readonly json: boolean
  readonly #host: Host
  readonly #quiet: boolean
  readonly #said = new Set<string>()
  #progress: Progress | null = null

  constructor(host: Host, options: Options) {
    this.#host = host
    this.#quiet = options.quiet
    this.json = options.json
    this.paint = paintFor(host, options.color)
    this.width = lineWidth(host)
  }

  /** One JSON object on one line. */
  object(value: object): void {
    this.#progress?.clear()
    this.#host.out(`${JSON.stringify(value)}\n`)
  }

  /** Lines for people. */
  lines(lines: readonly string[]): void {
    this.#progress?.clear()
    if (lines.length > 0) this.#host.out(`${lines.join('\n')}\n`)
  }

  /** A line on standard error. */
  message(text: string): void {
    this.#progress?.clear()
    this.#host.err(`${text}\n`)
  }

  /**
   * Diagnostics on standard error, each text once a run; --quiet leaves errors only. In JSON they
   * are part of the objects, so there errors only are repeated here. `notes` false: notes are left
   * out.
   */
  diagnostics(list: readonly Diagnostic[], notes = true): void {
    let shown = 0
    let more = 0
    for (const diagnostic of list) {
      if ((this.#quiet || this.json) && diagnostic.severity !== 'error') continue
      if (!notes && diagnostic.severity === 'note') continue
      const text = formatDiagnostic(diagnostic)
      if (this.#said.has(text)) continue
      this.#said.add(text)
      // A broken input has hundreds; the first ones say what is wrong with it.
      if (shown === MOST_SHOWN) more++
      else {
        this.message(`dmaplumb: ${text}`)
        shown++
      }
    }
    if (more > 0) this.message(`dmaplumb: and ${more} more; --json prints all`)
  }

  /** A progress line that the other methods wipe before they write. */
  progress(label: string): Progress {
    this.#progress = new Progress(this.#host, label, !this.#quiet)
    return this.#progress
  }
}
