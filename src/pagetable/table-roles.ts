/**
 * On which level the tables of a memory are, of which somebody remembers where they are (way-down.ts).
 * Who remembers learns of writes by way of the memory's port, and the short ways write pages without it:
 * a page that is a link for somebody else must not go unseen. That takes a table on two levels, such as
 * a root that links to itself, or tables shared by trees of different depth.
 */
import type { DirectMemory } from '../base/memory.ts'
import type { LevelLayout } from './layout.ts'

const known = new WeakMap<Int32Array, TableRoles>()

/** Words of 4 KiB. What lies in one such frame is of one level, or not remembered together. */
const FRAME = 1024

/** See the head of the file. Tables go by their first word. Internal to src/pagetable. */
export class TableRoles {
  readonly #memory: DirectMemory
  /** Of the frames that tables lie in. */
  readonly #levels = new Map<number, LevelLayout>()
  /** The memory's `changes` that they are of. */
  #since = 0

  private constructor(memory: DirectMemory) {
    this.#memory = memory
  }

  /** Those of a memory, for all of its trees. */
  static of(memory: DirectMemory): TableRoles {
    let roles = known.get(memory.words)
    if (roles === undefined) {
      roles = new TableRoles(memory)
      known.set(memory.words, roles)
    }
    return roles
  }

  /** A table of this level is going to be remembered, or passed on the way to one. */
  note(table: number, level: LevelLayout): void {
    if (this.#since !== this.#memory.changes) this.#forget()
    if (this.#contradicts(table, level)) this.#outdate()
    const last = lastFrame(table, level)
    for (let frame = Math.floor(table / FRAME); frame <= last; frame++)
      this.#levels.set(frame, level)
  }

  /** Words of a table of this level are going to be written, not by way of the port. */
  check(table: number, level: LevelLayout): void {
    if (this.#since === this.#memory.changes && this.#contradicts(table, level)) this.#outdate()
  }

  #contradicts(table: number, level: LevelLayout): boolean {
    const last = lastFrame(table, level)
    for (let frame = Math.floor(table / FRAME); frame <= last; frame++) {
      const other = this.#levels.get(frame)
      if (other !== undefined && other !== level) return true
    }
    return false
  }

  /** Whatever is remembered is no longer. */
  #outdate(): void {
    this.#memory.changes = (this.#memory.changes + 1) | 0
    this.#forget()
  }

  #forget(): void {
    this.#levels.clear()
    this.#since = this.#memory.changes
  }
}

/** Tables may overlap that begin at different words. */
function lastFrame(table: number, { tableBytes }: LevelLayout): number {
  return Math.floor((table + tableBytes / 4 - 1) / FRAME)
}
