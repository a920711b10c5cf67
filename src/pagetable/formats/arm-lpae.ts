/**
 * The stage-1 long-descriptor format (VMSAv8 / LPAE): 64-bit entries, 4 KiB granule, nine bits a
 * level. A builder: each format that a driver writes is a row of its own, in its own file.
 * Arm ARM D8.3 (VMSAv8-64 descriptor formats), B3.6 of the ARMv7-A manual.
 */
import { address, bit, bits, word, type Word, type WordRow } from '../../base/word.ts'
import type { FormatSpec, LeafSpec, LevelSpec, Protection } from '../contract.ts'
import type { FieldValues } from '../../base/word.ts'

const bitsPerLevel = 9
const granule = 12

/** What distinguishes one stage-1 format from another. */
export interface LpaeStage1
  extends Pick<FormatSpec, 'id' | 'source' | 'iovaBits' | 'outputBits' | 'behaviour' | 'examples'> {
  /** log2 of the page sizes that `map` takes, of 12, 16 (contiguous hint), 21 and 30; hardware knows all. */
  pages: readonly number[]
  /** All fields but `type`, `contiguous` and the address; a `type` in here wins. */
  attributes(prot: Protection): FieldValues
  /** Fields of a table descriptor besides its type. */
  tableFields: FieldValues
}

const attributeRows: WordRow[] = [
  bits(4, 2, 'AttrIndx', 'index into the memory attributes (MAIR)'),
  bit(5, 'NS', 'non-secure output address'),
  bit(6, 'AP1', 'unprivileged access allowed'),
  bit(7, 'AP2', 'read only'),
  bits(9, 8, 'SH', 'shareability', { 0: 'none', 2: 'outer', 3: 'inner' }),
  bit(10, 'AF', 'access flag'),
  bit(11, 'nG', 'not global'),
  bit(52, 'contiguous', 'one of 16 neighbours that map one stretch'),
  bit(53, 'PXN', 'privileged execution never'),
  bit(54, 'XN', 'execution never'),
  bits(58, 55, 'software', 'ignored by hardware'),
]

const tableWord: Word = word(64, [
  bits(1, 0, 'type', 'descriptor type', { 3: 'table' }),
  address(47, 12),
  bit(55, 'synced', 'ignored by hardware; Linux: this link is visible to a non-coherent walker'),
  bit(59, 'PXNTable', 'privileged execution never, below'),
  bit(60, 'XNTable', 'execution never, below'),
  bits(62, 61, 'APTable', 'permissions taken away below'),
  bit(63, 'NSTable', 'non-secure tables below'),
])

/** Builds the format: levels from the address width, the root as small as it may be. */
export function lpaeStage1(row: LpaeStage1): FormatSpec {
  const { attributes, iovaBits } = row
  const levelCount = Math.ceil((iovaBits - granule) / bitsPerLevel)
  const leafAt = (shift: number, lg2: number): LeafSpec => {
    const block = shift > granule
    const fixed = { type: block ? 1 : 3, contiguous: lg2 > shift ? 1 : 0 }
    return {
      lg2,
      word: word(64, [
        bits(1, 0, 'type', 'descriptor type', block ? { 1: 'block' } : { 3: 'page' }),
        address(47, shift),
        ...attributeRows,
      ]),
      fixed,
      repeat: 'ascending',
      attributes: (prot) => ({ ...fixed, ...attributes(prot) }),
    }
  }
  const levels = Array.from({ length: levelCount }, (_, i): LevelSpec => {
    const shift = granule + bitsPerLevel * (levelCount - 1 - i)
    const mine = [12, 16, 21, 30].filter((lg2) => lg2 >= shift && lg2 < shift + bitsPerLevel)
    return {
      shift,
      entriesLg2: i === 0 ? iovaBits - shift : bitsPerLevel,
      leaves: mine.map((lg2) => leafAt(shift, lg2)),
      table: shift > granule ? { word: tableWord, fields: { type: 3, ...row.tableFields } } : null,
    }
  })
  const last = levelCount - 1
  return {
    id: row.id,
    source: row.source,
    wordBits: 64,
    iovaBits,
    outputBits: row.outputBits,
    levels,
    mapSizes: row.pages,
    levelNumbers: levels.map((_, i) => 4 - levelCount + i),
    classify: (lo, _hi, level) => {
      const type = lo & 3
      if (type === 3) return level === last ? 'leaf' : 'table'
      return type === 1 && level !== last ? 'leaf' : 'empty'
    },
    leafOf: (_lo, hi, level) => {
      const { leaves, shift } = levels[level] as LevelSpec
      const contiguous = (hi & 0x10_0000) !== 0
      const leaf = leaves.find((l) => l.lg2 > shift === contiguous) ?? leaves[0]
      if (leaf === undefined) throw new Error(`dmaplumb bug: ${row.id}: no leaf at level ${level}`)
      return leaf
    },
    permissions: (lo) => ({ read: true, write: (lo & 0x80) === 0 }),
    behaviour: row.behaviour,
    examples: row.examples,
  }
}
