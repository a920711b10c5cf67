import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { parseDts } from './dts.ts'
import type { DtNode } from './node.ts'

function root(body: string): DtNode {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / {\n${body}\n};`)
  expect(diagnostics).toEqual([])
  return tree!.root
}

describe('references', () => {
  it('numbers phandles from 1 in the order of the references, beside explicit ones', () => {
    const node = root(`
      list = <&c &a &b &{/d} &c>;
      a: a {};
      b: b { phandle = <1>; };
      c: c {};
      d { e = <&c>; };
    `)
    expect(node.cells('list')).toEqual([2, 3, 1, 4, 2])
    expect(node.child('c')!.u32('phandle')).toBe(2)
    expect(node.child('b')!.properties.length).toBe(1)
    expect(node.child('d')!.properties.map((p) => p.name)).toEqual(['e', 'phandle'])
  })

  it('gives a node its own number when it asks for one', () => {
    const node = root('a: a { phandle = <&a>; }; b: b { linux,phandle = <1>; };')
    expect(node.child('a')!.u32('phandle')).toBe(2)
  })

  it('writes paths in place, between the other pieces', () => {
    const { tree } = parseDts('/dts-v1/; / { p = &a, <7>, &{/a/b}, "x"; a: a { b {}; }; };')
    const value = tree!.root.prop('p')!.value
    expect(String.fromCharCode(...value)).toBe('/a\0\0\0\0\x07/a/b\0x\0')
  })
})

describe('merging', () => {
  it('overrides properties in place and adds others after them', () => {
    const { tree, diagnostics } = parseDts(`/dts-v1/;
      / { a = <1>; n: n { x = <1>; y = <2>; }; };
      / { b = <2>; a = <3>; };
      &n { y = <5>; z; m {}; };
      more: &{/n/m} { w; };
    `)
    expect(diagnostics).toEqual([])
    expect(tree!.root.properties.map((p) => p.name)).toEqual(['a', 'b'])
    expect(tree!.root.u32('a')).toBe(3)
    const n = tree!.byLabel('n')!
    expect(n.properties.map((p) => p.name)).toEqual(['x', 'y', 'z'])
    expect(n.u32('y')).toBe(5)
    expect(tree!.byLabel('more')!.path).toBe('/n/m')
  })

  it('deletes nodes and properties, and what they defined', () => {
    const { tree, diagnostics } = parseDts(`/dts-v1/;
      / { x; y; a: a { l: b { m: c {}; }; }; d: d {}; e {}; };
      / { /delete-property/ x; /delete-property/ none; /delete-node/ e; /delete-node/ none; };
      &a { /delete-node/ b; };
      /delete-node/ &d;
      / { l: d { again; }; };
    `)
    expect(diagnostics).toEqual([])
    expect(tree!.root.properties.map((p) => p.name)).toEqual(['y'])
    expect(tree!.root.children.map((c) => c.name)).toEqual(['a', 'd'])
    expect(tree!.byLabel('l')!.path).toBe('/d')
    expect(tree!.byLabel('m')).toBeUndefined()
    expect(tree!.byPath('/a')!.children).toEqual([])
  })

  it('drops what is marked /omit-if-no-ref/ and not referred to', () => {
    const { tree, diagnostics } = parseDts(`/dts-v1/;
      / { r = <&b>; p = &e; /omit-if-no-ref/ a: a {}; /omit-if-no-ref/ b: b {}; c: c {}; d: d {}; /omit-if-no-ref/ e: e {}; };
      /omit-if-no-ref/ &c;
    `)
    expect(diagnostics).toEqual([])
    expect(tree!.root.children.map((c) => c.name)).toEqual(['b', 'd', 'e'])
  })

  it('keeps labels of nodes and properties', () => {
    const { tree } = parseDts('/dts-v1/; / { p1: p2: x; n1: n2: n {}; }; n3: n2: &n1 { };')
    expect(tree!.byPath('/n')!.labels).toEqual(['n1', 'n2', 'n3'])
    expect(tree!.root.prop('x')!.labels).toEqual(['p1', 'p2'])
  })
})

describe('includes', () => {
  const files: Record<string, string> = {
    'soc.dtsi': '/dts-v1/;\n/ { soc: soc { a = <1>; }; };',
    'props.dtsi': 'b = <2>;\nc = ;\n',
    'loop.dtsi': '/include/ "loop2.dtsi"',
    'loop2.dtsi': '/include/ "loop.dtsi"',
  }
  const include = (path: string) =>
    files[path] === undefined ? null : { text: files[path], source: path }

  it('reads included files in their place, and reports mistakes in them', () => {
    const { tree, diagnostics } = parseDts(
      '/dts-v1/;\n/include/ "soc.dtsi"\n&soc {\n/include/ "props.dtsi"\nd;\n};',
      { source: 'board.dts', include },
    )
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'props.dtsi:2:5: error: expected a value: <cells>, "string", [bytes] or &reference, found ;',
    ])
    expect(tree!.byLabel('soc')!.properties.map((p) => p.name)).toEqual(['a', 'b', 'd'])
    expect(tree!.byLabel('soc')!.prop('d')!.at).toEqual({ source: 'board.dts', line: 5, column: 1 })
  })

  it('refuses cycles, missing files, and every include when no way to read files was given', () => {
    const run = (text: string, options = {}) =>
      parseDts(`/dts-v1/; ${text} / {};`, options).diagnostics.map((d) => d.message)
    expect(run('/include/ "loop.dtsi"', { include })).toEqual(['loop.dtsi includes itself'])
    expect(run('/include/ "no.dtsi"', { include })).toEqual(['cannot include "no.dtsi"'])
    expect(run('/include/ "soc.dtsi"')).toEqual(['cannot include "soc.dtsi"'])
    expect(run('/include/ soc.dtsi')[0]).toBe('expected "file" after /include/, found soc.dtsi')
  })

  it('stops includes that double at every level', () => {
    const bomb = (path: string) => ({
      source: path,
      text: `/include/ "${path}a" /include/ "${path}b"`,
    })
    const { diagnostics } = parseDts('/dts-v1/; /include/ "x" / {};', { include: bomb })
    expect(diagnostics.length).toBe(101)
  })

  it('includes binaries, whole or in part', () => {
    const incbin = (path: string) => (path === 'f' ? Uint8Array.of(1, 2, 3, 4) : null)
    const { tree } = parseDts('/dts-v1/; / { x = /incbin/("f"), /incbin/("f", 1, 2); };', {
      incbin,
    })
    expect([...tree!.root.prop('x')!.value]).toEqual([1, 2, 3, 4, 2, 3])
    expect(
      parseDts('/dts-v1/; / { x = /incbin/("g"); };', { incbin }).diagnostics[0]!.message,
    ).toBe('cannot include "g"')
  })

  it('follows line markers of the C preprocessor', () => {
    const text = '/dts-v1/;\n# 40 "soc.dtsi" 1 3\n/ {\n#line 7 "b\\"c.h"\n  x = 5;\n};'
    expect(parseDts(text, { source: 'a.dts' }).diagnostics.map(formatDiagnostic)).toEqual([
      'b"c.h:7:7: error: expected a value: <cells>, "string", [bytes] or &reference, found 5',
    ])
  })
})
