import { expect, test } from 'vitest'
import { indented, padEnd, padStart, visibleLength, wrap } from './wrap.ts'

const red = (text: string) => `\u001b[31m${text}\u001b[39m`

test('breaks at spaces', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
})

test('cuts a word that is longer than a line', () => {
  expect(wrap('abcdefgh ij', 3)).toEqual(['abc', 'def', 'gh', 'ij'])
})

test('keeps line breaks and empty lines', () => {
  expect(wrap('a\n\nb', 10)).toEqual(['a', '', 'b'])
  expect(wrap('', 10)).toEqual([''])
})

test('puts different text in front of the first line', () => {
  expect(indented('one two three', 9, '1. ', '   ')).toEqual(['1. one', '   two', '   three'])
})

test('does not count colours', () => {
  expect(visibleLength(red('fault'))).toBe(5)
  expect(padEnd(red('a'), 3)).toBe(`${red('a')}  `)
  expect(padStart(red('a'), 3)).toBe(`  ${red('a')}`)
})
