import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Request } from '../../src/analysis/contract.ts'
import { runIn } from './fake-host.ts'
import { blobOf, folderWith, vopDts } from './fixtures.ts'

const board = 'board:veyron'

test.each([
  [0, ['check', board]],
  [0, ['check', board, '--kernel', 'early']],
  [1, ['check', board, '--kernel', 'bad']],
  [2, ['check', board, '--kernel', 'v9.9']],
  [3, ['check', 'board:nothing']],
  [3, ['check', board, 'gone.dtb', '--kernel', 'bad']],
  [1, ['why', board, 'ff930000.vop', '--kernel', 'bad']],
  [0, ['why', board, 'ff930000.vop']],
  [2, ['why', board, 'nothing']],
  [3, ['why', 'gone.dtb', 'x']],
  [1, ['diff', board, '--from', 'good', '--to', 'bad']],
  [0, ['diff', board, '--from', 'good', '--to', 'good']],
  [0, ['bisect', board, '--good', 'good', '--bad', 'bad']],
  [2, ['bisect', board, '--good', 'early', '--bad', 'bad']],
  [1, ['matrix', board, '--kernels', 'good,bad']],
  [0, ['matrix', board, '--kernels', 'good,early']],
  [3, ['matrix', board, 'gone.dtb', '--kernels', 'good,bad']],
  [0, ['history']],
  [2, ['history', '--kernel', 'v9.9']],
])('exits with %i after %j', async (code, argv) => {
  expect((await runIn({}, ...argv)).code).toBe(code)
})

test.each([
  [['chek', board], 'check'],
  [['check', board, '--kernal', 'v3.19'], '--kernel'],
  [['check'], 'board'],
  [['why', board], 'device'],
  [['history', 'extra'], 'too many arguments'],
  [['diff', board, '--from', 'good'], '--to'],
  [['matrix', board], '--kernels'],
  [['matrix', board, '--kernels', 'a,,b'], 'a kernel is missing'],
  [['check', board, '--arch', 'mips'], 'arm64'],
  [['check', board, '--memory', 'lots'], 'BASE+SIZE'],
  [['bisect', board, '--good', 'good'], '--bad'],
  [['bisect', board, '--good', 'good', '--bad', 'bad', '--kernel', 'bad'], '--script'],
  [[], 'Usage'],
])('calls %j bad usage and says what would be right', async (argv, hint) => {
  const { code, out, err } = await runIn({}, ...argv)
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toContain(hint)
})

test.each([
  [0, ['--kernel', 'good']],
  [1, ['--kernel', 'bad']],
  [125, ['--kernel', 'early']],
  [130, ['--kernel', 'v9.9']],
  [130, ['--good', 'good', '--bad', 'bad']],
  [130, ['--nonsense']],
])('bisect --script exits with %i after %j', async (code, args) => {
  const { code: whole } = await runIn({}, 'bisect', board, '--script', ...args)
  expect(whole).toBe(code)
  const { code: one } = await runIn({}, 'bisect', board, 'ff930000.vop', '--script', ...args)
  expect(one).toBe(code)
})

test('bisect --script stops a bisection when the board cannot be read', async () => {
  const { code } = await runIn({}, 'bisect', 'gone.dtb', '--script')
  expect(code).toBe(131)
})

test('prints help and the version on standard output', async () => {
  const help = await runIn({}, '--help')
  expect([help.code, help.err]).toEqual([0, ''])
  for (const name of ['check', 'why', 'diff', 'bisect', 'matrix', 'history']) {
    expect(help.out).toContain(name)
  }
  expect((await runIn({}, '--version')).out).toBe('1.2.3\n')
  const check = await runIn({}, 'check', '--help')
  expect(check.code).toBe(0)
  expect(check.out).toContain('dmaplumb check board:veyron')
})

test('an exception inside is a bug of ours: exit code 4 and a short message', async () => {
  const checkBoard = () => {
    throw new Error('walk off the table')
  }
  const { code, out, err } = await runIn({ analyses: { checkBoard } }, 'check', board)
  expect([code, out]).toEqual([4, ''])
  expect(err).toMatch(/bug in dmaplumb/)
  expect(err).toContain('walk off the table')
})

