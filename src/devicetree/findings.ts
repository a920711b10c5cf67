/** Collects what is wrong with an input, in the order found, up to a limit. */
import type { Diagnostic, Position, Severity } from '../base/diagnostic.ts'

/** Diagnostics kept of one input: a hopeless one would otherwise yield one for each byte. */
export const MOST_DIAGNOSTICS = 100

/** See the head of the file. */
export class Findings {
  readonly diagnostics: Diagnostic[] = []
  readonly source: string | undefined
  #failed = false
  #dropped = 0

  constructor(source?: string) {
    this.source = source
  }

  /** True once an error was found. */
  get failed(): boolean {
    return this.#failed
  }

  add(severity: Severity, message: string, at: Position, remedy?: string): void {
    if (severity === 'error') this.#failed = true
    if (this.diagnostics.length >= MOST_DIAGNOSTICS) {
      this.#dropped++
      return
    }
    const diagnostic: Diagnostic = { severity, message, at }
    if (remedy !== undefined) diagnostic.remedy = remedy
    this.diagnostics.push(diagnostic)
  }

  error(message: string, at: Position, remedy?: string): void {
    this.add('error', message, at, remedy)
  }

  warning(message: string, at: Position, remedy?: string): void {
    this.add('warning', message, at, remedy)
  }

  /** A position in a blob. */
  offset(offset: number): Position {
    return this.source === undefined ? { offset } : { source: this.source, offset }
  }

  /** The list, with a last line about those beyond the limit. */
  finish(): Diagnostic[] {
    if (this.#dropped > 0) {
      const severity = this.#failed ? 'error' : 'warning'
      const at = this.source === undefined ? undefined : { source: this.source }
      this.diagnostics.push({ severity, message: `${this.#dropped} more of the kind`, at })
      this.#dropped = 0
    }
    return this.diagnostics
  }
}
