/** What the interconnect asks of an IOMMU: the hardware side, registers and memory only. */
import type { Addr, Phys } from '../base/addr.ts'
import type { FaultRecord } from '../base/fault.ts'

/** One access of at most a page: it never crosses a 4 KiB boundary. */
export interface Access {
  address: Addr
  write: boolean
  /** Specifier cells of the master's `iommus` entry: stream ID, micro-TLB, ... Empty for none. */
  stream: readonly number[]
  /** Device name, for the journal only. */
  master: string
}

/** What an IOMMU does with an access. */
export type Translation =
  /** Goes on with its address unchanged: reset, disabled, bypass. `why` in hardware terms. */
  | { kind: 'pass'; why: string }
  | { kind: 'translated'; address: Phys }
  | { kind: 'fault'; fault: FaultRecord }

/** An IOMMU as the interconnect sees it. */
export interface TranslationUnit {
  readonly name: string
  translate(access: Access): Translation
}
