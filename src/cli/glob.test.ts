import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../../test/cli/fixtures.ts'
import { expandGlob, isGlob, segmentPattern } from './glob.ts'
import { expandSources } from './sources.ts'

const files = {
  'b.dtb': '',
  'a.dtb': '',
  'Z.dtb': '',
  'x/c.dtb': '',
  'x/y/d.dtb': '',
  '.h.dtb': '',
}

test('knows a glob', () => {
  expect(['a*', 'a?', 'a[b]'].every(isGlob)).toBe(true)
  expect(isGlob('board:veyron')).toBe(false)
})

test.each([
  ['*.dtb', 'a.dtb', true],
  ['*.dtb', '.h.dtb', false],
  ['.*.dtb', '.h.dtb', true],
  ['rk32?8', 'rk3288', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['a.b', 'axb', false],
  ['a[', 'a[', true],
  ['a+(b)', 'a+(b)', true],
])('pattern %s against %s: %s', (pattern, name, matches) => {
  expect(segmentPattern(pattern).test(name)).toBe(matches)
})

test('sorts bytewise, stays relative, and leaves hidden files out', () => {
  expect(expandGlob('*.dtb', folderWith(files))).toEqual(['Z.dtb', 'a.dtb', 'b.dtb'])
})

test('keeps the form that was typed', () => {
  const folder = folderWith(files)
  expect(expandGlob('./x/*.dtb', folder)).toEqual(['./x/c.dtb'])
  expect(expandGlob(`${folder}/x/*.dtb`, '/')).toEqual([`${folder}/x/c.dtb`])
})

test('lets ** stand for any number of folders', () => {
  const folder = folderWith(files)
  expect(expandGlob('**/*.dtb', folder)).toEqual([
    'Z.dtb',
    'a.dtb',
    'b.dtb',
    'x/c.dtb',
    'x/y/d.dtb',
  ])
  expect(expandGlob('x/**/d.dtb', folder)).toEqual(['x/y/d.dtb'])
})

test('does not follow links in circles', () => {
  const folder = folderWith(files)
  symlinkSync(folder, join(folder, 'x/loop'))
  expect(expandGlob('**/d.dtb', folder)).toEqual(['x/y/d.dtb'])
})

test('matches folders too', () => {
  const folder = folderWith(files)
  mkdirSync(join(folder, 'tree.d'))
  expect(expandGlob('*.d', folder)).toEqual(['tree.d'])
})

test('takes a file whose name looks like a glob as that file', () => {
  const folder = folderWith({ 'a[1].dtb': '', 'a1.dtb': '' })
  expect(expandSources(['a[1].dtb'], folder)).toEqual([{ name: 'a[1].dtb', found: true }])
})

test('keeps the order given and marks what matched nothing', () => {
  const given = ['-', 'x/*.dtb', 'none*.dtb', 'board:veyron', 'missing.dtb']
  expect(expandSources(given, folderWith(files))).toEqual([
    { name: '-', found: true },
    { name: 'x/c.dtb', found: true },
    { name: 'none*.dtb', found: false },
    { name: 'board:veyron', found: true },
    { name: 'missing.dtb', found: true },
  ])
})
