/**
 * Pages of RAM, handed out and taken back. It stands for Linux's buddy allocator and its contiguous
 * area (CMA) together: what matters to DMA is where a buffer lies, not how the free lists look.
 * Deterministic: the same calls in the same order get the same pages.
 */
import { type Phys, PAGE_SHIFT, PAGE_SIZE, alignDown, alignUp, prettyHex } from './addr.ts'
import { assert } from './assert.ts'

/** A stretch of physical memory, bytes. */
export interface PhysRange {
  base: Phys
  size: number
}

/** Where pages may lie. */
export interface PageWant {
  /** Last byte allowed; no limit when left out. */
  limit?: Phys
  /** `lowmem`: memory that the kernel always has mapped (GFP_KERNEL); `any`: with __GFP_HIGHMEM. */
  zone: 'lowmem' | 'any'
  /** log2 of the alignment in bytes; a page when left out or smaller. */
  alignLg2?: number
}

/**
 * Lowmem of 32-bit ARM with the default vmalloc split, bytes: it ends this far above the start of
 * memory (3 GiB user, 240 MiB vmalloc). arm64 maps everything.
 */
export const ARM_LOWMEM_SIZE = 760 * 0x10_0000

interface Span {
  base: number
  end: number
}

/**
 * Hands out 4 KiB pages in a row, from the end that `placement` names and up to a last byte that
 * the caller sets. Null when no such run is free.
 */
export class PageAllocator {
  /** From which end pages are taken. Boards differ, and a verdict should not hang on it. */
  placement: 'lowest' | 'highest' = 'lowest'
  /** First byte above lowmem. */
  readonly lowmemEnd: Phys
  readonly #ram: readonly Span[]
  #free: Span[]
  #inUse = 0

  /**
   * `banks` minus `reserved` is what there is to give; reservations are widened to whole pages, the
   * kernel image is one of them. `lowmemEnd`: first byte above lowmem; all memory when left out.
   */
  constructor(init: {
    banks: readonly PhysRange[]
    reserved: readonly PhysRange[]
    lowmemEnd?: Phys
  }) {
    let spans = init.banks.map((b) => ({
      base: alignUp(b.base, PAGE_SHIFT),
      end: alignDown(b.base + b.size, PAGE_SHIFT),
    }))
    for (const r of init.reserved) spans = spans.flatMap((s) => without(s, r))
    spans = spans.filter((s) => s.end > s.base).sort((a, b) => a.base - b.base)
    this.#ram = spans
    this.#free = spans.map((s) => ({ ...s }))
    this.lowmemEnd = init.lowmemEnd ?? Number.MAX_SAFE_INTEGER
  }

  /** Pages handed out and not yet given back. */
  get inUse(): number {
    return this.#inUse
  }

  /** Contiguous pages; null when no free stretch fits. Their contents are whatever was there. */
  allocate(pages: number, want: PageWant): Phys | null {
    assert(pages > 0 && Number.isInteger(pages), `allocation of ${pages} pages`)
    const size = pages * PAGE_SIZE
    const lg2 = Math.max(want.alignLg2 ?? 0, PAGE_SHIFT)
    const top = Math.min(
      (want.limit ?? Number.MAX_SAFE_INTEGER - 1) + 1,
      want.zone === 'lowmem' ? this.lowmemEnd : Number.MAX_SAFE_INTEGER,
    )
    const { length } = this.#free
    for (let n = 0; n < length; n++) {
      const index = this.placement === 'lowest' ? n : length - 1 - n
      const span = this.#free[index] as Span
      const end = Math.min(span.end, top)
      const base =
        this.placement === 'lowest' ? alignUp(span.base, lg2) : alignDown(end - size, lg2)
      if (base < span.base || base + size > end) continue
      this.#free.splice(index, 1, ...without(span, { base, size }))
      this.#inUse += pages
      return base
    }
    return null
  }

  /** Gives pages back. Throws when they were not handed out (a bug of ours). */
  free(base: Phys, pages: number): void {
    const end = base + pages * PAGE_SIZE
    const at = this.#firstAbove(base)
    const before = this.#free[at - 1]
    const after = this.#free[at]
    assert(
      this.#ram.some((s) => base >= s.base && end <= s.end) &&
        (before === undefined || before.end <= base) &&
        (after === undefined || after.base >= end),
      `${pages} pages at ${prettyHex(base)} freed, but not in use`,
    )
    this.#inUse -= pages
    const joinsBefore = before?.end === base && this.#sameBank(before.base, base)
    const joinsAfter = after?.base === end && this.#sameBank(base, after.base)
    const span = {
      base: joinsBefore ? (before as Span).base : base,
      end: joinsAfter ? (after as Span).end : end,
    }
    const removed = (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0)
    this.#free.splice(joinsBefore ? at - 1 : at, removed, span)
  }

  /** Index of the first free span that begins above `address`. */
  #firstAbove(address: number): number {
    let low = 0
    let high = this.#free.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#free[middle] as Span).base > address) high = middle
      else low = middle + 1
    }
    return low
  }

  #sameBank(a: number, b: number): boolean {
    return this.#ram.some((s) => a >= s.base && b < s.end)
  }
}

/** What is left of a span when a range, widened to whole pages, is cut out of it. */
function without(span: Span, range: PhysRange): Span[] {
  const base = alignDown(range.base, PAGE_SHIFT)
  const end = alignUp(range.base + range.size, PAGE_SHIFT)
  if (range.size <= 0 || end <= span.base || base >= span.end) return [span]
  return [
    { base: span.base, end: base },
    { base: end, end: span.end },
  ].filter((s) => s.end > s.base)
}
