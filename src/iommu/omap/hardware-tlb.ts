/**
 * The OMAP MMU's TLB: 8 or 32 slots, fully associative, that software can read and write through
 * CAM, RAM and LOCK. The walker fills slot `victim`, which then moves on and wraps to `base`.
 */
import type { Iova, Phys } from '../../base/addr.ts'
import { camPageLg2, camWord, ramWord } from './regs.ts'

/** One slot, as CAM and RAM words. */
export interface TlbSlot {
  cam: number
  ram: number
}

const VALID = camWord.encode({ valid: 1 }).lo
const EMPTY: Readonly<TlbSlot> = { cam: 0, ram: 0 }

/** log2 of the page size that a CAM word names, bytes. */
function pageLg2(cam: number): number {
  return camPageLg2[cam & 3]!
}

/** First byte of the page that a CAM word names. */
function pageBase(cam: number): Iova {
  const tag = camWord.address(cam)
  return tag - (tag % 2 ** pageLg2(cam))
}

function matches(slot: TlbSlot, address: Iova): boolean {
  if ((slot.cam & VALID) === 0) return false
  const base = pageBase(slot.cam)
  return address >= base && address < base + 2 ** pageLg2(slot.cam)
}

/**
 * The slots only: which one is `victim` and which is `base` stands in LOCK and is handed in.
 * Preserved entries survive a global flush, not one by address.
 */
export class OmapTlb {
  readonly #slots: TlbSlot[]

  /** `count` slots, all empty. */
  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => ({ ...EMPTY }))
  }

  /** Slot `index`; beyond the last one there is nothing and it reads 0. */
  read(index: number): Readonly<TlbSlot> {
    return this.#slots[index] ?? EMPTY
  }

  /** LD_TLB: stores two words as they are. Beyond the last slot nothing happens. */
  load(index: number, cam: number, ram: number): void {
    if (index < this.#slots.length) this.#slots[index] = { cam, ram }
  }

  /** What the valid entries say about an address: none, one, or several (a multi-hit). */
  lookUp(address: Iova): { hits: number; phys: Phys } {
    let hits = 0
    let phys = 0
    for (const slot of this.#slots) {
      if (!matches(slot, address)) continue
      hits++
      phys = ramWord.address(slot.ram) + (address - pageBase(slot.cam))
    }
    return { hits, phys }
  }

  /** The walker's fill of a page of 2^lg2 bytes; returns the next victim. */
  fill(victim: number, base: number, page: { iova: Iova; phys: Phys; lg2: number }): number {
    const count = this.#slots.length
    const at = victim % count
    const size = camPageLg2.indexOf(page.lg2 as (typeof camPageLg2)[number])
    this.load(
      at,
      camWord.encode({ valid: 1, size }, page.iova).lo,
      ramWord.encode({}, page.phys).lo,
    )
    return at + 1 === count ? base % count : at + 1
  }

  /** FLUSH_ENTRY: drops the entries whose page holds the tag in `cam`, preserved or not. */
  drop(cam: number): void {
    const tag = camWord.address(cam)
    for (const [i, slot] of this.#slots.entries()) {
      if (matches(slot, tag)) this.#slots[i] = { ...EMPTY }
    }
  }

  /** GFLUSH: drops everything that is not preserved. */
  flush(): void {
    for (const [i, slot] of this.#slots.entries()) {
      if (camWord.field('preserved', slot.cam) === 0) this.#slots[i] = { ...EMPTY }
    }
  }
}
