import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDts } from './dts.ts'
import { sameTree } from './same-tree.ts'
import { parseTreeJson, treeJson } from './tree-json.ts'

const json = (source: string) => JSON.stringify(treeJson(parseDts(source).tree!))
const problems = (text: string) =>
  parseTreeJson(text, { source: 'a.json' }).diagnostics.map(({ message, at }) => [
    message,
    at?.path,
    at?.property,
  ])

describe('JSON of a tree', () => {
  it('reads back as the same tree, reservations and boot CPU included', () => {
    const source = `/dts-v1/; /memreserve/ 0x1234567812345678 0x1000;
      / { 10 = "ten"; 2; a = "x", "y"; __proto__ = <1>; cpus { cpu@3 { reg = <3>; }; };
          b { odd = [00 01 fe]; text = "a\\tb"; }; };`
    const { tree } = parseDts(source)
    const again = parseTreeJson(json(source))
    expect(again.diagnostics).toEqual([])
    expect(sameTree(again.tree!, tree!)).toBe(true)
    expect(again.tree!.bootCpu).toBe(3)
  })

  it('keeps any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), fc.constantFrom('x', 'reg'), (value, name) => {
        const { tree } = parseDts(`/dts-v1/; / { ${name}; };`)
        tree!.root.setProperty(name, value)
        const again = parseTreeJson(JSON.stringify(treeJson(tree!))).tree!
        expect(again.root.prop(name)!.value).toEqual(value)
      }),
    )
  })

  it('takes cells for cells where the name says so, though they look like text', () => {
    const root = treeJson(parseDts('/dts-v1/; / { reg = <0x61626300>; x = <0x61626300>; };').tree!)
    expect(root.props.reg).toEqual({ type: 'cells', value: ['0x61626300'] })
    expect(root.props.x).toEqual({ type: 'string', value: 'abc' })
  })

  it('reports every mistake with its node and property and keeps the rest', () => {
    const text = JSON.stringify({
      props: {
        good: { type: 'cells', value: ['0x1'] },
        cells: { type: 'cells', value: ['0x123456789'] },
        bytes: { type: 'bytes', value: 'abc' },
        type: { type: 'floats', value: [] },
        'a/b': { type: 'empty', value: null },
      },
      children: [{ name: 'n', props: 7 }, 5, { name: 'a/b' }],
    })
    expect(problems(text)).toEqual([
      ['type cells: expected a list of 0x strings of up to 32 bits', '/', 'cells'],
      ['type bytes: expected an even number of hexadecimal digits', '/', 'bytes'],
      ['type "floats": expected empty, string, strings, cells or bytes', '/', 'type'],
      ['"a/b" is no property name', '/', undefined],
      ['a child: expected an object with a name', '/', undefined],
      ['a child: expected an object with a name', '/', undefined],
      ['props: expected an object', '/n', undefined],
    ])
    expect(parseTreeJson(text).tree!.root.u32('good')).toBe(1)
  })

  it('never throws, whatever JSON it is given', () => {
    fc.assert(fc.property(fc.json(), (text) => void parseTreeJson(text)))
    expect(problems('{')[0]![0]).toMatch(/^no JSON: /)
    const deep = `${'{"props":{},"children":[{"name":"a","props":{},"children":['.repeat(50)}${']}]}'.repeat(50)}`
    expect(() => parseTreeJson(deep)).not.toThrow()
  })
})
