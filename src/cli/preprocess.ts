/** A raw device tree source through the system's C preprocessor, as the kernel's build does it. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'

/** What cpp made of it. */
export type Preprocessed =
  | { ok: true; text: string }
  | { ok: false; diagnostics: readonly Diagnostic[] }

/** As scripts/Makefile.lib calls it (cmd_dtc). */
const FLAGS = ['-E', '-nostdinc', '-undef', '-D__DTS__', '-x', 'assembler-with-cpp']
const MOST_OUTPUT = 2 ** 28
const PREFIXES = 'scripts/dtc/include-prefixes'

/**
 * Runs `cpp` over a file, or over `stdin` for `-`. Included files are looked for beside the file,
 * in `folders`, and where the file lies in a kernel tree in that tree's own include-prefixes.
 */
export function preprocess(
  source: string,
  cwd: string,
  folders: readonly string[],
  stdin?: Uint8Array,
): Preprocessed {
  const kernel = source === '-' ? null : kernelPrefixes(resolve(cwd, source))
  const given = kernel === null ? folders : [...folders, kernel]
  const args = [...FLAGS, ...given.flatMap((folder) => ['-I', folder]), source]
  const cpp = spawnSync('cpp', args, { cwd, input: stdin, maxBuffer: MOST_OUTPUT })
  if (cpp.error !== undefined) {
    const { code } = cpp.error as NodeJS.ErrnoException
    const message = `cannot run the C preprocessor (cpp): ${code ?? cpp.error.message}`
    const remedy = code === 'ENOENT' ? 'install cpp, or give a preprocessed source' : undefined
    return { ok: false, diagnostics: [diagnostic(message, { source }, remedy)] }
  }
  if (cpp.status === 0) return { ok: true, text: cpp.stdout.toString() }
  return { ok: false, diagnostics: complaints(cpp.stderr.toString(), source) }
}

/** `scripts/dtc/include-prefixes` of the kernel tree around a file, or null. */
function kernelPrefixes(file: string): string | null {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const prefixes = join(at, PREFIXES)
    if (statSync(prefixes, { throwIfNoEntry: false })?.isDirectory()) return prefixes
  }
  return null
}

/** Errors of cpp with their places: `board.dts:3:10: fatal error: a.h: No such file`. */
function complaints(text: string, source: string): Diagnostic[] {
  const found: Diagnostic[] = []
  for (const line of text.split('\n')) {
    const match = /^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)$/.exec(line)
    if (match === null) continue
    const [, file = source, row, column, message = ''] = match
    const missing = /No such file|no include path/.test(message)
    found.push(
      diagnostic(
        `cpp: ${message}`,
        { source: file, line: Number(row), column: Number(column) },
        missing ? 'name the folder to look in with --include' : undefined,
      ),
    )
  }
  if (found.length > 0) return found
  return [diagnostic(`cpp failed: ${text.trim().split('\n')[0] ?? ''}`, { source })]
}

function diagnostic(message: string, at: Diagnostic['at'], remedy?: string): Diagnostic {
  return { severity: 'error', message, at, ...(remedy === undefined ? {} : { remedy }) }
}
