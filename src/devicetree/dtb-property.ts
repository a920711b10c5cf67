/**
 * A property read from a blob. Most of a tree is properties, so where one was read is kept as a
 * number, and made into a position when asked for.
 */
import type { Position } from '../base/diagnostic.ts'
import type { DtProperty } from './node.ts'

/** See the head of the file. */
export class BlobProperty implements DtProperty {
  name: string
  value: Uint8Array
  #at: Position | number | undefined
  readonly #source: string | undefined

  constructor(name: string, value: Uint8Array, offset: number, source: string | undefined) {
    this.name = name
    this.value = value
    this.#at = offset
    this.#source = source
  }

  get at(): Position | undefined {
    if (typeof this.#at !== 'number') return this.#at
    return this.#source === undefined
      ? { offset: this.#at }
      : { source: this.#source, offset: this.#at }
  }

  set at(at: Position | undefined) {
    this.#at = at
  }
}
