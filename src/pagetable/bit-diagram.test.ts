import { describe, expect, it } from 'vitest'
import { address, bit, bits } from '../base/word.ts'
import { bitCells, bitDiagram } from './bit-diagram.ts'
import { formats } from './formats.ts'

const rows = [bit(0, 'valid', ''), bits(7, 4, 'memory-type', ''), address(31, 12)]

describe('bitDiagram()', () => {
  it('draws fields from the top, and bits that are none as a dash', () => {
    expect(bitDiagram(rows, 32).join('\n')).toBe(
      [
        '  31:12     11:8   7:4           3:1   0',
        '+---------+------+-------------+-----+-------+',
        '| address | -    | memory-type | -   | valid |',
        '+---------+------+-------------+-----+-------+',
      ].join('\n'),
    )
  })

  it('says which bits of an address lie elsewhere than in the address', () => {
    const shifted = bitDiagram([address(31, 12), address(11, 8, 32), address(0, 0, 40)], 32)
    expect(shifted[2]).toBe('| address | address 35:32 | -   | address 40 |')
  })

  it('goes on in a further band where a line is full', () => {
    expect(bitDiagram(rows, 64, 27).join('\n')).toBe(
      [
        '  63:32   31:12     11:8',
        '+-------+---------+------+',
        '| -     | address | -    |',
        '+-------+---------+------+',
        '  7:4           3:1',
        '+-------------+-----+',
        '| memory-type | -   |',
        '+-------------+-----+',
        '  0',
        '+-------+',
        '| valid |',
        '+-------+',
      ].join('\n'),
    )
  })

  it('has each bit of each word of each format in one cell', () => {
    for (const { id, wordBits, levels } of formats) {
      const words = levels.flatMap((l) => [
        ...l.leaves.map((leaf) => leaf.word),
        ...(l.table === null ? [] : [l.table.word]),
      ])
      for (const word of words) {
        const cells = bitCells(word.rows, wordBits)
        let next = wordBits - 1
        for (const { hi, lo } of cells) {
          expect(hi, id).toBe(next)
          expect(lo).toBeLessThanOrEqual(hi)
          next = lo - 1
        }
        expect(next).toBe(-1)
        for (const line of bitDiagram(word.rows, wordBits, 60)) {
          expect(line.length, id).toBeLessThanOrEqual(60)
        }
      }
    }
  })
})
