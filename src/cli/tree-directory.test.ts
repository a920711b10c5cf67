import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../../test/cli/fixtures.ts'
import { readTreeDirectory } from './tree-directory.ts'

const cells = (...values: number[]) => new Uint8Array(values.flatMap((v) => [0, 0, 0, v]))

test('makes directories nodes and files properties', () => {
  const folder = folderWith({
    compatible: 'vendor,board\0vendor,soc\0',
    name: '\0',
    '#address-cells': cells(1),
    'soc/name': 'soc\0',
    'soc/ranges': '',
    'soc/mmu@10/reg': cells(16, 4),
    'soc/mmu@10/name': 'mmu\0',
    'soc/mmu@10/#iommu-cells': cells(0),
  })
  const { tree, diagnostics } = readTreeDirectory(folder, folder)
  expect(diagnostics).toEqual([])
  expect(tree?.compatible).toEqual(['vendor,board', 'vendor,soc'])
  const mmu = tree?.byPath('/soc/mmu@10')
  expect(mmu?.properties.map((p) => p.name)).toEqual(['#iommu-cells', 'reg'])
  expect(mmu?.cells('reg')).toEqual([16, 4])
  expect(tree?.byPath('/soc')?.has('ranges')).toBe(true)
})

test('keeps a property called name that says something else', () => {
  const folder = folderWith({ compatible: 'a\0', 'port/name': 'left\0' })
  const { tree } = readTreeDirectory(folder, folder)
  expect(tree?.byPath('/port')?.string('name')).toBe('left')
})

test('tells a folder of boards from a device tree', () => {
  const folder = folderWith({ 'a.dtb': '' })
  const { tree, diagnostics } = readTreeDirectory(folder, 'boards/')
  expect(tree).toBeNull()
  expect(diagnostics[0]?.remedy).toContain("'boards/*.dtb'")
})

test('follows no links inside', () => {
  const folder = folderWith({ compatible: 'a\0' })
  symlinkSync(folder, join(folder, 'loop'))
  const { tree } = readTreeDirectory(folder, folder)
  expect(tree?.nodes().length).toBe(1)
})
