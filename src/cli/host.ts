/** What the command line tool needs of the world around it; tests bring their own. */

import { writeFileSync } from 'node:fs'

/** Streams, files' starting point and clock of one run. */
export interface Host {
  /** Data: standard output. */
  out(data: string | Uint8Array): void
  /** Replaces a file; the error of the file system when that fails. */
  writeFile(path: string, data: string | Uint8Array): void
  /** Messages and progress: standard error. */
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Width of the terminal in characters, or undefined where there is none. */
  readonly columns: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative names start here. */
  readonly cwd: string
  /** Everything from standard input. */
  stdin(): Promise<Uint8Array>
  /** A clock in milliseconds, for progress only. */
  now(): number
}

/** The real one. */
export function nodeHost(): Host {
  return {
    out: (data) => process.stdout.write(data),
    writeFile: (path, data) => writeFileSync(path, data),
    err: (text) => process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns,
    env: process.env,
    cwd: process.cwd(),
    stdin: readStdin,
    now: () => performance.now(),
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

const WIDTH_WITHOUT_TERMINAL = 100
const NARROWEST = 40

/** Characters a line: COLUMNS, else the terminal's, else 100. */
export function lineWidth(host: Host): number {
  const asked = Number(host.env.COLUMNS)
  const width = Number.isInteger(asked) && asked > 0 ? asked : host.columns
  return Math.max(NARROWEST, width ?? WIDTH_WITHOUT_TERMINAL)
}
