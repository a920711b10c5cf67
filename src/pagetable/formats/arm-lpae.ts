/**
 * The long-descriptor format (LPAE, VMSAv8-64): 64-bit entries, granules of 4, 16 and 64 KiB. A
 * builder: stages, GPUs and drivers differ in attributes and geometry, each in a file of its own.
 * Arm ARM D8.3 (VMSAv8-64 descriptor formats), B3.6 of the ARMv7-A manual.
 */
import {
  type AddressRow,
  address,
  bit,
  bits,
  type FieldValues,
  type Word,
  word,
  type WordRow,
} from '../../base/word.ts'
import type { FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'

const lastLevel = 3

/** What distinguishes one long-descriptor format from another. */
export interface LpaeFormat
  extends Pick<
    FormatSpec,
    'id' | 'source' | 'iovaBits' | 'outputBits' | 'upperHalf' | 'dirty' | 'behaviour' | 'examples'
  > {
  /** log2 of the smallest page: 12, 14 or 16. */
  granule: number
  /** Level of the root, 0 to 3, and log2 of its entries. */
  startLevel: number
  rootBits: number
  /** log2 of the page sizes that `map` takes; hardware knows all. */
  pages: readonly number[]
  /** All fields of a leaf but `type`, `contiguous` and the address. */
  leafRows: readonly WordRow[]
  /** Fields of a leaf; a `type` in here wins. */
  attributes(prot: Protection): FieldValues
  permissions: FormatSpec['permissions']
  /** Fields of a table descriptor besides its type. */
  tableFields: FieldValues
  /** What a table descriptor says of all that lies below it. Default: nothing, as in stage 2. */
  below?: LinkRights
  /** The type of a leaf at level 3. Default 3. */
  pageType?: 1 | 3
}

/** Rows of a stage-1 leaf. */
export const stage1Rows: readonly WordRow[] = [
  bits(4, 2, 'AttrIndx', 'index into the memory attributes (MAIR)'),
  bit(5, 'NS', 'non-secure output address'),
  bit(6, 'AP1', 'unprivileged access allowed'),
  bit(7, 'AP2', 'read only'),
  bits(9, 8, 'SH', 'shareability', { 0: 'none', 2: 'outer', 3: 'inner' }),
  bit(10, 'AF', 'access flag'),
  bit(11, 'nG', 'not global'),
  bit(52, 'contiguous', 'one of a group of neighbours that map one stretch'),
  bit(53, 'PXN', 'privileged execution never'),
  bit(54, 'XN', 'execution never'),
  bits(58, 55, 'software', 'ignored by hardware'),
]

/** Stage-1 leaves: reading is always allowed. */
export const stage1Permissions: FormatSpec['permissions'] = (lo) => ({
  read: true,
  write: (lo & 0x80) === 0,
})

/**
 * What leaves have where hardware keeps the dirty state (CD.HD, STE.S2HD, TCR.HD, VTCR.HD): with DBM, the
 * bit about writes says whether there was one. Arm ARM D8.5 (FEAT_HAFDBS), SMMUv3 3.13.
 */
export const dirtyModifier: WordRow = bit(51, 'DBM', 'writes allowed, and the first one noted')

/** The part of a link that limits what lies below it. */
export interface LinkRights {
  rows: readonly WordRow[]
  permissions: NonNullable<FormatSpec['linkPermissions']>
}

/**
 * Stage-1 links: Arm ARM D8.4 (hierarchical control of access permissions), ARMv7-A manual B3.6.1.
 * Bits 62:61 of every link are joined with the leaf's AP; bit 61 is about unprivileged accesses.
 * Not where the unit's set-up turns that off (TCR.HPD, the SMMUv3's CD.HAD).
 */
export const stage1Links: LinkRights = {
  rows: [
    bit(59, 'PXNTable', 'privileged execution never, below'),
    bit(60, 'XNTable', 'execution never, below'),
    bits(62, 61, 'APTable', 'rights taken away below', {
      1: 'no unprivileged access',
      2: 'no writes',
      3: 'no writes, no unprivileged access',
    }),
    bit(63, 'NSTable', 'non-secure tables and pages below'),
  ],
  permissions: (_lo, hi) => ({ read: true, write: (hi & 0x4000_0000) === 0 }),
}

/** What a link has in every stage. */
const tableRows: readonly WordRow[] = [
  bits(1, 0, 'type', 'descriptor type', { 3: 'table' }),
  bit(55, 'synced', 'ignored by hardware; Linux: this link is visible to a non-coherent walker'),
]

/** Block sizes by granule, log2, beside the granule itself. */
const blocks: Readonly<Record<number, readonly number[]>> = { 12: [21, 30], 14: [25], 16: [29, 42] }

/** log2 of the neighbours that the contiguous hint joins, by granule: of pages, of blocks. */
const contiguity: Readonly<Record<number, readonly [number, number]>> = {
  12: [4, 4],
  14: [7, 5],
  16: [5, 5],
}

/** Bits that one level resolves. */
export function bitsPerLevel(granule: number): number {
  return granule - 3
}

/** Where an address of `shift` aligned bits lies: with 64 KiB, bits 51:48 are at 15:12. */
function addressRows(granule: number, shift: number): AddressRow[] {
  return granule === 16 ? [address(47, shift), address(15, 12, 48)] : [address(47, shift)]
}

/** Bits from 12 up that Linux writes although they are below the page: it masks 47:12 only. */
function strayRows(granule: number, shift: number): AddressRow[] {
  const rows = granule === 16 ? [address(15, 12)] : []
  const first = granule === 16 ? 16 : 12
  return shift > first ? [...rows, address(shift - 1, first)] : rows
}

/** Builds the format. */
export function lpaeFormat(row: LpaeFormat): FormatSpec {
  const { granule, startLevel, rootBits, pageType = 3 } = row
  const perLevel = bitsPerLevel(granule)
  const levelCount = lastLevel + 1 - startLevel
  const last = levelCount - 1
  const leafAt = (shift: number, lg2: number): LeafSpec => {
    const type = shift > granule ? 1 : pageType
    const fixed = { type, contiguous: lg2 > shift ? 1 : 0 }
    return {
      lg2,
      word: word(64, [
        bits(1, 0, 'type', 'descriptor type', { [type]: shift > granule ? 'block' : 'page' }),
        ...addressRows(granule, shift),
        ...row.leafRows,
      ]),
      fixed,
      repeat: 'ascending',
      stray: strayRows(granule, shift),
      attributes: (prot) => ({ ...fixed, ...row.attributes(prot) }),
    }
  }
  const below = row.below?.rows ?? []
  const tableWord: Word = word(64, [...tableRows, ...below, ...addressRows(granule, granule)])
  const levels = Array.from({ length: levelCount }, (_, i): LevelSpec => {
    const shift = granule + perLevel * (last - i)
    const entriesLg2 = i === 0 ? rootBits : perLevel
    const single = shift === granule || (blocks[granule] ?? []).includes(shift)
    const joined = contiguity[granule]?.[shift === granule ? 0 : 1] ?? 0
    const sizes = !single ? [] : joined <= entriesLg2 ? [shift, shift + joined] : [shift]
    return {
      shift,
      entriesLg2,
      leaves: sizes.map((lg2) => leafAt(shift, lg2)),
      table: i < last ? { word: tableWord, fields: { type: 3, ...row.tableFields } } : null,
      decidedBy: { kind: [1, 0], leaf: [52, 52] },
    }
  })
  return {
    id: row.id,
    source: row.source,
    wordBits: 64,
    iovaBits: row.iovaBits,
    outputBits: row.outputBits,
    levels,
    mapSizes: row.pages,
    upperHalf: row.upperHalf,
    ...(row.dirty === undefined ? {} : { dirty: row.dirty }),
    levelNumbers: levels.map((_, i) => startLevel + i),
    classify: (lo, _hi, level) => {
      const type = lo & 3
      if (level === last) return type === pageType ? 'leaf' : 'empty'
      if (type === 3) return 'table'
      return type === 1 && (levels[level] as LevelSpec).leaves.length > 0 ? 'leaf' : 'empty'
    },
    leafOf: (_lo, hi, level) => {
      const { leaves, shift } = levels[level] as LevelSpec
      const contiguous = (hi & 0x10_0000) !== 0
      const leaf = leaves.find((l) => l.lg2 > shift === contiguous) ?? leaves[0]
      if (leaf === undefined) throw new Error(`dmaplumb bug: ${row.id}: no leaf at level ${level}`)
      return leaf
    },
    permissions: row.permissions,
    ...(row.below === undefined ? {} : { linkPermissions: row.below.permissions }),
    behaviour: row.behaviour,
    examples: row.examples,
  }
}
