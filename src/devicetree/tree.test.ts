import { describe, expect, it } from 'vitest'
import { cellsValue, stringsValue } from './bytes.ts'
import { parseDts } from './dts.ts'
import type { DeviceTree } from './tree.ts'

function tree(body: string): DeviceTree {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / { ${body} };`)
  expect(diagnostics).toEqual([])
  return tree!
}

describe('DtNode', () => {
  const root = tree(`
    model = "board";
    n@1000 {
      one = <1 0xffffffff>;
      odd = [00 00 01];
      texts = "a", "", "c";
      open = [61 00 62];
      empty;
    };
  `).root
  const node = root.child('n@1000')!

  it('knows its path and the parts of its name', () => {
    expect([root.path, node.path]).toEqual(['/', '/n@1000'])
    expect([node.baseName, node.unitAddress]).toEqual(['n', '1000'])
    expect([root.baseName, root.unitAddress]).toEqual(['', null])
  })

  it('reads cells unsigned, and only when the length allows', () => {
    expect(node.cells('one')).toEqual([1, 0xffff_ffff])
    expect(node.u32('one')).toBe(1)
    expect(node.cells('odd')).toBeUndefined()
    expect(node.u32('odd')).toBeUndefined()
    expect(node.cells('empty')).toEqual([])
    expect(node.cells('absent')).toBeUndefined()
  })

  it('reads strings that end in a NUL', () => {
    expect(node.strings('texts')).toEqual(['a', '', 'c'])
    expect(node.string('texts')).toBe('a')
    expect(node.strings('open')).toEqual(['a'])
    expect(node.string('empty')).toBeUndefined()
    expect(node.strings('absent')).toEqual([])
    expect(node.compatible).toEqual([])
  })

  it('has its properties in the order of the source', () => {
    expect(node.properties.map((p) => p.name)).toEqual(['one', 'odd', 'texts', 'open', 'empty'])
    expect(node.has('empty')).toBe(true)
    expect(node.has('absent')).toBe(false)
  })
})

describe('DeviceTree', () => {
  const board = () =>
    tree(`
      model = "A board"; compatible = "v,board", "v,soc";
      aliases { serial0 = "/soc/uart@1"; broken = "/nowhere"; };
      soc: soc { uart: uart@1 { phandle = <7>; port {}; }; uart2: uart@2 {}; vop@3 {}; };
      __symbols__ { vop = "/soc/vop@3"; uart = "/soc/vop@3"; };
    `)

  it('lists nodes in document order, root first', () => {
    expect(
      board()
        .nodes()
        .map((n) => n.path),
    ).toEqual([
      '/',
      '/aliases',
      '/soc',
      '/soc/uart@1',
      '/soc/uart@1/port',
      '/soc/uart@2',
      '/soc/vop@3',
      '/__symbols__',
    ])
  })

  it('finds nodes by path, phandle, label, alias, and by what a person types', () => {
    const t = board()
    const uart = t.byPath('/soc/uart@1')!
    expect(t.byPath('/soc/uart@1/')).toBe(uart)
    expect(t.byPath('/soc/uart')).toBeUndefined()
    expect(t.byPath('soc')).toBeUndefined()
    expect(t.byPhandle(7)).toBe(uart)
    expect(t.byPhandle(0)).toBeUndefined()
    expect(t.byLabel('uart')).toBe(uart)
    expect(t.byLabel('vop')!.path).toBe('/soc/vop@3')
    expect(t.byAlias('serial0')).toBe(uart)
    expect(t.byAlias('broken')).toBeUndefined()
    for (const text of ['/soc/uart@1', '&uart', 'uart', 'serial0', '&{/soc/uart@1}']) {
      expect(t.resolve(text)).toBe(uart)
    }
    expect(t.resolve('serial0/port')!.path).toBe('/soc/uart@1/port')
    expect(t.resolve('/soc/vop')!.path).toBe('/soc/vop@3')
    expect(t.resolve('/soc/uart')).toBeUndefined()
    expect(t.resolve('nothing')).toBeUndefined()
  })

  it('prefers a label of the source to one of __symbols__', () => {
    const t = board()
    expect(t.labelOf(t.byPath('/soc/uart@1')!)).toBe('uart')
    expect(t.labelOf(t.byPath('/soc/vop@3')!)).toBe('vop')
    expect(t.labelOf(t.root)).toBeUndefined()
  })

  it('takes model and compatible from the root', () => {
    expect(board().model).toBe('A board')
    expect(board().compatible).toEqual(['v,board', 'v,soc'])
    expect(tree('').model).toBe('')
  })

  it('answers for the new state after an edit', () => {
    const t = board()
    const soc = t.byPath('/soc')!
    expect(t.byPhandle(9)).toBeUndefined()
    const added = soc.addChild('dma@4')
    added.setProperty('phandle', cellsValue(9))
    expect(t.byPhandle(9)).toBe(added)
    expect(t.nodes().length).toBe(9)
    added.setProperty('phandle', cellsValue(10))
    expect([t.byPhandle(9), t.byPhandle(10)]).toEqual([undefined, added])
    t.byPath('/aliases')!.setProperty('serial0', stringsValue('/soc/dma@4'))
    expect(t.resolve('serial0')).toBe(added)
    expect(added.removeProperty('phandle')).toBe(true)
    expect(added.removeProperty('phandle')).toBe(false)
    expect(t.byPhandle(10)).toBeUndefined()
    expect(soc.removeChild(t.byLabel('uart')!)).toBe(true)
    expect(t.byLabel('uart')!.path).toBe('/soc/vop@3')
    expect(soc.removeChild(added)).toBe(true)
    expect(soc.removeChild(added)).toBe(false)
    expect(() => soc.addChild('vop@3')).toThrow('no child')
  })

  it('keeps an overridden property in its place', () => {
    const node = tree('a = <1>; b = <2>;').root
    node.setProperty('a', cellsValue(3))
    node.setProperty('c', cellsValue(4))
    expect(node.properties.map((p) => p.name)).toEqual(['a', 'b', 'c'])
    expect(node.u32('a')).toBe(3)
  })
})
