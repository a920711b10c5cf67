/**
 * The page-table contract: what a format declares, what the engine offers, what a hardware walker
 * reports. A format is one file under `formats/`; everything else is derived from it.
 */
import type { Errno } from '../base/errno.ts'
import type { Iova, Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { AddressRow, FieldValues, Word } from '../base/word.ts'
import type { FormatBehaviour } from './behaviour.ts'

export type { FormatBehaviour, FormatDefect } from './behaviour.ts'

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
  /**
   * Field values for a protection; called once per protection and remembered, never per entry. It
   * must depend on nothing but the protection.
   */
  attributes(prot: Protection): FieldValues
  /**
   * The fields that make an entry this kind of leaf: its type bits, zeroes included where another
   * leaf has ones. `attributes` may repeat and override them; a leaf made by splitting a larger one copies the fields of the same name from
   * it and then takes these.
   */
  fixed?: FieldValues
  /**
   * How a page larger than one entry is written: `same`, every entry holds the address of the
   * whole page (short-descriptor large pages); `ascending`, each entry holds its own address
   * (the contiguous hint). Default `same`.
   */
  repeat?: 'same' | 'ascending'
  /**
   * Address bits below the page that reach the word when they are not 0, in formats that map
   * unaligned addresses. A piece over a field of `word` is written and never read back.
   */
  stray?: readonly AddressRow[]
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
  /**
   * An entry of this level is never 0: while it maps nothing it links to one zeroed table of the
   * next level, which all of them share. Hardware walks into that table and faults there.
   */
  emptyLink?: boolean
  /**
   * Where a few bits decide: all that `classify` looks at on this level, within the low half, and all
   * that `leafOf` looks at where there are several leaves. Both `[high, low]`, at most 12 bits. The
   * engine then knows entries from tables of the answers.
   */
  decidedBy?: { kind: BitRange; leaf?: BitRange }
}

/** Bits of an entry, inclusive. */
export type BitRange = readonly [high: number, low: number]

/** What an entry is. */
export type EntryKind = 'empty' | 'leaf' | 'table'

/**
 * A page-table format; see docs/add-a-format.md. The functions get entries as 32-bit halves,
 * signed or not: use bit operators on them, never comparisons. `level` is an index into `levels`.
 */
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
  /** Hardware tables that lie side by side as the root, each with its base register. Default 1. */
  rootTables?: number
  /** log2 of what the address of a root is a multiple of. Default: its size. */
  rootAlignLg2?: number
  /**
   * The input addresses are the upper ones, whose bits above iovaBits are all ones (TTBR1). The
   * engine takes the offset in that half.
   */
  upperHalf?: boolean
  /** The architecture's own numbers of the levels, root first. Default 1, 2, ... */
  levelNumbers?: readonly number[]
  /** Page sizes that `map` takes, log2 bytes; hardware knows every leaf. Default: every leaf's. */
  mapSizes?: readonly number[]
  /**
   * Further page sizes, log2 bytes, that `map` and `unmap` take as that many entries of the
   * smallest leaf, all in one table. No hardware page of that size exists.
   */
  runs?: readonly number[]
  /**
   * The same format with one level more, on top. A table becomes that when an address or a page
   * does not fit: the new root's first entry links to the old root.
   */
  grown?: FormatSpec
  /** What an entry is. All-zero words are always `empty`. */
  classify(lo: number, hi: number, level: number): EntryKind
  /** Which leaf row of the level an entry with kind `leaf` is. */
  leafOf(lo: number, hi: number, level: number): LeafSpec
  /** What a leaf allows; formats without permission bits allow everything. */
  permissions(lo: number, hi: number, level: number): { read: boolean; write: boolean }
  /**
   * What a link allows to everything below it, where hardware joins the rights of all levels.
   * Default: everything.
   */
  linkPermissions?(lo: number, hi: number, level: number): { read: boolean; write: boolean }
  /** Where leaves tell that a device wrote to their page. Default: they do not; see dirty.ts. */
  dirty?: DirtyState
  /**
   * The level that a link leads to, past levels between, or -1: the entry is no such link. Hardware
   * follows them, and faults on an address with bits for the levels between; no driver here writes
   * them, and `classify` and the engine take them for empty. Default: there are none.
   */
  skipsTo?(lo: number, hi: number, level: number): number
  /** How Linux's code for this format behaves where formats differ. */
  behaviour: FormatBehaviour
  /** Words from a specification or a real table: they become golden tests. */
  examples: readonly FormatExample[]
}

