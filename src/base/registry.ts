/** An ordered table of named things. A duplicate name is a bug of ours and throws. */
export class Registry<T> {
  readonly #byName = new Map<string, T>()
  readonly #nameOf: (item: T) => string

  constructor(nameOf: (item: T) => string, items: Iterable<T> = []) {
    this.#nameOf = nameOf
    for (const item of items) this.register(item)
  }

  register(item: T): void {
    const name = this.#nameOf(item)
    if (this.#byName.has(name)) throw new Error(`dmaplumb bug: ${name} registered twice`)
    this.#byName.set(name, item)
  }

  /** The item, or undefined. */
  find(name: string): T | undefined {
    return this.#byName.get(name)
  }

  /** The item; throws when there is none (a bug of the caller). */
  named(name: string): T {
    const item = this.#byName.get(name)
    if (item === undefined) throw new Error(`dmaplumb bug: nothing registered as ${name}`)
    return item
  }

  names(): string[] {
    return [...this.#byName.keys()]
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#byName.values()
  }
}
