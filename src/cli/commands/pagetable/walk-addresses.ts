/** `pagetable walk IMAGE ... IOVA`: each entry on the way, and the result or the fault. */
import { hex, prettyHex, prettySize } from '../../../base/addr.ts'
import type { DecodedEntry } from '../../../pagetable/describe.ts'
import {
  type ExplainedStep,
  type Explanation,
  explainWalk,
  type WalkedAccess,
  type WalkOutcome,
} from '../../../pagetable/image/explain.ts'
import { faultFamilyOf, type FaultTerm } from '../../../pagetable/image/fault-terms.ts'
import type { ImageMemory } from '../../../pagetable/image/image-memory.ts'
import { type IoAddress, printIoAddress } from '../../../pagetable/image/io-address.ts'
import { runsInWords } from '../../../pagetable/image/open-image.ts'
import type { TableSource } from '../../../pagetable/mappings.ts'
import type { Call } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { wrap } from '../../wrap.ts'
import { rightsInWords } from './rights-in-words.ts'

/** Tables in an image. */
export interface ImageTables extends TableSource {
  readonly memory: ImageMemory
}

const codes = {
  mapped: exitCode.clean,
  fault: exitCode.findings,
  'not-held': exitCode.input,
} as const

/** Walks for each address; the highest exit code wins. */
export function walkAddresses(
  call: Call,
  image: string,
  tables: ImageTables,
  addresses: readonly IoAddress[],
): number {
  const { output, options, command } = call
  const { format, memory, root } = tables
  const access = { read: options.read || !options.write, write: options.write }
  let code: number = exitCode.clean
  for (const [i, address] of addresses.entries()) {
    const walked = explainWalk(format, memory, root, address, access)
    code = Math.max(code, codes[walked.outcome.kind])
    if (output.json) {
      output.object({
        schemaVersion: 1,
        command,
        image,
        ...asJson(tables, address, access, walked),
      })
    } else {
      const lines = asLines(tables, address, access, walked, output.width)
      output.lines(i === 0 ? lines : ['', ...lines])
    }
  }
  return code
}

const accessName = ({ read, write }: WalkedAccess) =>
  read && write ? 'read and write' : write ? 'write' : 'read'

const wordOf = ({ lo, hi }: ExplainedStep, bits: number): string => {
  const low = (lo >>> 0).toString(16).padStart(8, '0')
  return bits === 32 ? `0x${low}` : `0x${(hi >>> 0).toString(16).padStart(8, '0')}${low}`
}

function asJson(
  { format, root }: ImageTables,
  address: IoAddress,
  access: WalkedAccess,
  { steps, outcome }: Explanation,
) {
  return {
    format: format.id,
    root: hex(root),
    iova: printIoAddress(address.page, address.offset),
    access: accessName(access),
    steps: steps.map((step) => ({
      level: step.level,
      table: hex(step.table),
      index: step.index,
      at: hex(step.at),
      word: wordOf(step, format.wordBits),
      kind: step.entry.kind,
      ...(step.entry.address === undefined ? {} : { address: step.entry.address }),
      ...(step.entry.allows === undefined ? {} : { allows: step.entry.allows }),
      fields: step.entry.fields,
    })),
    result: resultJson(outcome, faultFamilyOf(format).source),
  }
}

function resultJson(outcome: WalkOutcome, source: string) {
  if (outcome.kind === 'mapped') {
    const { address, bytes, read, write } = outcome
    const to = printIoAddress(address.page, address.offset)
    return { kind: 'mapped', address: to, pageSize: hex(bytes), read, write }
  }
  const { level, term } = outcome
  if (outcome.kind === 'fault') {
    const { cause, deniedBy: by } = outcome
    const deniedBy = by === undefined ? {} : { deniedBy: { level: by.level, at: hex(by.at) } }
    return { kind: 'fault', cause, level, ...deniedBy, ...term, source }
  }
  return { kind: 'not-in-image', level, at: hex(outcome.at), ...term, source }
}

/** Fields that say something: 0 does not, but where it has a name. */
function fieldsInWords(entry: DecodedEntry): string {
  return entry.fields
    .filter((f) => f.name !== 'address' && (f.value !== '0x0' || f.meaning !== undefined))
    .map((f) => `${f.name} ${f.value}${f.meaning === undefined ? '' : ` (${f.meaning})`}`)
    .join(', ')
}

function entryInWords({ kind, address, bytes, allows }: DecodedEntry): string {
  const at = address === undefined ? '' : prettyHex(Number(address))
  if (kind === 'table') return `link to the table at ${at}`
  if (kind === 'empty') return 'maps nothing'
  return `page of ${prettySize(bytes ?? 0)} at ${at}, ${rightsInWords(allows!)}`
}

function asLines(
  { format, root, memory }: ImageTables,
  address: IoAddress,
  access: WalkedAccess,
  { steps, outcome }: Explanation,
  width: number,
): string[] {
  const iova = printIoAddress(address.page, address.offset)
  const lines = [`${iova}, ${accessName(access)}, ${format.id} from ${prettyHex(root)}`]
  for (const step of steps) {
    const where = `level ${step.level}: ${prettyHex(step.table)}[${step.index}] at ${prettyHex(step.at)}`
    lines.push(`  ${where} is ${wordOf(step, format.wordBits)}: ${entryInWords(step.entry)}`)
    const fields = fieldsInWords(step.entry)
    if (fields !== '') lines.push(...indented(fields, width))
  }
  return [...lines, `  ${resultInWords(outcome, memory)}`]
}

const indented = (text: string, width: number) =>
  wrap(text, Math.max(20, width - 6)).map((line) => `      ${line}`)

const termInWords = ({ name, code, note }: FaultTerm) =>
  `${name} (${code})${note === undefined ? '' : `; ${note}`}`

function resultInWords(outcome: WalkOutcome, memory: ImageMemory): string {
  if (outcome.kind === 'mapped') {
    const to = printIoAddress(outcome.address.page, outcome.address.offset)
    return `-> ${to}, by a page of ${prettySize(outcome.bytes)}, ${rightsInWords(outcome)}`
  }
  const term = termInWords(outcome.term)
  if (outcome.kind === 'fault') {
    const { deniedBy: by } = outcome
    const link =
      by === undefined
        ? ''
        : `; not allowed by the link of level ${by.level} at ${prettyHex(by.at)}`
    return `-> fault${outcome.level === null ? '' : ` at level ${outcome.level}`}: ${term}${link}`
  }
  const holds = `it holds ${runsInWords(memory.runs)}`
  return `-> not in the image: the entry of level ${outcome.level} at ${prettyHex(outcome.at)} (${holds}); hardware that finds nothing there reports ${term}`
}
