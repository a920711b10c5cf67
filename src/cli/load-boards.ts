/** Reads boards in all the forms in which people have them. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Board } from '../analysis/contract.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import { parseDtb } from '../devicetree/dtb.ts'
import { parseDts } from '../devicetree/dts.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { boards as builtInBoards } from '../machine/boards/boards.ts'
import type { Host } from './host.ts'
import type { Source } from './sources.ts'
import { readTreeDirectory } from './tree-directory.ts'

/** A board, or why there is none. `diagnostics` of a board are warnings and notes. */
export interface LoadedBoard {
  source: string
  board: Board | null
  diagnostics: Diagnostic[]
}

interface ParsedTree {
  tree: DeviceTree | null
  diagnostics: Diagnostic[]
}

const PREFIX = 'board:'

function failed(source: string, message: string, remedy?: string): LoadedBoard {
  const diagnostic: Diagnostic = { severity: 'error', message, at: { source } }
  if (remedy !== undefined) diagnostic.remedy = remedy
  return { source, board: null, diagnostics: [diagnostic] }
}

function loaded(source: string, { tree, diagnostics }: ParsedTree): LoadedBoard {
  const broken = tree === null || diagnostics.some((d) => d.severity === 'error')
  return { source, board: broken ? null : { source, tree }, diagnostics }
}

/** The device tree blob's magic number, 0xd00dfeed. */
function isBlob(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd0 && bytes[1] === 0x0d && bytes[2] === 0xfe && bytes[3] === 0xed
}

/** Text has no NUL; a blob whose magic is damaged has many. */
function isText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, 4096).includes(0)
}

/** `/include/` and `/incbin/` look beside the including file. */
function readBeside<T>(cwd: string, read: (path: string, source: string) => T) {
  return (path: string, from: string | undefined): T | null => {
    const beside = from === undefined || from === '-' ? path : join(dirname(from), path)
    const source = isAbsolute(path) ? path : beside
    try {
      return read(resolve(cwd, source), source)
    } catch {
      return null
    }
  }
}

/** Thrown instead of reading a device, with a code as errors of the system have one. */
class DeviceFileError extends Error {
  readonly code = 'EDEVICE'
}

/** A whole file or pipe. Throws for a device such as /dev/zero, whose end may never come. */
export function readBytes(path: string): Uint8Array {
  const stat = statSync(path)
  if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new DeviceFileError(path)
  return new Uint8Array(readFileSync(path))
}

function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path))
}

function parse(bytes: Uint8Array, source: string, cwd: string): ParsedTree {
  if (isBlob(bytes) || !isText(bytes)) return parseDtb(bytes, { source })
  return parseDts(new TextDecoder().decode(bytes), {
    source,
    include: readBeside(cwd, (path, name) => ({ text: readText(path), source: name })),
    incbin: readBeside(cwd, readBytes),
  })
}

function builtIn(source: string): LoadedBoard {
  const name = source.slice(PREFIX.length)
  const found = builtInBoards.find(name)
  if (found !== undefined) {
    const notes = found.notes.map((message): Diagnostic => {
      return { severity: 'note', message, at: { source } }
    })
    const { tree, diagnostics } = parseDts(found.dts, { source })
    return loaded(source, { tree, diagnostics: [...diagnostics, ...notes] })
  }
  const near = nearNames(name, builtInBoards.names())
  const offered = near.length > 0 ? near : builtInBoards.names()
  const list = offered.map((n) => PREFIX + n).join(', ')
  const remedy = `${near.length > 0 ? 'did you mean' : 'there are'} ${list}`
  return failed(source, 'no such built-in board', remedy)
}

const reasons: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'not allowed to read it',
  EISDIR: 'a directory',
  EDEVICE: 'a device, not a file',
}

/** Why a file could not be read, in words; null when the error is none of the system's. */
export function readProblem(error: unknown): string | null {
  const code = (error as { code?: string }).code
  return code === undefined ? null : (reasons[code] ?? `cannot be read: ${code}`)
}

function fromFile(source: string, cwd: string): LoadedBoard {
  const path = resolve(cwd, source)
  try {
    if (statSync(path).isDirectory()) return loaded(source, readTreeDirectory(path, source))
    return loaded(source, parse(readBytes(path), source, cwd))
  } catch (error) {
    const problem = readProblem(error)
    if (problem === null) throw error
    const remedy =
      builtInBoards.find(source) === undefined
        ? undefined
        : `the built-in board is called ${PREFIX}${source}`
    return failed(source, problem, remedy)
  }
}

/** One board by its name: `-`, `board:NAME`, a file or a directory. */
export async function loadBoard({ name, found }: Source, host: Host): Promise<LoadedBoard> {
  if (!found) return failed(name, 'no file matches')
  if (name.startsWith(PREFIX)) return builtIn(name)
  if (name !== '-') return fromFile(name, host.cwd)
  const bytes = await host.stdin()
  if (bytes.length === 0) return failed(name, 'standard input is empty')
  return loaded(name, parse(bytes, name, host.cwd))
}
