import { expect, test } from 'vitest'
import { renderTable } from './table.ts'
import { visibleLength } from './wrap.ts'

const columns = [{ title: 'NAME' }, { title: 'VALUE', gives: true }]

test('aligns columns and leaves no space at the end of a line', () => {
  const lines = renderTable(
    columns,
    [
      ['a', 'long value'],
      ['longer', 'b'],
    ],
    { width: 80 },
  )
  expect(lines).toEqual(['NAME    VALUE', 'a       long value', 'longer  b'])
})

test('aligns to the right', () => {
  const lines = renderTable([{ title: 'N', align: 'right' }], [['1'], ['100']], { width: 80 })
  expect(lines).toEqual(['  N', '  1', '100'])
})

test('wraps the cells of a column that gives when the line is too narrow', () => {
  const lines = renderTable(columns, [['a', 'one two three four five']], { width: 20 })
  expect(lines).toEqual(['NAME  VALUE', 'a     one two three', '      four five'])
})

test('never exceeds the width while a column can give', () => {
  const three = [{ title: 'A', gives: true }, { title: 'B' }, { title: 'C', gives: true }]
  const rows = [['x '.repeat(40), 'fixed', 'y '.repeat(60)]]
  for (const width of [40, 60, 80, 120]) {
    const lines = renderTable(three, rows, { width, indent: '  ' })
    expect(Math.max(...lines.map(visibleLength))).toBeLessThanOrEqual(width)
  }
})

test('prints a note below its row', () => {
  const lines = renderTable([{ title: 'A' }], [['1'], ['2']], { width: 80 }, [['    note'], []])
  expect(lines).toEqual(['A', '1', '    note', '2'])
})

test('aligns coloured cells', () => {
  const rows = [
    ['\u001b[31mfault\u001b[39m', 'x'],
    ['ok', 'y'],
  ]
  const lines = renderTable([{ title: 'V' }, { title: 'D' }], rows, { width: 80 })
  expect(lines.map((line) => visibleLength(line))).toEqual([8, 8, 8])
})
