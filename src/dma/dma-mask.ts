/** DMA masks: which bus addresses a device can issue. include/linux/dma-mapping.h */
import type { Addr } from '../base/addr.ts'

/** The last bus address that fits, and how many bits it takes. */
export interface DmaMask {
  /** Address bits (32, 36, 40, 64, ...): those of `limit` where it is no power of two less one. */
  bits: number
  /** Last bus address, bytes. Of a mask above 53 bits, 2^53 - 1: no modelled address lies beyond. */
  limit: Addr
}

/** DMA_BIT_MASK(bits), 1..64. */
export function bitMask(bits: number): DmaMask {
  return { bits, limit: bits >= 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1 }
}

/** A mask that ends at an exact address, e.g. 0xdfffffff. */
export function limitMask(limit: Addr): DmaMask {
  let bits = 1
  while (bits < 53 && 2 ** bits <= limit) bits++
  return { bits, limit }
}