test('hands the options on as a request', async () => {
  const cwd = folderWith({ config: 'CONFIG_ARM=y\n', 'real.dtb': blobOf(vopDts) })
  const args = ['--with', 'a', '--without', 'b', '--with', 'c', '--arch', 'arm64', '--all']
  args.push('--cmdline', 'iommu.strict=0', '--config', 'config', '--wiring', 'real.dtb')
  args.push('--memory', '0x40000000+512M', '--kernel', 'k')
  let seen: unknown
  const checkBoard = (_: unknown, request: unknown) => {
    seen = request
    return { ok: false as const, diagnostics: [] }
  }
  await runIn({ cwd, analyses: { checkBoard } }, 'check', board, ...args)
  expect(seen).toMatchObject({
    kernel: 'k',
    with: ['a', 'c'],
    without: ['b'],
    arch: 'arm64',
    all: true,
    cmdline: 'iommu.strict=0',
    config: { source: 'config', text: 'CONFIG_ARM=y\n' },
    wiring: { source: 'real.dtb' },
    memory: [{ base: 0x40000000, size: 0x20000000 }],
  })
})

test('a .config or a wiring that cannot be read exits with 3', async () => {
  for (const option of ['--config', '--wiring']) {
    const { code, err } = await runIn({}, 'check', board, option, 'gone')
    expect(code).toBe(3)
    expect(err).toContain('gone')
  }
})

test.each([
  ['empty', '', 'no kernel configuration'],
  ['malformed', 'CONFIG_ARM=y\nhello\n', 'config:2:1: error: expected CONFIG_NAME=VALUE'],
  ['badly compressed', new Uint8Array([0x1f, 0x8b, 1, 2]), 'no .config to read'],
])('a .config that is %s exits with 3 and nothing is judged', async (_, config, message) => {
  const cwd = folderWith({ config })
  const { code, out, err } = await runIn({ cwd }, 'check', board, '--config', 'config')
  expect([code, out]).toEqual([3, ''])
  expect(err).toContain(message)
})

test('a device is no .config', async () => {
  const { code, err } = await runIn({}, 'check', board, '--config', '/dev/zero')
  expect(code).toBe(3)
  expect(err).toContain('a device, not a file')
})

test('reads a compressed .config', async () => {
  const cwd = folderWith({ 'config.gz': gzipSync('CONFIG_ARM=y\n') })
  let seen: unknown
  const checkBoard = (_: unknown, request: Request) => {
    seen = request.config
    return { ok: false as const, diagnostics: [] }
  }
  await runIn({ cwd, analyses: { checkBoard } }, 'check', board, '--config', 'config.gz')
  expect(seen).toEqual({ source: 'config.gz', text: 'CONFIG_ARM=y\n' })
})

test('bisect --script of a whole board says how many devices were judged', async () => {
  const script = async (...args: string[]) =>
    (await runIn({}, 'bisect', board, '--script', ...args)).err
  expect(await script('--kernel', 'good')).toContain('3 devices were judged, 0 not exercised\n')
  expect(await script('--kernel', 'early')).toContain('0 devices were judged, 3 not exercised\n')
  expect(await script('--kernel', 'good', '--quiet')).toBe('')
})

test('why and bisect take one board', async () => {
  const cwd = folderWith({ 'a.dts': vopDts, 'b.dts': vopDts })
  const { code, err } = await runIn({ cwd }, 'why', '*.dts', 'ff930000.vop')
  expect(code).toBe(2)
  expect(err).toContain('2 boards match')
  expect((await runIn({ cwd }, 'why', 'a*.dts', 'ff930000.vop')).code).toBe(0)
})

test('says the same thing once, and with --quiet errors only', async () => {
  const loud = await runIn({}, 'check', board, board)
  expect(loud.err.match(/1 GiB of RAM is assumed/g)).toHaveLength(1)
  const quiet = await runIn({}, 'check', board, 'gone.dtb', '--quiet')
  expect(quiet.err).toBe('dmaplumb: gone.dtb: error: no such file\n')
})

test('shows progress for slow work on a terminal, never on standard output', async () => {
  const boards = Array.from({ length: 5 }, () => board)
  const slow = await runIn({ terminal: true, slow: 700 }, 'check', ...boards)
  expect(slow.err).toContain('boards: 3 of 5')
  expect(slow.out).not.toContain('boards:')
  const quiet = await runIn({ terminal: true, slow: 700 }, 'check', ...boards, '--quiet')
  expect(quiet.err).toBe('')
})

test('reads a board from standard input', async () => {
  const { code, out } = await runIn({ stdin: blobOf(vopDts) }, 'check', '-', '--kernel', 'bad')
  expect(code).toBe(1)
  expect(out).toContain('-: Test board')
})
