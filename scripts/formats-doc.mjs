/**
 * Writes docs/formats.md from the rows of the page-table formats. With --check nothing is written:
 * exit code 1 when the file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = join(root, 'docs/formats.md')

/** The parts of the core that know the formats. */
async function loadCore() {
  const contents = [
    "export { prettySize } from './src/base/addr.ts'",
    "export { bitDiagram, bitRange } from './src/pagetable/bit-diagram.ts'",
    "export { describeFormat, groupWords, sizeRanges } from './src/pagetable/describe.ts'",
    "export { formats } from './src/pagetable/formats.ts'",
  ].join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'core.ts', loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  })
  const code = Buffer.from(outputFiles[0].text).toString('base64')
  return import(`data:text/javascript;base64,${code}`)
}

const core = await loadCore()
const { bitDiagram, bitRange, describeFormat, formats, groupWords, prettySize, sizeRanges } = core

const sizes = (lg2s) => sizeRanges(lg2s).join(', ')
const cell = (text) => String(text).replaceAll('|', '\\|')

function table(titles, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)]
}

/** What was written already, so that variants of a family point at it. */
const seen = new Map()

/** The lines, or a pointer to the format that has the same ones. */
function once(kind, lines, id) {
  const key = `${kind}\n${lines.join('\n')}`
  const before = seen.get(key)
  if (before !== undefined) return [`As in [\`${before}\`](#${before}).`]
  seen.set(key, id)
  return lines
}

function fieldRow(row) {
  const names = row.kind === 'value' ? Object.entries(row.values ?? {}) : []
  return [bitRange(row), `\`${row.name}\``, row.doc, names.map(([n, v]) => `${n} ${v}`).join(', ')]
}

function wordLines({ title, rows, alike }, bits, id) {
  const sorted = [...rows].sort((a, b) => b.hi - a.hi)
  const drawn = [
    '```',
    ...bitDiagram(rows, bits, 100),
    '```',
    '',
    ...table(['bits', 'field', 'meaning', 'named values'], sorted.map(fieldRow)),
  ]
  const moved = alike.map((a) => `- ${a.title}${a.places === '' ? '' : `: ${a.places}`}`)
  return [
    `**${title[0].toUpperCase()}${title.slice(1)}**`,
    '',
    ...once('word', drawn, id),
    ...(moved.length === 0 ? [] : ['', 'Likewise:', '', ...moved]),
    '',
  ]
}

function defectLine({ id, text, source, repeated }) {
  const when = repeated === true ? 'Repeated by `pagetable replay` without `--correct`.' : ''
  return `- \`${id}\`: ${text} (${source}) ${when}`.trimEnd()
}

function exampleRow({ word, level, kind, address, fields, source }) {
  const what = { leaf: 'page at', table: 'table at', empty: 'maps nothing' }[kind]
  return [`\`${word}\``, level, address === undefined ? what : `${what} ${address}`, fields, source]
}

function formatLines(d) {
  const levels = d.levels.map((level) => [
    level.number,
    prettySize(2 ** level.shift),
    level.entries,
    level.pages.length === 0 ? 'none' : sizes(level.pages),
  ])
  const examples = d.examples.map(exampleRow)
  return [
    `## ${d.id}`,
    '',
    `${d.iovaBits} bits in, ${d.outputBits} bits out, entries of ${d.wordBits} bits. Source: ${d.source}.`,
    d.evidence === 'measured'
      ? 'Measured: compared with tables that Linux 6.1 wrote.'
      : 'From documents: no table that Linux wrote was compared.',
    '',
    `Maps ${sizes(d.mapSizes)}.`,
    '',
    ...table(['level', 'an entry covers', 'entries', 'pages'], levels),
    '',
    ...groupWords(d.words).flatMap((group) => wordLines(group, d.wordBits, d.id)),
    ...(d.dirty === null ? [] : [d.dirty, '']),
    '**Behaviour**',
    '',
    ...once(
      'behaviour',
      d.behaviour.map((text) => `- ${text}`),
      d.id,
    ),
    '',
    ...(d.defects.length === 0
      ? []
      : ['**Defects of Linux**', '', ...once('defects', d.defects.map(defectLine), d.id), '']),
    ...(examples.length === 0
      ? []
      : [
          '**Worked examples**',
          '',
          ...table(['entry', 'level', 'is', 'fields that are not 0', 'from'], examples),
          '',
        ]),
  ]
}

const all = [...formats].map(describeFormat)
const overview = all.map((d) => [
  `[${d.id}](#${d.id})`,
  d.levels.map((l) => l.number).join(' '),
  d.iovaBits,
  d.outputBits,
  sizes(d.mapSizes),
  d.evidence,
])
const text = `${[
  '# Page-table formats',
  '',
  '<!-- Written by `node scripts/formats-doc.mjs` from src/pagetable/formats/; do not edit. -->',
  '',
  'Everything here comes from the rows that the engine, the hardware walker and the tests run on.',
  '`dmaplumb pagetable formats FORMAT` prints the same, `pagetable show FORMAT WORD` takes an entry apart.',
  '',
  '- Levels have the numbers that the architecture gives them, root first.',
  '- A drawing has the highest bits first; `-` are bits that no field has. `address 35:32` are bits of the',
  '  address that lie elsewhere in the entry; plain `address` is in place.',
  "- **Behaviour** is what Linux's code for the format does where formats differ. It is in force always, also",
  '  where it is surprising.',
  '- **Defects** are what that code gets wrong. The engine does what was meant; those that vectors show are',
  '  repeated by `pagetable replay` unless `--correct` is given.',
  '- How numbers are kept is told in [numbers.md](numbers.md), how a format is added in',
  '  [add-a-format.md](add-a-format.md).',
  '',
  ...table(['format', 'levels', 'bits in', 'bits out', 'page sizes', 'known from'], overview),
  '',
  ...all.flatMap(formatLines),
]
  .join('\n')
  .trimEnd()}\n`

if (!process.argv.includes('--check')) writeFileSync(target, text)
else {
  let found = ''
  try {
    found = readFileSync(target, 'utf8')
  } catch {
    // No file is a stale one.
  }
  if (found !== text) {
    process.stderr.write('docs/formats.md is stale: run node scripts/formats-doc.mjs\n')
    process.exitCode = 1
  }
}
