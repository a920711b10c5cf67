/**
 * A TLB as drivers must assume it: it may keep every valid translation for ever, and never keeps
 * an invalid one. A driver that forgets to invalidate is caught; none is blamed for a replacement
 * that real hardware need not have made.
 */
import type { Iova, Phys } from '../base/addr.ts'

/** A cached page. */
export interface CachedPage {
  /** First byte of the page on the device's side. */
  iova: Iova
  /** First byte of the page in memory. */
  phys: Phys
  /** log2 of the page size in bytes. */
  lg2: number
  read: boolean
  write: boolean
}

/**
 * Cached pages of any size, without a limit. A stale one is found as long as nothing drops it;
 * `fill` replaces the page of the same size and address.
 */
export class TranslationCache {
  /** Page tables of cached pages: by log2 size, then by first byte. */
  readonly #pages = new Map<number, Map<Iova, CachedPage>>()

  /** The page that holds `iova`, or null. */
  find(iova: Iova): CachedPage | null {
    for (const [lg2, pages] of this.#pages) {
      const page = pages.get(iova - (iova % 2 ** lg2))
      if (page !== undefined) return page
    }
    return null
  }

  /** Keeps what a walk found for `iova`: it translates to `phys` within a page of 2^lg2 bytes. */
  fill(
    iova: Iova,
    found: { address: Phys; lg2: number; read: boolean; write: boolean },
  ): CachedPage {
    const offset = iova % 2 ** found.lg2
    const page: CachedPage = {
      iova: iova - offset,
      phys: found.address - offset,
      lg2: found.lg2,
      read: found.read,
      write: found.write,
    }
    const pages = this.#pages.get(page.lg2)
    if (pages === undefined) this.#pages.set(page.lg2, new Map([[page.iova, page]]))
    else pages.set(page.iova, page)
    return page
  }

  /** Drops every page that holds `iova`. */
  drop(iova: Iova): void {
    for (const [lg2, pages] of this.#pages) pages.delete(iova - (iova % 2 ** lg2))
  }

  /** Drops everything. */
  clear(): void {
    this.#pages.clear()
  }

  /** Number of cached pages. */
  get size(): number {
    let count = 0
    for (const pages of this.#pages.values()) count += pages.size
    return count
  }
}
