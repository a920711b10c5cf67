/**
 * A format's rows reduced, once per format, to what the engine and the walker compute with: scales,
 * masks, strides and remembered attribute words.
 */
import type { Iova, Phys } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { FieldValues, Word } from '../base/word.ts'
import type { FormatSpec, LeafSpec, Protection } from './contract.ts'
import { KindTable } from './kind-table.ts'
import { type Rules, rulesOf } from './rules.ts'
import { Stamp } from './stamp.ts'

/**
 * The six booleans of a protection as Linux's IOMMU_* bits, 0..63: an index for remembering. To be true
 * is quicker to ask for than to be truthy.
 */
export function protectionBits(prot: Protection): number {
  return (
    (prot.read === true ? 1 : 0) |
    (prot.write === true ? 2 : 0) |
    (prot.cache === true ? 4 : 0) |
    (prot.noexec === true ? 8 : 0) |
    (prot.mmio === true ? 16 : 0) |
    (prot.privileged === true ? 32 : 0)
  )
}

/** A kind of leaf. Words are int32 halves. */
export class LeafLayout {
  readonly spec: LeafSpec
  /** Index of the level it lives on. */
  readonly level: number = 0
  /** Bytes that it maps. */
  readonly size: number = 0
  /** Entries that one page takes. */
  readonly entries: number = 0
  /** Bytes by which the addresses of neighbouring entries of one page differ. */
  readonly step: number = 0
  /** Bytes of which the entry's address is the base: the page, or the entry's own part. */
  readonly translates: number = 0
  readonly stamp: Stamp
  /** Words of neighbouring entries differ by the stamp of `step`. */
  readonly linear: boolean = false
  /** That step in the word's halves, int32. */
  readonly stepLo: number = 0
  readonly stepHi: number = 0
  /** The word holds the address where it is and nothing of it below the page. */
  readonly inPlace: boolean = false
  /** Bits of an address below `translates`, int32. */
  readonly offsetMask: number = 0
  /** Places address bits below the page; null where none may be there. */
  readonly stray: Stamp | null
  /** Those of them that read back as part of the address. */
  readonly #strayRead: Stamp | null
  /** The field named `valid`, or 0. */
  readonly validLo: number = 0
  readonly validHi: number = 0
  readonly #known = new Uint8Array(64)
  readonly #lo = new Int32Array(64)
  readonly #hi = new Int32Array(64)

  constructor(spec: LeafSpec, level: number, shift: number) {
    this.spec = spec
    this.level = level
    this.size = 2 ** spec.lg2
    this.entries = (2 ** (spec.lg2 - shift)) | 0
    this.step = spec.repeat === 'ascending' || this.entries === 1 ? 2 ** shift : 0
    this.translates = this.step === 0 ? this.size : this.step
    this.stamp = new Stamp(spec.word)
    const { stamp, step } = this
    this.linear = stamp.linear && step > 0 && stamp.address(stamp.lo(step), stamp.hi(step)) === step
    this.stepLo = stamp.lo(step)
    this.stepHi = stamp.hi(step)
    const stray = spec.stray ?? []
    const free = stray.filter((s) => spec.word.rows.every((r) => r.lo > s.hi || r.hi < s.lo))
    this.stray = stray.length === 0 ? null : new Stamp({ rows: stray })
    this.#strayRead = free.length === 0 ? null : new Stamp({ rows: free })
    const whole = (stamp.loMask & (this.translates - 1)) === 0 && this.translates <= 2 ** 31
    this.inPlace = stamp.inPlace && whole && this.#strayRead === null
    this.offsetMask = (this.translates - 1) | 0
    const hasValid = spec.word.rows.some((r) => r.kind === 'value' && r.name === 'valid')
    const valid = hasValid ? spec.word.encode({ valid: 1 }) : { lo: 0, hi: 0 }
    this.validLo = valid.lo | 0
    this.validHi = valid.hi | 0
  }

  /** Where an entry of this leaf sends `iova`. */
  output(lo: number, hi: number, iova: Iova): Phys {
    const base = this.stamp.address(lo, hi)
    const { translates } = this
    return base - offsetWithin(base, translates) + offsetWithin(iova, translates)
  }

