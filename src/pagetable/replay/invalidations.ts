/** What a page table tells hardware to forget, in the vectors' own words. */
import type { FormatSpec, TlbObserver } from '../contract.ts'
import { hexOf, iovaDigits } from './wide.ts'

/** `walk` and `page` events; neighbouring pages of one size are one event. */
export class Invalidations implements TlbObserver {
  #events: (string | number)[][] = []
  readonly #format: FormatSpec
  readonly #spend: (accesses: number) => void
  #next = -1
  #size = -1

  /** `spend` pays for the list's growth. */
  constructor(format: FormatSpec, spend: (accesses: number) => void) {
    this.#format = format
    this.#spend = spend
  }

  walk(iova: number, size: number, granule: number): void {
    this.#add(['walk', this.#iova(iova), hexOf(size), hexOf(granule)])
    this.#next = -1
  }

  page(iova: number, size: number, count: number): void {
    const last = this.#events.at(-1)
    if (iova === this.#next && size === this.#size && last !== undefined) {
      last[3] = (last[3] as number) + count
    } else this.#add(['page', this.#iova(iova), hexOf(size), count])
    this.#next = iova + size * count
    this.#size = size
  }

  /** The events since the last time. */
  take(): (string | number)[][] {
    const taken = this.#events
    this.#events = []
    this.#next = -1
    return taken
  }

  #add(event: (string | number)[]): void {
    this.#spend(16)
    this.#events.push(event)
  }

  #iova(iova: number): string {
    return `0x${iovaDigits(iova, this.#format)}`
  }
}
