/** Interrupt lines, one a register block: raised by hardware, served when the access is over. */
export class Interrupts {
  readonly #handlers = new Map<string, () => void>()
  readonly #pending = new Set<string>()

  /** A line is named by the physical address of its block. Nobody listening: nothing happens. */
  raise(line: string): void {
    this.#pending.add(line)
  }

  request(line: string, handler: () => void): void {
    this.#handlers.set(line, handler)
  }

  free(line: string): void {
    this.#handlers.delete(line)
    this.#pending.delete(line)
  }

  /**
   * Runs the handlers of the lines that are up, once each. A handler that leaves the cause standing
   * raises its line again, and is served at the next call: a storm does not hang the model.
   */
  deliver(): void {
    const lines = [...this.#pending]
    this.#pending.clear()
    for (const line of lines) this.#handlers.get(line)?.()
  }
}
