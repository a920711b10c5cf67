/**
 * Finds an item by name in lists that grow and shrink while a source is read, without scanning or
 * shifting long ones for each statement.
 */

/** Lists up to this length are searched item by item. */
const SHORT = 24

/** See the head of the file. Every list is changed through this index only. */
export class NameIndex<T extends { name: string }> {
  readonly #tables = new Map<readonly T[], Map<string, T>>()
  /** Items taken away that still stand in their list, and those lists. */
  readonly #removed = new Set<T>()
  readonly #dirty = new Set<T[]>()

  /** The first item of that name. */
  find(list: readonly T[], name: string): T | undefined {
    if (list.length <= SHORT) {
      return list.find((item) => item.name === name && !this.#removed.has(item))
    }
    let table = this.#tables.get(list)
    if (table === undefined) {
      table = new Map()
      for (const item of list) {
        if (!table.has(item.name) && !this.#removed.has(item)) table.set(item.name, item)
      }
      this.#tables.set(list, table)
    }
    return table.get(name)
  }

  add(list: T[], item: T): void {
    list.push(item)
    const table = this.#tables.get(list)
    if (table !== undefined && !table.has(item.name)) table.set(item.name, item)
  }

  /** Takes an item away. It stays in its list until `compact`. */
  remove(list: T[], item: T): void {
    this.#removed.add(item)
    this.#dirty.add(list)
    this.#tables.get(list)?.delete(item.name)
  }

  /** Takes what was removed out of the lists, once, when all is read. */
  compact(): void {
    for (const list of this.#dirty) {
      const kept = list.filter((item) => !this.#removed.has(item))
      for (const [i, item] of kept.entries()) list[i] = item
      list.length = kept.length
    }
    this.#dirty.clear()
  }
}
