/** Loading that commands share: boards one after the other, and the request from the options. */
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Board, Request } from '../analysis/contract.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { parseKernelConfig } from '../kernel/config.ts'
import { requestOf } from './args.ts'
import type { Call } from './command.ts'
import { exitCode } from './exit-code.ts'
import { refused, unreadable } from './failures.ts'
import { readBytes } from './included-files.ts'
import { loadBoard, readProblem } from './load-boards.ts'
import { expandSources, type Source } from './sources.ts'

/** A value, or the exit code of a failure that has been reported. */
export type Loaded<T> = { ok: true; value: T } | { ok: false; code: number }

/** A board that was read, with warnings of its parser. */
export interface ReadBoard {
  board: Board
  diagnostics: readonly Diagnostic[]
}

/**
 * Calls `judge` for every board that can be read, in order; the others are reported and the rest
 * go on. Returns the highest exit code.
 */
export async function forEachBoard(
  call: Call,
  given: readonly string[],
  judge: (read: ReadBoard) => number,
): Promise<number> {
  const sources = expandSources(given, call.host.cwd)
  const progress = call.output.progress('boards')
  let code: number = exitCode.clean
  for (const [index, source] of sources.entries()) {
    const { board, diagnostics } = await loadBoard(source, call.host, call.options)
    const one =
      board === null ? unreadable(call, source.name, diagnostics) : judge({ board, diagnostics })
    code = Math.max(code, one)
    progress.tick(index + 1, sources.length)
  }
  progress.clear()
  return code
}

/** The one board of a command that takes exactly one. */
export async function oneBoard(call: Call, given: string): Promise<Loaded<ReadBoard>> {
  const sources = expandSources([given], call.host.cwd)
  if (sources.length > 1) {
    const message = `${sources.length} boards match, ${call.command} takes one`
    const diagnostic: Diagnostic = { severity: 'error', message, at: { source: given } }
    return { ok: false, code: refused(call, given, [diagnostic]) }
  }
  return readOne(call, sources[0] as Source)
}

async function readOne(call: Call, source: Source): Promise<Loaded<ReadBoard>> {
  const { board, diagnostics } = await loadBoard(source, call.host, call.options)
  if (board === null) return { ok: false, code: unreadable(call, source.name, diagnostics) }
  return { ok: true, value: { board, diagnostics } }
}

/** The most that a compressed .config may become: a hundred times what one takes. */
const MOST_CONFIG_BYTES = 2 ** 24

/** A .config as text; /proc/config.gz is compressed. */
function configText(path: string): string {
  const bytes = readBytes(path)
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = zipped ? gunzipSync(bytes, { maxOutputLength: MOST_CONFIG_BYTES }) : bytes
  return new TextDecoder().decode(plain)
}

/** A .config in which every line makes sense: with less, nothing is judged. */
function readConfig(call: Call, source: string): Loaded<Request['config']> {
  let text: string
  try {
    text = configText(resolve(call.host.cwd, source))
  } catch (error) {
    const message = `no .config to read: ${readProblem(error) ?? error}`
    const diagnostic: Diagnostic = { severity: 'error', message, at: { source } }
    return { ok: false, code: unreadable(call, null, [diagnostic]) }
  }
  const { diagnostics } = parseKernelConfig(text, source)
  const broken = diagnostics.some((d) => d.severity === 'error')
  if (broken) return { ok: false, code: unreadable(call, null, diagnostics) }
  return { ok: true, value: { source, text } }
}

/** The request that the options make; --config and --wiring are read. */
export async function readRequest(call: Call): Promise<Loaded<Request>> {
  const { options } = call
  let config: Request['config'] = null
  let wiring: Board | null = null
  if (options.config !== null) {
    const read = readConfig(call, options.config)
    if (!read.ok) return read
    config = read.value
  }
  if (options.wiring !== null && options.wiring !== 'tree') {
    const read = await readOne(call, { name: options.wiring, found: true })
    if (!read.ok) return read
    wiring = read.value.board
  }
  const request = requestOf(options, config, wiring)
  if (request.ok) return request
  call.output.diagnostics([request.diagnostic])
  return { ok: false, code: exitCode.usage }
}