  /** As a driver computes it, which trusts the address not to have bits below the page. */
  driverOutput(lo: number, hi: number, iova: Iova): Phys {
    const stray = this.#strayRead === null ? 0 : this.#strayRead.address(lo, hi)
    if (stray === 0) return this.output(lo, hi, iova)
    const page = this.output(lo, hi, 0)
    const offset = offsetWithin(iova, this.translates)
    const high = Math.floor(stray / 2 ** 32) | Math.floor(offset / 2 ** 32)
    return page + high * 2 ** 32 + ((stray | offset) >>> 0)
  }

  /** The address in the word, with what lies below the page. */
  base(lo: number, hi: number): Phys {
    const stray = this.#strayRead === null ? 0 : this.#strayRead.address(lo, hi)
    return this.stamp.address(lo, hi) + stray
  }

  /** True where the masks of `stamp` place all of an address: no bits move, none lie below the page. */
  inPlaceWhole(address: Phys): boolean {
    return this.stamp.inPlace && (this.stray === null || (address & this.offsetMask) === 0)
  }

  /** Makes sure that the words of a protection are known; `bits` are its protectionBits. */
  learn(prot: Protection, bits: number): void {
    if (this.#known[bits] === 1) return
    const word = this.spec.word.encode({ ...this.spec.fixed, ...this.spec.attributes(prot) })
    this.#lo[bits] = word.lo
    this.#hi[bits] = word.hi
    this.#known[bits] = 1
  }

  /** The low half without an address, for learned protection bits. */
  attributesLo(bits: number): number {
    return this.#lo[bits]!
  }

  /** The high half without an address, for learned protection bits. */
  attributesHi(bits: number): number {
    return this.#hi[bits]!
  }

  /** The word without an address that this leaf has after a larger one, `from`, was split. */
  afterSplit(from: Word, lo: number, hi: number): { lo: number; hi: number } {
    const fields: Record<string, number> = {}
    for (const row of this.spec.word.rows) {
      if (row.kind !== 'value') continue
      const same = from.rows.find((r) => r.kind === 'value' && r.name === row.name)
      if (same !== undefined) fields[row.name] = from.field(row.name, lo, hi)
    }
    return this.spec.word.encode({ ...fields, ...this.spec.fixed } as FieldValues)
  }
}

/**
 * `a` modulo a power of two. The remainder of doubles is slow, and no mask fits an int32 above
 * 2^31, hence the two ways.
 */
export function offsetWithin(a: number, size: number): number {
  return size <= 0x8000_0000 ? a & (size - 1) : a % size
}

/** One level. */
export interface LevelLayout {
  /** Bytes that one entry covers. */
  span: number
  /** 1 / span: `(iova * scale) & indexMask` is the index. */
  scale: number
  indexMask: number
  entries: number
  tableBytes: number
  /** What a table takes so that its link has room for its address: tableBytes, or more. */
  allocateBytes: number
  /** Bytes that the address of a table is a multiple of, wherever it comes from. */
  unit: number
  leaves: readonly LeafLayout[]
  /** Places the address of the next table, and the word's other fields; null at the last level. */
  next: { stamp: Stamp; lo: number; hi: number } | null
  emptyLink: boolean
  /** The kinds of entries without asking the format; null where more than a few bits decide. */
  kinds: KindTable | null
}

/** What a page size that `map` takes is made of. */
export interface SizeLayout {
  size: number
  leaf: LeafLayout
  /** Entries of one page of this size: the leaf's own, or more for a run. */
  entries: number
  /** One entry, whose neighbours differ by a constant. */
  short: boolean
}

/** A whole format. */
export interface Layout {
  format: FormatSpec
  rules: Rules
  /** With Linux's defects. */
  linuxRules: Rules
  /** Bytes of the smallest page. */
  granule: number
  /** Bytes of an entry. */
  stride: 4 | 8
  levels: readonly LevelLayout[]
  /** Ascending. */
  sizes: readonly SizeLayout[]
  /** Their bytes. */
  pageSizes: readonly number[]
  /** First address that is too wide. */
  iovaLimit: number
  outputLimit: number
}

/** What the format says that an entry of the kind `leaf` is. Throws where that is none of the level's. */
export function leafLayout(
  { format, levels }: Layout,
  lo: number,
  hi: number,
  level: number,
): LeafLayout {
  const { leaves } = levels[level]!
  if (leaves.length === 1) return leaves[0]!
  const spec = format.leafOf(lo, hi, level)
  for (const leaf of leaves) if (leaf.spec === spec) return leaf
  throw new Error(`dmaplumb bug: ${format.id}: leafOf answers a stranger`)
}

const layouts = new WeakMap<FormatSpec, Layout>()

/** The layout of a format, made at the first call. Throws on a format that contradicts itself. */
export function layoutOf(format: FormatSpec): Layout {
  const known = layouts.get(format)
  if (known !== undefined) return known
  const layout = makeLayout(format)
  layouts.set(format, layout)
  return layout
}

function makeLayout(format: FormatSpec): Layout {
  const { id } = format
  const stride = format.wordBits === 64 ? 8 : 4
  const levels = format.levels.map((level, i): LevelLayout => {
    const below = format.levels[i + 1]
    const table = level.table
    assert((below === undefined) === (table === null), `${id}: level ${i} and its table word`)
    if (below !== undefined) {
      assert(below.shift + below.entriesLg2 === level.shift, `${id}: a gap below level ${i}`)
    }
    assert(level.emptyLink !== true || table !== null, `${id}: an empty link at the last level`)
    const word = table?.word.encode(table.fields)
    const above = format.levels[i - 1]?.table?.word.rows.filter((r) => r.kind === 'address') ?? []
    const unit = above.length === 0 ? 1 : 2 ** Math.min(...above.map((r) => r.from))
    const tableBytes = 2 ** level.entriesLg2 * stride
    return {
      span: 2 ** level.shift,
      scale: 2 ** -level.shift,
      // `| 0`: what a power makes is stored as a double, and slow to compute with.
      indexMask: (2 ** level.entriesLg2 - 1) | 0,
      entries: (2 ** level.entriesLg2) | 0,
      tableBytes,
      allocateBytes: Math.max(tableBytes, unit),
      unit: Math.min(tableBytes, unit),
      leaves: level.leaves.map((leaf) => new LeafLayout(leaf, i, level.shift)),
      next:
        table === null || word === undefined
          ? null
          : { stamp: new Stamp(table.word), lo: word.lo | 0, hi: word.hi | 0 },
      emptyLink: level.emptyLink === true,
      kinds: level.decidedBy === undefined ? null : new KindTable(format, i, level.decidedBy),
    }
  })
  const sizes: SizeLayout[] = levels.flatMap((level) =>
    level.leaves
      .filter((leaf) => format.mapSizes?.includes(leaf.spec.lg2) ?? true)
      .map((leaf) => ({
        size: leaf.size,
        leaf,
        entries: leaf.entries,
        short: leaf.entries === 1 && leaf.linear,
      })),
  )
  sizes.sort((a, b) => a.size - b.size)
  const smallest = sizes[0]
  assert(smallest !== undefined, `${id}: no leaves`)
  for (const lg2 of format.runs ?? []) {
    const entries = (2 ** (lg2 - smallest.leaf.spec.lg2)) | 0
    sizes.push({ size: 2 ** lg2, leaf: smallest.leaf, entries, short: false })
  }
  sizes.sort((a, b) => a.size - b.size)
  if (format.behaviour.unmapClears === 'valid-bit') {
    const all = levels.flatMap((l) => l.leaves).every((l) => (l.validLo | l.validHi) !== 0)
    assert(all, `${id}: valid-bit without a field named valid`)
  }
  return {
    format,
    rules: rulesOf(format.behaviour),
    linuxRules: rulesOf({ ...format.behaviour, ...format.behaviour.linux }),
    granule: smallest.size,
    stride,
    levels,
    sizes,
    pageSizes: sizes.map((s) => s.size),
    iovaLimit: 2 ** format.iovaBits,
    outputLimit: 2 ** format.outputBits,
  }
}
