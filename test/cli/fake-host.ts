/** A world for the command line tool that only exists in memory (but for files). */
import { writeFileSync } from 'node:fs'
import type { Analyses } from '../../src/cli/analyses.ts'
import type { Host } from '../../src/cli/host.ts'
import { run } from '../../src/cli/program.ts'
import { fakeAnalyses } from './fake-analyses.ts'

export interface Outcome {
  code: number
  out: string
  err: string
}

export interface World {
  cwd?: string
  stdin?: string | Uint8Array
  columns?: number
  terminal?: boolean
  env?: Record<string, string>
  analyses?: Partial<Analyses>
  /** Milliseconds that pass between two looks at the clock. */
  slow?: number
}

/** Runs the tool in a made-up world. */
export async function runIn(world: World, ...argv: string[]): Promise<Outcome> {
  const outcome: Outcome = { code: 0, out: '', err: '' }
  let now = 0
  const host: Host = {
    out: (data) => {
      outcome.out += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')
    },
    writeFile: (path, data) => writeFileSync(path, data),
    err: (text) => {
      outcome.err += text
    },
    outIsTerminal: world.terminal === true,
    errIsTerminal: world.terminal === true,
    columns: world.columns,
    env: world.env ?? {},
    cwd: world.cwd ?? '.',
    stdin: async () => new Uint8Array(Buffer.from(world.stdin ?? '')),
    now: () => {
      now += world.slow ?? 0
      return now
    },
  }
  const analyses = { ...fakeAnalyses, ...world.analyses }
  outcome.code = await run(argv, { host, analyses, version: '1.2.3' })
  return outcome
}
