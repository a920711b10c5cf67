import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { parseDts } from './dts.ts'
import type { DtNode } from './node.ts'

/** Messages for the text inside the root node, which begins at line 1 of the report. */
function mistakes(body: string): string[] {
  const { diagnostics } = parseDts(`/dts-v1/; / {\n${body}\n};`)
  return diagnostics.map((d) => {
    const at = d.at!
    return formatDiagnostic({ ...d, at: { ...at, line: at.line! - 1 } }).replace(/^line /, '')
  })
}

function root(body: string): DtNode {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / {\n${body}\n};`)
  expect(diagnostics).toEqual([])
  return tree!.root
}

/** Bytes of property x. */
const bytesOf = (value: string) => [...root(`x = ${value};`).prop('x')!.value]
const cellsOf = (value: string) => root(`x = ${value};`).cells('x')

describe('values', () => {
  it('reads cells in hexadecimal, decimal and octal, with suffixes and characters', () => {
    expect(cellsOf('<0x10 0XfF 10 010 0xFFUL 1ull>')).toEqual([16, 255, 10, 8, 255, 1])
    expect(cellsOf("<'a' '\\n' '\\'' '\\x41' '\\101'>")).toEqual([97, 10, 39, 65, 65])
    expect(cellsOf('<>')).toEqual([])
    expect(cellsOf('<(1)(2)3>')).toEqual([1, 2, 3])
  })

  it('takes a negative number as the 64-bit value that it is', () => {
    expect(cellsOf('<(-1) (-5)>')).toEqual([0xffff_ffff, 0xffff_fffb])
    expect(bytesOf('/bits/ 8 <1 (-1) 255>')).toEqual([1, 255, 255])
    expect(bytesOf('/bits/ 16 <0x1234 (-2)>')).toEqual([0x12, 0x34, 0xff, 0xfe])
    expect(bytesOf('/bits/ 64 <0x123456789abcdef0 1 (-1)>')).toEqual([
      0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255,
      255, 255, 255, 255,
    ])
  })

  it('reads strings with escapes, as UTF-8', () => {
    expect(bytesOf('"a\\tb\\"\\\\\\x41\\101\\0z"')).toEqual([97, 9, 98, 34, 92, 65, 65, 0, 122, 0])
    expect(bytesOf('"é€😀"')).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0])
    expect(bytesOf('"two\nlines"')).toEqual([...'two\nlines\0'].map((c) => c.charCodeAt(0)))
  })

  it('reads byte strings and joins pieces with commas', () => {
    expect(bytesOf('[0011 aA ff]')).toEqual([0, 0x11, 0xaa, 0xff])
    expect(bytesOf('[01], "a", <2>')).toEqual([1, 97, 0, 0, 0, 0, 2])
    expect(bytesOf('l1: <1 l2: 2 l3:> l4:, l5: [0a l6:] l7:')).toEqual([0, 0, 0, 1, 0, 0, 0, 2, 10])
  })

  it('reads comments, blank lines and continuation anywhere between tokens', () => {
    expect(cellsOf('/* a */ < // b\n 1 /* c\n c */ 2 >')).toEqual([1, 2])
  })

  it.each<[string, number]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 % 4 - 1', 2],
    ['7 / 2', 3],
    ['1 << 2 + 1', 8],
    ['0x80 >> 4', 8],
    ['1 << 64', 0],
    ['(-1) >> 60', 15],
    ['3 > 2', 1],
    ['3 >= 4', 0],
    ['(-1) < 1', 0],
    ['3 <= 3', 1],
    ['3 == 3', 1],
    ['3 != 3', 0],
    ['1 | 2 ^ 3 & 1', 3],
    ['0 || 5', 1],
    ['2 && 0', 0],
    ['!5', 0],
    ['!0', 1],
    ['~0 == 0xffffffffffffffff', 1],
    ['- -1', 1],
    ['-(-7)', 7],
    ['3 ? 4 : 5 ? 6 : 7', 4],
    ['0 ? 4 : 0 ? 6 : 7', 7],
    ['10 - 3 - 2', 5],
    ["'a' + 1", 98],
    ['0x10 - 020', 0],
  ])('evaluates %s as C does on unsigned 64-bit values', (expression, value) => {
    expect(cellsOf(`<(${expression})>`)).toEqual([value])
  })

  it('agrees with JavaScript on random expressions of 64-bit values', () => {
    const operator = fc.constantFrom('+', '-', '*', '&', '|', '^', '<', '>', '==', '!=', '<=', '>=')
    const leaf = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => `${n}`)
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        fc
          .tuple(tie('expression'), operator, tie('expression'))
          .map(([a, o, b]) => `(${a} ${o} ${b})`),
        fc.tuple(fc.constantFrom('-', '~'), tie('expression')).map(([o, a]) => `(${o}${a})`),
      ),
    }))
    const evaluate = (text: string): bigint => {
      const wrap = (n: bigint | boolean) => BigInt.asUintN(64, BigInt(n))
      // Every operation is in parentheses of its own, so each can be wrapped to 64 bits.
      const script = text.replaceAll(/\d+/g, '$&n').replaceAll('(', 'w(')
      return new Function('w', `return w(${script})`)(wrap)
    }
    fc.assert(
      fc.property(expression, (text) => {
        const [high, low] = cellsOf(`/bits/ 64 <(${text})>`)!
        expect((BigInt(high!) << 32n) | BigInt(low!)).toBe(evaluate(text))
      }),
    )
  })
})

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

  it('says which preprocessor directive is left, and does not take #address-cells for one', () => {
    expect(
      mistakes('#include <dt-bindings/a.h>\n#address-cells = <1>;\n#if;\nx = <GIC_SPI 1>;'),
    ).toEqual([
      '1:1: error: #include is for the C preprocessor (run cpp over the source first)',
      "4:6: error: expected a number, a reference or '>' in a cell list, found GIC_SPI (a macro? run cpp over the source first)",
    ])
  })
})

describe('mistakes', () => {
  it('are all reported in one run, and the rest is read', () => {
    const { tree, diagnostics } = parseDts(
      `/dts-v1/;
/ {
	a = <1>
	b = <2>;
	c = <1 x>;
	d = [1];
	e
	f;
	n {
		g = "x" "y";
		h;
	}
	m { };
	k = <3>;
};
&nothing { z = ; };
junk;
/ { last; };
`,
      { source: 'b.dts' },
    )
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      "b.dts:4:2: error: expected ';' after a, found b",
      "b.dts:5:9: error: expected a number, a reference or '>' in a cell list, found x (a macro? run cpp over the source first)",
      "b.dts:6:7: error: expected two hexadecimal digits or ']' in a byte string, found 1",
      "b.dts:8:2: error: expected ';' after e, found f",
      'b.dts:10:11: error: expected \';\' after g, found "y"',
      "b.dts:13:2: error: expected ';' after }, found m",
      'b.dts:14:2: error: k: properties come before child nodes',
      'b.dts:16:1: error: &nothing names no node',
      'b.dts:16:16: error: expected a value: <cells>, "string", [bytes] or &reference, found ;',
      "b.dts:17:1: error: expected '/', a reference or a directive, found junk",
    ])
    expect(tree!.root.properties.map((p) => p.name)).toEqual(['a', 'b', 'e', 'f', 'k', 'last'])
    expect(tree!.root.children.map((c) => c.name)).toEqual(['n', 'm'])
  })

  it.each<[string, string]>([
    ['x = <08>;', '1:6: error: 08 is no octal number'],
    ['x = <12ab>;', "1:6: error: expected a number, a reference or '>' in a cell list, found 12ab"],
    ['x = <-1>;', "1:6: error: expected a number, a reference or '>' in a cell list, found -1"],
    ['x = <0x1ffffffff>;', '1:6: error: 8589934591 does not fit a cell of 32 bits'],
    ['x = /bits/ 8 <256>;', '1:15: error: 256 does not fit a cell of 8 bits'],
    ['x = /bits/ 7 <1>;', '1:12: error: cells of 7 bits: 8, 16, 32 or 64'],
    ['x = /bits/ 16 <&{/}>;', '1:16: error: a reference needs cells of 32 bits, not 16'],
    ['x = <0x10000000000000000>;', '1:6: error: a number beyond 64 bits'],
    ['x = <(1 / 0)>;', '1:9: error: division by zero'],
    ['x = <(0 && 1 % 0)>;', '1:14: error: division by zero'],
    ['x = <(1 + )>;', '1:11: error: expected a number in an expression, found )'],
    ['x = <(1 2)>;', "1:9: error: expected ')' or an operator in an expression, found 2"],
    ['x = <(1 ? 2)>;', "1:12: error: expected ':' in an expression, found )"],
    ["x = <'ab'>;", '1:6: error: a character literal of 2 characters'],
    ["x = <''>;", '1:6: error: a character literal of 0 characters'],
    ['x = "\\xz";', '1:5: error: \\x without hexadecimal digits'],
    ['x = <&nope>; l: n {};', '1:6: error: &nope names no node'],
    ['x = <&labl>; label: n {};', '1:6: error: &labl names no node (did you mean &label?)'],
    ['x = &{/a/b};', '1:5: error: &{/a/b} names no node'],
    ['x = <& 1>;', '1:6: error: expected &label or &{/path}, found &'],
    ['x = <1>; x = <2>;', '1:10: error: x is defined twice in the same node'],
    ['n {}; n {};', '1:7: error: n is defined twice in the same node'],
    ['l: n {}; l: m {};', '1:13: error: label l already names /n'],
    ['phandle = <0>;', '1:1: error: /: phandle is no usable number'],
    ['n { phandle = <1>; }; m { phandle = <1>; };', '1:27: error: /m: phandle 1 is taken by /n'],
    [
      'n { phandle = <1>; linux,phandle = <2>; };',
      '1:20: error: /n: phandle and linux,phandle differ',
    ],
    ['a: n { }; m { phandle = <&a>; };', '1:15: error: /m: phandle refers to another node'],
    ['a@b = <1>;', "1:1: error: a@b: a property name has no '@'"],
    ['a b;', "1:3: error: expected '=', ';' or '{', found b"],
    ['x = <1>;;', "1:9: error: expected a property, a node or '}', found ;"],
    ['/delete-node/ &x;', '1:15: error: expected the name of a child node to delete, found &x'],
    ['/nonsense/ x;', "1:1: error: expected a property, a node or '}', found /nonsense"],
  ])('reports %s', (body, expected) => {
    expect(mistakes(body)).toEqual([expected])
  })

  it.each<[string, string[]]>([
    [
      '',
      ['expected /dts-v1/; first, found the end of the file', 'there is no root node: / { ... };'],
    ],
    ['/ { };', ['expected /dts-v1/; first, found /']],
    ['/dts-v1/; / { a { b = <1>;', ["/a: '}' is missing"]],
    [
      '/dts-v1/; / { x = "abc; };',
      [
        'a string is not closed',
        "expected ';' after x, found the end of the file",
        "/: '}' is missing",
      ],
    ],
    ['/dts-v1/; / { /* };', ['a comment is not closed', "/: '}' is missing"]],
    ['/dts-v1/; /delete-node/ &{/}; / {};', ['the root node cannot be deleted']],
    [
      '/dts-v1/; /memreserve/ 1; / {};',
      ['expected an address and a size after /memreserve/, found ;'],
    ],
    ['/dts-v1/; /memreserve/ 0 0; / {};', ['a reservation of nothing is left out']],
    ['/dts-v1/; /plugin/; &x { };', ['an overlay (/plugin/): it has no tree of its own']],
    [
      '/dts-v1/; };',
      ["expected '/', a reference or a directive, found }", 'there is no root node: / { ... };'],
    ],
  ])('reports %j', (text, expected) => {
    expect(parseDts(text).diagnostics.map((d) => d.message)).toEqual(expected)
  })

  it('stops counting at a hundred', () => {
    const { diagnostics } = parseDts(`/dts-v1/; / { ${'x = ;\n'.repeat(1000)} };`)
    expect(diagnostics.length).toBe(101)
    expect(diagnostics[100]!.message).toBe('900 more of the kind')
  })
})

describe('hostile sources', () => {
  const many = 50_000
  const rows = (row: (i: number) => string) =>
    Array.from({ length: many }, (_, i) => row(i)).join('')
  it.each<[string, string]>([
    ['nested nodes', `/dts-v1/; / { ${'a { '.repeat(many)}`],
    ['nested parentheses', `/dts-v1/; / { x = <${'('.repeat(many)}1${')'.repeat(many)}>; };`],
    ['a chain of conditions', `/dts-v1/; / { x = <(${'1 ? 2 : '.repeat(many)}3)>; };`],
    ['signs', `/dts-v1/; / { x = <(${'-'.repeat(many)}3)>; };`],
    ['digits', `/dts-v1/; / { x = <${'9'.repeat(many)} 0${'7'.repeat(many)}>; };`],
    [
      'children, deleted again',
      `/dts-v1/; / { ${rows((i) => `n${i} {};`)} }; / { ${rows((i) => `/delete-node/ n${i};`)} };`,
    ],
    [
      'unknown labels',
      `/dts-v1/; / { x = <${rows((i) => `&m${i} `)}>; ${rows((i) => `l${i}: n${i} {};`)} };`,
    ],
    ['labels of one node', `/dts-v1/; / { ${rows((i) => `l${i}: `)} n {}; };`],
    ['nodes without a reference', `/dts-v1/; / { ${rows((i) => `/omit-if-no-ref/ n${i} {};`)} };`],
    ['quotes', `/dts-v1/; / { x = ${'\\"\n'.repeat(many)}`],
    ['one long line', `/dts-v1/; / { x = <${'1 '.repeat(10 * many)}>; };`],
    ['a long name', `/dts-v1/; / { ${'a'.repeat(50 * many)}; };`],
    ['directives', `/dts-v1/; / { ${'\n#define a \\'.repeat(many)}\n };`],
    ['garbage', '$'.repeat(many)],
    ['braces', `/dts-v1/; ${'}{'.repeat(many)}`],
  ])('%s are read in a moment', (_what, text) => {
    const start = performance.now()
    parseDts(text)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
