/** Reads boards in all the forms in which people have them. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Board } from '../analysis/contract.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import { parseDtb } from '../devicetree/dtb.ts'
import { parseDts } from '../devicetree/dts.ts'
import { applyOverlay, isOverlay } from '../devicetree/overlay.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { parseTreeJson } from '../devicetree/tree-json.ts'
import { boards as builtInBoards } from '../machine/boards/boards.ts'
import type { Host } from './host.ts'
import { includeBytes, includeText, readBytes } from './included-files.ts'
import { preprocess } from './preprocess.ts'
import type { Source } from './sources.ts'
import { readTreeDirectory } from './tree-directory.ts'

/** A board, or why there is none. `diagnostics` of a board are warnings and notes. */
export interface LoadedBoard {
  source: string
  board: Board | null
  diagnostics: Diagnostic[]
}

/** How files become trees, and what is done to them on the way. */
export interface Reading {
  /** Sources go through the C preprocessor first. */
  cpp: boolean
  /** Folders to look for included files in. */
  include: readonly string[]
  /** `__symbols__` is made for sources, as `dtc -@` does. */
  symbols: boolean
  /** Overlays to apply, in this order. */
  overlay: readonly string[]
}

/** Files as they are. */
export const plainReading: Reading = { cpp: false, include: [], symbols: false, overlay: [] }

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

function parse(bytes: Uint8Array, source: string, cwd: string, how: Reading): ParsedTree {
  if (isBlob(bytes) || !isText(bytes)) return parseDtb(bytes, { source })
  const text = new TextDecoder().decode(bytes)
  if (/^\s*\{/.test(text)) return parseTreeJson(text, { source })
  const processed = how.cpp
    ? preprocess(source, cwd, how.include, bytes)
    : { ok: true as const, text }
  if (!processed.ok) return { tree: null, diagnostics: [...processed.diagnostics] }
  return parseDts(processed.text, {
    source,
    symbols: how.symbols,
    include: includeText(cwd, how.include),
    incbin: includeBytes(cwd),
  })
}

function builtIn(source: string, { symbols }: Reading): LoadedBoard {
  const name = source.slice(PREFIX.length)
  const found = builtInBoards.find(name)
  if (found !== undefined) {
    const notes = found.notes.map((message): Diagnostic => {
      return { severity: 'note', message, at: { source } }
    })
    const { tree, diagnostics } = parseDts(found.dts, { source, symbols })
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

function fromFile(source: string, cwd: string, how: Reading): LoadedBoard {
  const path = resolve(cwd, source)
  try {
    if (statSync(path).isDirectory()) return loaded(source, readTreeDirectory(path, source))
    return loaded(source, parse(readBytes(path), source, cwd, how))
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

/** One tree by its name: `-`, `board:NAME`, a file or a directory. It may be an overlay. */
export async function loadTree(
  { name, found }: Source,
  host: Host,
  how: Reading = plainReading,
): Promise<LoadedBoard> {
  if (!found) return failed(name, 'no file matches')
  if (how.overlay.length === 0) return readTree(name, host, how)
  // As symbols, labels of a source are there for every overlay, and those of one for the next.
  const reading = { ...how, symbols: true }
  const base = await readTree(name, host, reading)
  return base.board === null ? base : overlaid(base, host, reading)
}

async function readTree(name: string, host: Host, how: Reading): Promise<LoadedBoard> {
  if (name.startsWith(PREFIX)) return builtIn(name, how)
  if (name !== '-') return fromFile(name, host.cwd, how)
  const bytes = await host.stdin()
  if (bytes.length === 0) return failed(name, 'standard input is empty')
  return loaded(name, parse(bytes, name, host.cwd, how))
}

/** The base with every overlay of `how` applied. */
async function overlaid(base: LoadedBoard, host: Host, how: Reading): Promise<LoadedBoard> {
  const { source } = base
  const diagnostics = [...base.diagnostics]
  let tree = base.board!.tree
  for (const name of how.overlay) {
    const overlay = await readTree(name, host, how)
    diagnostics.push(...overlay.diagnostics)
    if (overlay.board === null) return { source, board: null, diagnostics }
    const applied = applyOverlay(tree, overlay.board.tree, { source: name })
    diagnostics.push(...applied.diagnostics)
    if (applied.tree === null) return { source, board: null, diagnostics }
    tree = applied.tree
  }
  return { source, board: { source, tree }, diagnostics }
}

/** One board: a tree that is no overlay. */
export async function loadBoard(
  source: Source,
  host: Host,
  how: Reading = plainReading,
): Promise<LoadedBoard> {
  const read = await loadTree(source, host, how)
  if (read.board === null || !isOverlay(read.board.tree)) return read
  return failed(read.source, 'an overlay, not a board', 'name its base, and it with --overlay')
}
