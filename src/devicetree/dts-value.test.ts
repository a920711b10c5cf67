import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDts } from './dts.ts'
import type { DtNode } from './node.ts'

function root(body: string): DtNode {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / {\n${body}\n};`)
  expect(diagnostics).toEqual([])
  return tree!.root
}

/** Bytes of property x. */
const bytesOf = (value: string) => [...root(`x = ${value};`).prop('x')!.value]
const cellsOf = (value: string) => root(`x = ${value};`).cells('x')

describe('values', () => {
  it('reads cells in hexadecimal, decimal and octal, with suffixes and characters', () => {
    expect(cellsOf('<0x10 0XfF 10 010 0xFFUL 1ULL>')).toEqual([16, 255, 10, 8, 255, 1])
    expect(cellsOf("<'a' '\\n' '\\'' '\\x41' '\\101'>")).toEqual([97, 10, 39, 65, 65])
    expect(cellsOf('<>')).toEqual([])
    expect(cellsOf('<(1)(2)3>')).toEqual([1, 2, 3])
  })

  it('takes a negative number as the 64-bit value that it is', () => {
    expect(cellsOf('<(-1) (-5)>')).toEqual([0xffff_ffff, 0xffff_fffb])
    expect(bytesOf('/bits/ 8 <1 (-1) 255>')).toEqual([1, 255, 255])
    expect(bytesOf('/bits/ 16 <0x1234 (-2)>')).toEqual([0x12, 0x34, 0xff, 0xfe])
    expect(bytesOf('/bits/ 64 <0x123456789abcdef0 1 (-1)>')).toEqual([
      0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255,
      255, 255, 255, 255,
    ])
  })

  it('reads strings with escapes, as UTF-8', () => {
    expect(bytesOf('"a\\tb\\"\\\\\\x41\\101\\0z"')).toEqual([97, 9, 98, 34, 92, 65, 65, 0, 122, 0])
    expect(bytesOf('"é€😀"')).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0])
    expect(bytesOf('"two\nlines"')).toEqual([...'two\nlines\0'].map((c) => c.charCodeAt(0)))
  })

  it('reads byte strings and joins pieces with commas', () => {
    expect(bytesOf('[0011 aA ff]')).toEqual([0, 0x11, 0xaa, 0xff])
    expect(bytesOf('[01], "a", <2>')).toEqual([1, 97, 0, 0, 0, 0, 2])
    expect(bytesOf('l1: <1 l2: 2 l3:> l4:, l5: [0a l6:] l7:')).toEqual([0, 0, 0, 1, 0, 0, 0, 2, 10])
  })

  it('reads comments, blank lines and continuation anywhere between tokens', () => {
    expect(cellsOf('/* a */ < // b\n 1 /* c\n c */ 2 >')).toEqual([1, 2])
  })

  it.each<[string, number]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 % 4 - 1', 2],
    ['7 / 2', 3],
    ['1 << 2 + 1', 8],
    ['0x80 >> 4', 8],
    ['1 << 64', 0],
    ['(-1) >> 60', 15],
    ['3 > 2', 1],
    ['3 >= 4', 0],
    ['(-1) < 1', 0],
    ['3 <= 3', 1],
    ['3 == 3', 1],
    ['3 != 3', 0],
    ['1 | 2 ^ 3 & 1', 3],
    ['0 || 5', 1],
    ['2 && 0', 0],
    ['!5', 0],
    ['!0', 1],
    ['~0 == 0xffffffffffffffff', 1],
    ['- -1', 1],
    ['-(-7)', 7],
    ['3 ? 4 : 5 ? 6 : 7', 4],
    ['0 ? 4 : 0 ? 6 : 7', 7],
    ['10 - 3 - 2', 5],
    ["'a' + 1", 98],
    ['0x10 - 020', 0],
  ])('evaluates %s as C does on unsigned 64-bit values', (expression, value) => {
    expect(cellsOf(`<(${expression})>`)).toEqual([value])
  })

  it('agrees with JavaScript on random expressions of 64-bit values', () => {
    const operator = fc.constantFrom('+', '-', '*', '&', '|', '^', '<', '>', '==', '!=', '<=', '>=')
    const leaf = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => `${n}`)
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        fc
          .tuple(tie('expression'), operator, tie('expression'))
          .map(([a, o, b]) => `(${a} ${o} ${b})`),
        fc.tuple(fc.constantFrom('-', '~'), tie('expression')).map(([o, a]) => `(${o}${a})`),
      ),
    }))
    const evaluate = (text: string): bigint => {
      const wrap = (n: bigint | boolean) => BigInt.asUintN(64, BigInt(n))
      // Every operation is in parentheses of its own, so each can be wrapped to 64 bits.
      const script = text.replaceAll(/\d+/g, '$&n').replaceAll('(', 'w(')
      return new Function('w', `return w(${script})`)(wrap)
    }
    fc.assert(
      fc.property(expression, (text) => {
        const [high, low] = cellsOf(`/bits/ 64 <(${text})>`)!
        expect((BigInt(high!) << 32n) | BigInt(low!)).toBe(evaluate(text))
      }),
    )
  })
})
