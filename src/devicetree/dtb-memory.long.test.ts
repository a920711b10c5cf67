/** What reading a blob costs in memory, for the shapes that cost most. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shapes } from '../../test/fixtures/dt-shapes.ts'

/** Times the input. */
const MOST = 20
const MIB = 2 ** 20

const folder = mkdtempSync(join(tmpdir(), 'dt-memory-'))
const program = join(folder, 'dt-memory.mjs')
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL('../../test/fixtures/dt-memory.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  }),
)

/** Prints a line for the record; NaN when the process died. */
function measured(shape: string, bytes: number, copies: number, ...flags: string[]): number {
  const argv = ['--expose-gc', ...flags, program, shape, String(bytes), String(copies)]
  const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : Number.NaN
}

describe.each(Object.keys(shapes))('a blob of %s', (shape) => {
  it.each([
    ['64 KiB', MIB / 16, 16],
    ['1 MiB', MIB, 2],
  ])(`becomes a tree of at most ${MOST} times its size: %s`, (size, bytes, copies) => {
    const times = measured(shape, bytes, copies)
    process.stdout.write(`${shape}, ${size}: ${times.toFixed(1)} times\n`)
    expect(times).toBeLessThan(MOST)
  })

  it(`is read in a heap of ${MOST} times its size: 8 MiB`, () => {
    const heap = `--max-old-space-size=${MOST * 8}`
    expect(measured(shape, 8 * MIB, 1, heap)).toBeLessThan(MOST)
  })
})
