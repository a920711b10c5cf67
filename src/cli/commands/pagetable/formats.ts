/** `dmaplumb pagetable formats [FORMAT...]`: every page-table format, and the bits of its entries. */
import type { WordRow } from '../../../base/word.ts'
import { hex } from '../../../base/addr.ts'
import { bitDiagram, bitRange } from '../../../pagetable/bit-diagram.ts'
import {
  describeFormat,
  type FormatDescription,
  groupWords,
  sizeRanges,
  type WordGroup,
} from '../../../pagetable/describe.ts'
import { formats } from '../../../pagetable/formats.ts'
import type { Call, CommandRow } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { outputOptions } from '../../options.ts'
import type { Paint } from '../../paint.ts'
import { renderTable } from '../../table.ts'
import { wrap } from '../../wrap.ts'
import { formatNamed } from './format-named.ts'

const sizes = (lg2s: readonly number[]) => sizeRanges(lg2s).join(', ')

function valueNames(row: WordRow): string {
  if (row.kind === 'address' || row.values === undefined) return ''
  return Object.entries(row.values)
    .map(([value, name]) => `${value} ${name}`)
    .join(', ')
}

/** The drawing of a kind of entry, and what its fields mean. */
function wordLines({ title, rows, alike }: WordGroup, bits: number, width: number): string[] {
  const cells = [...rows]
    .sort((a, b) => b.hi - a.hi)
    .map((row) => {
      const names = valueNames(row)
      return [bitRange(row), row.name, names === '' ? row.doc : `${row.doc} (${names})`]
    })
  const columns = [
    { title: 'bits', align: 'right' as const },
    { title: 'field' },
    { title: 'meaning', gives: true },
  ]
  const indent = '    '
  const likewise = alike.map((a) => (a.places === '' ? a.title : `${a.title}: ${a.places}`))
  return [
    '',
    `  ${title}`,
    ...bitDiagram(rows, bits, width - indent.length).map((line) => indent + line),
    ...renderTable(columns, cells, { width, indent }),
    ...likewise.flatMap((text) => wrapped(`likewise ${text}`, indent, width)),
  ]
}

const wrapped = (text: string, indent: string, width: number) =>
  wrap(text, width - indent.length).map((line) => indent + line)

/** One format at length. */
function atLength(d: FormatDescription, paint: Paint, width: number): string[] {
  const levels = d.levels.map((level) => [
    String(level.number),
    hex(2 ** level.shift),
    String(level.entries),
    level.pages.length === 0 ? 'none' : sizes(level.pages),
  ])
  const columns = [
    { title: 'level', align: 'right' as const },
    { title: 'an entry covers', align: 'right' as const },
    { title: 'entries', align: 'right' as const },
    { title: 'pages', gives: true },
  ]
  return [
    paint.bold(d.id),
    `  ${d.iovaBits} bits in, ${d.outputBits} bits out, entries of ${d.wordBits} bits, ${d.evidence}`,
    `  from ${d.source}`,
    `  maps ${sizes(d.mapSizes)}`,
    ...renderTable(columns, levels, { width, indent: '  ' }),
    ...groupWords(d.words).flatMap((group) => wordLines(group, d.wordBits, width)),
    ...(d.dirty === null ? [] : ['', ...wrapped(d.dirty, '  ', width)]),
    ...d.defects.flatMap(({ id, text }) => ['', ...wrapped(`${id}: ${text}`, '  ', width)]),
  ]
}

async function run(call: Call): Promise<number> {
  const { output, args, command } = call
  let code: number = exitCode.clean
  const found = args.length === 0 ? [...formats] : []
  for (const name of args) {
    const format = formatNamed(name, call)
    if (format === null) code = exitCode.usage
    else found.push(format)
  }
  const all = found.map(describeFormat)
  if (output.json) for (const d of all) output.object({ schemaVersion: 1, command, ...d })
  else if (args.length > 0) {
    for (const d of all) output.lines([...atLength(d, output.paint, output.width), ''])
  } else {
    const rows = all.map((d) => [
      d.id,
      d.levels.map((l) => l.number).join(' '),
      String(d.iovaBits),
      String(d.outputBits),
      sizes(d.mapSizes),
      d.evidence,
    ])
    const columns = [
      { title: 'format' },
      { title: 'levels' },
      { title: 'in', align: 'right' as const },
      { title: 'out', align: 'right' as const },
      { title: 'page sizes', gives: true },
      { title: 'from' },
    ]
    const { paint, width } = output
    output.lines(renderTable(columns, rows, { width, paintTitle: paint.bold }))
    for (const d of all) output.lines(['', ...atLength(d, paint, width)])
  }
  return code
}

/** The list. */
export const formatsVerb: CommandRow = {
  name: 'formats',
  summary: 'every page-table format: levels, page sizes, bit diagrams of its entries',
  args: [{ syntax: '[format...]', help: 'only these' }],
  options: [...outputOptions],
  examples: ['pagetable formats', 'pagetable formats arm-v7s', 'pagetable formats --json'],
  run,
}