/** What hardware notes in entries as it uses them. The fields are single bits, at one place in all leaves. */
export interface DirtyState {
  /** The field that the first write changes, and what it then is; whoever clears it turns it back. */
  field: string
  value: 0 | 1
  /** The field that must be 1 for that: the leaf then allows writes, whatever `field` is. Default: none. */
  where?: string
  /** The field that any access sets: in the leaf, and in links whose word has it. */
  accessed: string
  /** Where the facts come from, and who reads the state. */
  source: string
}

/** A word and what it means: each becomes a test. */
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
   * address too wide, unless the format truncates), -ENOMEM, or the format's over-map error.
   */
  map(iova: Iova, address: Phys, size: number, prot: Protection): Errno
  /**
   * Unmaps `size` bytes; returns the bytes actually unmapped (0 for a hole that stops). One call
   * of the driver's unmap: the size is one of `pageSizes`, as iommu_unmap() picks them, and the
   * answer may be smaller or larger than it; the caller goes on from `iova` plus the answer.
   */
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

/**
 * What a page table calls when a translation that hardware may have cached is gone. It may call the table
 * in turn, but not destroy it.
 */
export interface TlbObserver {
  /**
   * A table that served `size` bytes from `iova` went: cached walks and leaves below, of `granule`
   * bytes or more, are stale.
   */
  walk(iova: Iova, size: number, granule: number): void
  /** `count` neighbouring pages of `size` bytes from `iova` went. A run may be told in parts. */
  page(iova: Iova, size: number, count: number): void
}

/** The page table that the engine makes: all of PageTable, and what io-pgtable and reports need. */
export interface EnginePageTable extends PageTable {
  readonly memory: MemoryPort
  /** Bytes that the last `map` or `mapPages` mapped. */
  readonly mapped: number
  /**
   * Bytes of tables that the last call wrote and that a walker which does not snoop must be shown.
   * Tables not linked yet are not among them.
   */
  readonly written: number
  /** How often Linux would WARN in the last call, for formats whose `behaviour.warns`. */
  readonly warnings: number
  /** Where the last refused `map` or `mapPages` met something mapped, or null. */
  readonly conflict: Iova | null
  /**
   * Maps `count` pages of one size, neighbours on both sides. Errors as `map`. `mapped` tells how
   * far it came, which with 0 may be less than all of it (`pagesPerCall`): go on from there.
   */
  mapPages(iova: Iova, address: Phys, size: number, count: number, prot: Protection): Errno
  /** As `iovaToPhys`, but -1 when nothing is mapped: for whoever asks by the million. */
  translate(iova: Iova): number
  /** Unmaps `count` pages of one size; returns bytes, possibly fewer, as `unmap`. */
  unmapPages(iova: Iova, size: number, count: number): number
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
      /**
       * `invalid`: an empty entry, or (the last step a `table`) an address with bits for levels that
       * its link leads past, or (with no steps) an address above iovaBits; `bus-error`: a read at
       * `level` that memory does not answer, so `steps` ends one level earlier.
       */
      reason: 'invalid' | 'bus-error'
      level: number
      steps: readonly WalkStep[]
    }

/** Walks tables as hardware does: reads memory, knows no driver. Implemented in walk.ts. */
export type Walk = (format: FormatSpec, memory: MemoryPort, root: Phys, iova: Iova) => WalkResult
