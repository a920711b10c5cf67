/**
 * `dmaplumb pagetable replay FILE...`: measured vectors, run on the page-table engine and the IOVA
 * allocators and compared.
 */
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { iovaOutcome } from '../../../dma/iova-replay.ts'
import { replayFile, type ReplayOutcome } from '../../../pagetable/replay/replay.ts'
import { fieldsOf } from '../../../pagetable/replay/vector.ts'
import type { Call, CommandRow } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { unreadable } from '../../failures.ts'
import { readBytes } from '../../included-files.ts'
import { readProblem } from '../../load-boards.ts'
import { outputOptions } from '../../options.ts'
import { expandSources } from '../../sources.ts'

/** The longest file, unpacked. */
const MOST_BYTES = 2 ** 26
/** Lists and objects in it: what reading it takes, far more than by its bytes. */
const MOST_LISTS = 2 ** 22
/** Vectors or cases in it. */
const MOST_RUNS = 2 ** 16
/** Disagreements of one vector, and vectors of one file, that are written out. */
const MOST_SHOWN = 5
const MOST_VECTORS = 20

/** The JSON of a file, or what is wrong with it. */
async function readDocument(name: string, call: Call): Promise<unknown> {
  const { host } = call
  const bytes = name === '-' ? await host.stdin() : readBytes(resolve(host.cwd, name))
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = zipped ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes
  if (plain.length > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`)
  if (listsIn(plain) > MOST_LISTS) throw new Error(`it has more than ${MOST_LISTS} lists`)
  const document = JSON.parse(new TextDecoder().decode(plain)) as unknown
  if (runsIn(document) > MOST_RUNS) throw new Error(`it has more than ${MOST_RUNS} vectors`)
  return document
}

/** Brackets and braces that open, those in strings among them. */
function listsIn(text: Uint8Array): number {
  let count = 0
  // An iterator would take longer than the parser.
  for (let i = 0; i < text.length; i++) if (text[i] === 0x5b || text[i] === 0x7b) count++
  return count
}

function runsIn(document: unknown): number {
  const { vectors, cases, encodings } = fieldsOf(document) ?? {}
  const lists = [vectors, cases, fieldsOf(encodings)?.rows].filter(Array.isArray)
  return Math.max(0, ...lists.map((list) => list.length))
}

function notRead(source: string, error: unknown): Diagnostic {
  const what = readProblem(error) ?? (error instanceof Error ? error.message : String(error))
  return { severity: 'error', message: `no vectors to read: ${what}`, at: { source } }
}

function shownDifferences({ label, disagreements }: ReplayOutcome): string[] {
  const more = disagreements.length - MOST_SHOWN
  return [
    `  ${label}`,
    ...disagreements.slice(0, MOST_SHOWN).map((text) => `    ${text}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}

/** One file; returns its exit code. */
function replayDocument(source: string, document: unknown, call: Call): number {
  const { output, options, command } = call
  let code: number = exitCode.clean
  let agreeing = 0
  let total = 0
  let broken = 0
  const lines: string[] = []
  const replaying = { correct: options.correct, iova: iovaOutcome }
  for (const outcome of replayFile(document, replaying)) {
    total++
    const { line, disagreements } = outcome
    const diagnostics = outcome.diagnostics.map((d) => ({ ...d, at: { source } }))
    output.diagnostics(diagnostics)
    if (output.json) {
      const head = { schemaVersion: 1, command }
      output.object(line === null ? { ...head, source, diagnostics } : { ...head, ...line })
    }
    if (diagnostics.length > 0) {
      broken++
      code = Math.max(code, exitCode.input)
    } else if (disagreements.length === 0) agreeing++
    else {
      code = Math.max(code, exitCode.findings)
      if (output.json) {
        for (const text of disagreements.slice(0, MOST_SHOWN)) {
          output.message(`${source}: ${outcome.label}: ${text}`)
        }
      } else if (lines.length / (MOST_SHOWN + 2) < MOST_VECTORS) {
        lines.push(...shownDifferences(outcome))
      }
    }
  }
  if (total === 0) {
    const message = 'there are no vectors in it to run'
    return unreadable(call, null, [{ severity: 'error', message, at: { source } }])
  }
  if (!output.json) {
    const rest = broken === 0 ? '' : `, ${broken} could not be run`
    output.lines([`${source}: ${agreeing} of ${total} agree${rest}`, ...lines])
  }
  return code
}

async function run(call: Call): Promise<number> {
  let code: number = exitCode.clean
  for (const { name, found } of expandSources(call.args, call.host.cwd)) {
    let document: unknown
    try {
      if (!found) throw new Error('no file has such a name')
      document = await readDocument(name, call)
    } catch (error) {
      code = Math.max(code, unreadable(call, null, [notRead(name, error)]))
      continue
    }
    code = Math.max(code, replayDocument(name, document, call))
  }
  return code
}

/** The replay. */
export const replayVerb: CommandRow = {
  name: 'replay',
  summary: 'page-table and IOVA vectors measured on Linux, run here and compared',
  args: [{ syntax: '<file...>', help: 'JSON of vectors, .gz or not, a glob, or -' }],
  options: [{ flags: '--correct', help: "without Linux's known defects" }, ...outputOptions],
  examples: ['pagetable replay arm_v7s.hand.json.gz', 'pagetable replay vectors.json --json'],
  run,
}
