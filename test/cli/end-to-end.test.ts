/** The built tool as users run it: dist/cli.js in a process of its own. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blobOf, folderWith, vopDts } from './fixtures.ts'
import { expectSchema } from './schemas.ts'

const root = join(import.meta.dirname, '../..')
const tool = join(root, 'dist/cli.js')

function start(argv: string[], input: string | Uint8Array = '', cwd = root) {
  const options = { input: Buffer.from(input), cwd, maxBuffer: 2 ** 28 }
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...argv], options)
  return { code: status, out: stdout.toString(), err: stderr.toString() }
}

test('is executable and says its version', () => {
  expect(statSync(tool).mode & 0o111).toBe(0o111)
  expect(readFileSync(tool, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(start(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test('checks a built-in board: verdicts on standard output without colours', () => {
  const { code, out } = start(['check', 'board:veyron', '--kernel', 'v3.19-rc5+drivers'])
  expect(code).toBe(1)
  expect(out).toMatch(/fault\s+ff930000\.vop/)
  expect(out).not.toContain('\u001b')
})

test('reads a blob from a pipe', () => {
  const { code, out } = start(['check', '-', '--json', '--kernel', 'v3.18'], blobOf(vopDts))
  expect(code).toBe(0)
  expect(expectSchema('check', out)[0]).toMatchObject({
    board: { source: '-', model: 'Test board' },
    devices: [{ name: 'ff930000.vop', verdict: 'not-exercised', notExercised: 'no-driver' }],
  })
})

test('expands a quoted glob and goes on after a board that it cannot read', () => {
  const cwd = folderWith({ 'a.dtb': blobOf(vopDts), 'b.dtb': 'nonsense', 'c.dtb': blobOf(vopDts) })
  const { code, out, err } = start(['check', '*.dtb', '--json'], '', cwd)
  const objects = expectSchema('check', out) as { board: { source: string } }[]
  expect(objects.map((o) => o.board.source)).toEqual(['a.dtb', 'b.dtb', 'c.dtb'])
  expect(code).toBe(3)
  expect(err).toContain('b.dtb')
})

test.each([
  ['check', ['board:veyron', 'board:odroid-xu3', '--kernel', 'v3.19-rc5+drivers', '--all']],
  ['check', ['board:n900', '--kernel', 'nonsense']],
  ['why', ['board:veyron', 'ff930000.vop', '--kernel', 'v3.19-rc5+drivers']],
  ['diff', ['board:veyron', '--from', 'v3.18+drivers', '--to', 'v3.19-rc5+drivers']],
  ['bisect', ['board:veyron', '--good', 'v3.18+drivers', '--bad', 'v3.19-rc5+drivers']],
  ['bisect', ['board:veyron', '--good', 'v3.18', '--bad', 'v3.19-rc5+drivers']],
  ['matrix', ['board:veyron', 'board:koelsch', '--kernels', 'v3.18,v3.19+drivers']],
  ['history', []],
  ['history', ['--kernel', 'v3.19-rc5']],
])('%s %j prints JSON that its schema describes', (command, args) => {
  expectSchema(command, start([command, ...args, '--json']).out)
})

test('bisect finds the change of the founding case', () => {
  const argv = ['bisect', 'board:veyron', '--good', 'v3.18+drivers', '--bad', 'v3.19-rc5+drivers']
  const { code, out } = start([...argv, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ change: { id: 'arm-plumb-arch-setup-dma-ops' } })
})

test('the same command prints the same bytes', () => {
  const argv = ['check', 'board:koelsch', '--kernel', 'v3.19+drivers', '--json', '--all']
  expect(start(argv).out).toBe(start(argv).out)
})

test('tells the story', () => {
  const begin = performance.now()
  const { code, out, err } = start(['story'])
  const took = performance.now() - begin
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('arm-plumb-arch-setup-dma-ops')
  expect(out).toContain('npx dmaplumb check my-board.dtb')
  // Two seconds are promised for an idle machine; the tests around this one keep it busy.
  expect(took).toBeLessThan(10_000)
})

test('is quiet when the reader of the pipe leaves', () => {
  const line = `"${process.execPath}" "${tool}" history --json | head -c 1`
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { cwd: root })
  expect([stdout.toString(), stderr.toString(), status]).toEqual(['{', '', 0])
})
