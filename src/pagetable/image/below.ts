/**
 * What lies below a table, itself included. It is added up for every link of an image that may be
 * hostile, where tables count that are reached a million times: numbers of one kind, however large.
 */
import type { TableCount } from './table-shape.ts'

const FIELDS = 10

/** Sums over a table and those below it. */
export class Below {
  readonly #sums = new Float64Array(FIELDS)

  /** Of one table whose entries cover `span` bytes each. */
  constructor(count: TableCount, span: number) {
    const sums = this.#sums
    sums[0] = 1
    sums[1] = count.leaves * span
    sums[3] = count.leaves
    sums[4] = count.links
    sums[5] = count.held
    sums[6] = count.unclean
    sums[7] = count.exact
    sums[8] = count.inside
    sums[9] = count.between
  }

  /** Adds what lies below a table that some of the links lead to. */
  add(below: Below, links: number): void {
    const from = below.#sums
    const sums = this.#sums
    for (let i = 0; i < FIELDS; i++) sums[i]! += from[i]! * links
  }

  /** Adds links to what is no table of the next level. */
  lose(links: number): void {
    this.#sums[2]! += links
  }

  get tables(): number {
    return this.#sums[0]!
  }

  /** Bytes of I/O virtual space that are mapped. */
  get bytes(): number {
    return this.#sums[1]!
  }

  /** Links to what is no table of the next level. */
  get lost(): number {
    return this.#sums[2]!
  }

  get leaves(): number {
    return this.#sums[3]!
  }

  get links(): number {
    return this.#sums[4]!
  }

  /** As in TableCount, and so are those that follow. */
  get held(): number {
    return this.#sums[5]!
  }

  get unclean(): number {
    return this.#sums[6]!
  }

  get exact(): number {
    return this.#sums[7]!
  }

  get inside(): number {
    return this.#sums[8]!
  }

  get between(): number {
    return this.#sums[9]!
  }
}
