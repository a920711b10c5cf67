/** `dmaplumb pagetable show FORMAT 0x...`: an entry, decoded. */
import { prettySize } from '../../../base/addr.ts'
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { type DecodedEntry, decodeEntry } from '../../../pagetable/describe.ts'
import type { Call, CommandRow } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { refused } from '../../failures.ts'
import { outputOptions } from '../../options.ts'
import { renderTable } from '../../table.ts'
import { formatNamed } from './format-named.ts'
import { rightsInWords } from './rights-in-words.ts'

/** Fields that are 0 say nothing, but for those with a name for 0. */
const tells = (f: DecodedEntry['fields'][number]) => f.value !== '0x0' || f.meaning !== undefined

function heading(entry: DecodedEntry): string {
  const at = `level ${entry.level}`
  if (entry.kind === 'empty') return `${at}: empty, a walk ends here with a fault`
  if (entry.kind === 'table') return `${at}: a link to the table at ${entry.address}`
  const rights = rightsInWords(entry.allows ?? { read: false, write: false })
  return `${at}: a page of ${prettySize(entry.bytes ?? 0)} at ${entry.address}, ${rights}`
}

function lines(entry: DecodedEntry, width: number): string[] {
  const rows = entry.fields
    .filter(tells)
    .map((f) => [
      f.bits,
      f.name,
      f.value,
      f.meaning === undefined ? f.doc : `${f.meaning}: ${f.doc}`,
    ])
  const columns = [
    { title: 'bits', align: 'right' as const },
    { title: 'field' },
    { title: 'value', align: 'right' as const },
    { title: 'meaning', gives: true },
  ]
  const table = rows.length === 0 ? [] : renderTable(columns, rows, { width, indent: '  ' })
  return [heading(entry), ...table]
}

function refuse(call: Call, message: string, remedy: string): number {
  const diagnostic: Diagnostic = { severity: 'error', message, remedy }
  return refused(call, null, [diagnostic])
}

async function run(call: Call): Promise<number> {
  const { output, args, options, command } = call
  const [name = '', text = ''] = args
  const format = formatNamed(name, call)
  if (format === null) return exitCode.usage
  const digits = /^0x0*([0-9a-f]+)$/i.exec(text.replaceAll('_', ''))?.[1]
  if (digits === undefined || digits.length > format.wordBits / 4) {
    const remedy = `${format.id} has entries of ${format.wordBits} bits, written 0x...`
    return refuse(call, `${text} is no entry`, remedy)
  }
  const word = {
    hi: digits.length > 8 ? Number.parseInt(digits.slice(0, -8), 16) : 0,
    lo: Number.parseInt(digits.slice(-8), 16),
  }
  const all = decodeEntry(format, word.lo, word.hi)
  const asked = options.level === '' ? all : all.filter((e) => String(e.level) === options.level)
  if (asked.length === 0) {
    const remedy = `its levels are ${all.map((e) => e.level).join(', ')}`
    return refuse(call, `${format.id} has no level ${options.level}`, remedy)
  }
  const shown = `0x${digits.toLowerCase()}`
  if (output.json) {
    output.object({ schemaVersion: 1, command, format: format.id, word: shown, levels: asked })
  } else {
    const blocks = asked.map((entry) => lines(entry, output.width))
    output.lines(blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block])))
  }
  return exitCode.clean
}

/** An entry. */
export const showVerb: CommandRow = {
  name: 'show',
  summary: 'an entry of a page table, decoded',
  args: [
    { syntax: '<format>', help: 'as in pagetable formats' },
    { syntax: '<word>', help: 'the entry, 0x...' },
  ],
  options: [
    { flags: '--level <number>', help: 'the level it is from (default: what it is at each)' },
    ...outputOptions,
  ],
  examples: [
    'pagetable show arm-lpae-s1-64 0x0060000040006f47 --level 3',
    'pagetable show rockchip-v1 0x6789a007',
  ],
  run,
}
