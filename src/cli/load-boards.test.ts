import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blobOf, folderWith, vopDts } from '../../test/cli/fixtures.ts'
import { formatDiagnostic } from '../base/diagnostic.ts'
import type { Host } from './host.ts'
import { type LoadedBoard, loadBoard } from './load-boards.ts'

function load(name: string, cwd = '.', stdin: string | Uint8Array = ''): Promise<LoadedBoard> {
  const host = { cwd, stdin: async () => new Uint8Array(Buffer.from(stdin)) } as unknown as Host
  return loadBoard({ name, found: true }, host)
}

const complaints = (board: LoadedBoard) => board.diagnostics.map(formatDiagnostic)

test('loads a blob by its magic, whatever it is called', async () => {
  const folder = folderWith({ 'board.bin': blobOf(vopDts) })
  const { board } = await load('board.bin', folder)
  expect(board?.source).toBe('board.bin')
  expect(board?.tree.byPath('/vop@ff930000')).toBeDefined()
})

test('loads a source and what it includes, relative to the including file', async () => {
  const folder = folderWith({
    'top.dts': '/dts-v1/;\n/include/ "parts/soc.dtsi"\n/ { model = "top"; };\n',
    'parts/soc.dtsi': '/include/ "deeper/mmu.dtsi"\n',
    'parts/deeper/mmu.dtsi': '/ { mmu { }; };\n',
  })
  const { board, diagnostics } = await load('top.dts', folder)
  expect(diagnostics).toEqual([])
  expect(board?.tree.byPath('/mmu')).toBeDefined()
})

test('names the include that is missing', async () => {
  const folder = folderWith({ 'top.dts': '/dts-v1/;\n/include/ "gone.dtsi"\n/ { };\n' })
  const loaded = await load('top.dts', folder)
  expect(loaded.board).toBeNull()
  expect(complaints(loaded).join('\n')).toMatch(/top\.dts:2:.*gone\.dtsi/)
})

test('reads standard input as a blob or as a source', async () => {
  expect((await load('-', '.', vopDts)).board?.tree.model).toBe('Test board')
  expect((await load('-', '.', blobOf(vopDts))).board?.tree.model).toBe('Test board')
})

test('says that standard input is empty', async () => {
  expect(complaints(await load('-'))).toEqual(['-: error: standard input is empty'])
})

test('knows the built-in boards and suggests one for a mistyped name', async () => {
  expect((await load('board:veyron')).board?.source).toBe('board:veyron')
  expect(complaints(await load('board:veron')).join()).toContain('board:veyron')
  expect(complaints(await load('veyron')).join()).toContain('board:veyron')
})

test.each(['veyron', 'n900', 'koelsch', 'odroid-xu3'])('has board:%s', async (name) => {
  const loaded = await load(`board:${name}`)
  expect(loaded.diagnostics.filter((d) => d.severity !== 'note')).toEqual([])
  expect(loaded.board).not.toBeNull()
})

test('gives a truncated blob back as diagnostics with an offset', async () => {
  const folder = folderWith({ 'cut.dtb': blobOf(vopDts).slice(0, 200) })
  const loaded = await load('cut.dtb', folder)
  expect(loaded.board).toBeNull()
  expect(complaints(loaded)[0]).toMatch(/^cut\.dtb: offset 0x[0-9a-f]+: error: /)
})

test('takes binary data without the magic for a damaged blob', async () => {
  const folder = folderWith({ 'noise.dtb': new Uint8Array([1, 0, 2, 0, 3, 0, 4, 0]) })
  const loaded = await load('noise.dtb', folder)
  expect(loaded.board).toBeNull()
  expect(complaints(loaded)[0]).toContain('noise.dtb')
})

test('says what is wrong with a file that is not there', async () => {
  expect(complaints(await load('gone.dtb'))).toEqual(['gone.dtb: error: no such file'])
})

test.each(['/dev/zero', '/dev/full', '/dev/null'])('does not read %s', async (name) => {
  expect(complaints(await load(name))).toEqual([`${name}: error: a device, not a file`])
})

test('does not include a device', async () => {
  const folder = folderWith({ 'top.dts': '/dts-v1/;\n/include/ "/dev/zero"\n/ { };\n' })
  expect((await load('top.dts', folder)).board).toBeNull()
})

test('says that a file may not be read', async (context) => {
  const folder = folderWith({ 'secret.dtb': '' })
  chmodSync(join(folder, 'secret.dtb'), 0)
  if (process.getuid?.() === 0) context.skip('root reads everything')
  expect(complaints(await load('secret.dtb', folder)).join()).toContain('not allowed')
})
