/**
 * Finds an item by name in lists that grow while a source is read or a tree changed, without
 * scanning long ones for each look.
 */

/** Lists up to this length are searched item by item. */
const SHORT = 24

/** See the head of the file. Every list is changed through this index only. */
export class NameIndex<T extends { name: string }> {
  readonly #tables = new Map<readonly T[], Map<string, T>>()

  /** The first item of that name. */
  find(list: readonly T[], name: string): T | undefined {
    if (list.length <= SHORT) return list.find((item) => item.name === name)
    let table = this.#tables.get(list)
    if (table === undefined) {
      table = new Map()
      for (const item of list) if (!table.has(item.name)) table.set(item.name, item)
      this.#tables.set(list, table)
    }
    return table.get(name)
  }

  add(list: T[], item: T): void {
    list.push(item)
    const table = this.#tables.get(list)
    if (table !== undefined && !table.has(item.name)) table.set(item.name, item)
  }
}
