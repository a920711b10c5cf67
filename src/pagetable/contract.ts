/**
 * The page-table contract: what a format declares, what the engine offers, what a hardware walker
 * reports. A format is one file under `formats/`; everything else is derived from it.
 */
import type { Errno } from '../base/errno.ts'
import type { Iova, Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { FieldValues, Word } from '../base/word.ts'

/** What a mapping allows and how it is cached: the IOMMU_* bits of include/linux/iommu.h. */
export interface Protection {
  read: boolean
  write: boolean
  /** IOMMU_CACHE: snooped, write-back. */
  cache?: boolean
  /** IOMMU_NOEXEC. */
  noexec?: boolean
  /** IOMMU_MMIO. */
  mmio?: boolean
  /** IOMMU_PRIV. */
  privileged?: boolean
}

/** One page size that a level can map, log2 bytes; above the level's shift it takes repeats. */
export interface LeafSpec {
  /** log2 of the page size in bytes. */
  lg2: number
  word: Word
  /** Field values for a protection; called once per map call, never per entry. */
  attributes(prot: Protection): FieldValues
}

/** One level of a table, root first. */
export interface LevelSpec {
  /** log2 of the bytes of I/O virtual space that one entry covers. */
  shift: number
  /** log2 of the number of entries of one table at this level. */
  entriesLg2: number
  /** Pages that an entry of this level can map, smallest first; empty: tables only. */
  leaves: readonly LeafSpec[]
  /** The pointer to the next level; null at the last level. */
  table: { word: Word; fields: FieldValues } | null
}

/** What an entry is. */
export type EntryKind = 'empty' | 'leaf' | 'table'

/** A page-table format; see docs/architecture.md. */
export interface FormatSpec {
  /** Kebab-case, unique, e.g. `rockchip-v1`. */
  id: string
  /** Where the facts come from: specification section, kernel file. */
  source: string
  wordBits: 32 | 64
  /** Width of the I/O virtual address, bits. */
  iovaBits: number
  /** Width of the output address, bits. */
  outputBits: number
  levels: readonly LevelSpec[]
  classify(lo: number, hi: number, level: number): EntryKind
  /** Which leaf row of the level an entry with kind `leaf` is. */
  leafOf(lo: number, hi: number, level: number): LeafSpec
  /** What a leaf allows; formats without permission bits allow everything. */
  permissions(lo: number, hi: number, level: number): { read: boolean; write: boolean }
  /** How Linux's code for this format behaves where formats differ. */
  behaviour: FormatBehaviour
  /** Words from a specification or a real table: they become golden tests. */
  examples: readonly FormatExample[]
}

/** Declared differences between the kernel's implementations. */
export interface FormatBehaviour {
  /** Mapping over a valid leaf: refuse with this error, or overwrite silently. */
  overMap: Errno | 'overwrite'
  /** What a refused or failed map leaves behind of its own entries. */
  failedMapUndoes: boolean
  /** A table whose last entry goes is freed at once. */
  freesEmptyTables: boolean
  /** unmap over a hole: stop and return what was done, or count the hole as unmapped. */
  unmapHole: 'stop' | 'count'
  /** Unmapping clears the whole entry, or its valid bit only. */
  unmapClears: 'entry' | 'valid-bit'
}

export interface FormatExample {
  level: number
  /** As `0x...`, full width of the word. */
  word: string
  kind: EntryKind
  /** Output address or next table, bytes. */
  address?: Phys
  fields?: FieldValues
  /** Where the example comes from. */
  source: string
}

/** Where tables live. Addresses are physical bytes; allocated tables are zeroed. */
export interface TablePages {
  /** `size` bytes, a power of two, aligned to itself. Null when memory is exhausted. */
  allocate(size: number): Phys | null
  free(table: Phys, size: number): void
}

/** A page table in memory, driven as an IOMMU driver drives it. All sizes in bytes. */
export interface PageTable {
  readonly format: FormatSpec
  /** Physical address of the root table. */
  readonly root: Phys
  /** Page sizes that `map` takes, ascending, bytes. */
  readonly pageSizes: readonly number[]
  /**
   * Maps one page of a supported size. 0, or -EINVAL (misaligned, unsupported size), -ERANGE (an
   * address too wide), -ENOMEM, or the format's over-map error.
   */
  map(iova: Iova, address: Phys, size: number, prot: Protection): Errno
  /** Unmaps `size` bytes; returns the bytes actually unmapped (0 for a hole that stops). */
  unmap(iova: Iova, size: number): number
  /** Output address of one byte, or null when nothing is mapped there. */
  iovaToPhys(iova: Iova): Phys | null
  /** True when the last successful `map` installed a new table. */
  readonly installedTable: boolean
  /** Number of tables below the root that exist now. */
  readonly tableCount: number
  /** Gives all tables back. */
  destroy(): void
}

/** One step of a hardware walk, for explanations. */
export interface WalkStep {
  level: number
  /** Physical address of the entry. */
  at: Phys
  lo: number
  hi: number
  kind: EntryKind
}

/** What a hardware walker finds. `steps` ends with the entry that decided. */
export type WalkResult =
  | {
      kind: 'mapped'
      address: Phys
      /** log2 of the page size in bytes. */
      lg2: number
      read: boolean
      write: boolean
      steps: readonly WalkStep[]
    }
  | {
      kind: 'fault'
      /** `invalid`: an empty entry; `bus-error`: a table read that memory does not answer. */
      reason: 'invalid' | 'bus-error'
      level: number
      steps: readonly WalkStep[]
    }

/** Walks tables as hardware does: reads memory, knows no driver. Implemented in walk.ts. */
export type Walk = (format: FormatSpec, memory: MemoryPort, root: Phys, iova: Iova) => WalkResult
