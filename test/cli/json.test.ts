import { expect, test } from 'vitest'
import { everyCommand } from '../../src/cli/commands.ts'
import { runIn } from './fake-host.ts'
import { blobOf, folderWith, vopDts } from './fixtures.ts'
import { expectSchema, schemaNames } from './schemas.ts'

const board = 'board:veyron'

test('there is a schema for every command with --json, and no other', () => {
  const withJson = everyCommand.filter(({ row }) => row.options.some((o) => o.flags === '--json'))
  expect(schemaNames.sort()).toEqual(withJson.map(({ name }) => name.replace(' ', '-')).sort())
})

test.each([
  ['check', [board, '--kernel', 'bad']],
  ['check', ['board:n900', board, '--all', '--memory', '0+1G', '--with', 'a', '--with', 'b']],
  ['why', [board, 'ff930000.vop', '--kernel', 'bad']],
  ['diff', [board, '--from', 'good', '--to', 'bad']],
  ['bisect', [board, '--good', 'good', '--bad', 'bad']],
  ['matrix', [board, 'board:n900', '--kernels', 'good,bad,early']],
  ['history', ['--kernel', 'good']],
  ['dt convert', [board, '--to', 'json']],
  ['dt show', [board, 'vopb']],
  ['dt diff', [board, 'board:n900']],
  ['pagetable formats', []],
  ['pagetable show', ['arm-v7s', '0x40000c72']],
])('%s %j prints JSON that its schema describes, and nothing else', async (command, args) => {
  const { out, err } = await runIn({}, ...command.split(' '), ...args, '--json')
  expectSchema(command, out)
  expect(err).toBe('')
})

test('check prints one object a board, in the order given', async () => {
  const cwd = folderWith({ 'b.dts': vopDts, 'a.dtb': blobOf(vopDts) })
  const { out } = await runIn({ cwd }, 'check', 'b.dts', '*.dtb', 'board:n900', '--json')
  const objects = expectSchema('check', out) as { board: { source: string } }[]
  expect(objects.map((o) => o.board.source)).toEqual(['b.dts', 'a.dtb', 'board:n900'])
})

test('a board that cannot be read is an object too, and the rest go on', async () => {
  const cwd = folderWith({ 'bad.dtb': new Uint8Array([0xd0, 0x0d, 0xfe, 0xed, 0]) })
  const given = ['bad.dtb', 'no*.dtb', 'gone.dtb', board]
  const { code, out, err } = await runIn({ cwd }, 'check', ...given, '--json')
  const objects = expectSchema('check', out) as { board: { source: string }; devices?: unknown }[]
  expect(objects.map((o) => [o.board.source, o.devices !== undefined])).toEqual([
    ['bad.dtb', false],
    ['no*.dtb', false],
    ['gone.dtb', false],
    [board, true],
  ])
  expect(code).toBe(3)
  expect(err).toContain('gone.dtb: error: no such file')
})

test.each([
  ['check', [board, '--kernel', 'v9.9']],
  ['why', [board, 'nothing']],
  ['history', ['--kernel', 'v9.9']],
  ['bisect', [board, '--good', 'early', '--bad', 'bad']],
])('%s %j is refused as an object with diagnostics', async (command, args) => {
  const { code, out } = await runIn({}, command, ...args, '--json')
  expect(expectSchema(command, out)[0]).toHaveProperty('diagnostics.0.severity', 'error')
  expect(code).toBe(2)
})

test('diagnostics of the parser join those of the analysis', async () => {
  const { out } = await runIn({}, 'check', 'board:koelsch', '--json')
  const [report] = expectSchema('check', out) as { diagnostics: { message: string }[] }[]
  expect(report?.diagnostics.length).toBeGreaterThan(1)
})
