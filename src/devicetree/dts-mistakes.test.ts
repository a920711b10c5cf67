import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { parseDts } from './dts.ts'

/** Messages for the text inside the root node, which begins at line 1 of the report. */
function mistakes(body: string): string[] {
  const { diagnostics } = parseDts(`/dts-v1/; / {\n${body}\n};`)
  return diagnostics.map((d) => {
    const at = d.at!
    return formatDiagnostic({ ...d, at: { ...at, line: at.line! - 1 } }).replace(/^line /, '')
  })
}

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
    ['l: n {}; l: m {};', '1:10: error: label l already names /n'],
    ['phandle = <0>;', '1:1: error: /: phandle is no usable number'],
    ['n { phandle = <1>; }; m { phandle = <1>; };', '1:27: error: /m: phandle 1 is taken by /n'],
    [
      'n { phandle = <1>; linux,phandle = <2>; };',
      '1:20: error: /n: phandle and linux,phandle differ',
    ],
    ['a: n { }; m { phandle = <&a>; };', '1:15: error: /m: phandle refers to another node'],
    ['a@b = <1>;', "1:1: error: a@b: a property name has no '@'"],
    ['/omit-if-no-ref/ x;', '1:18: error: x: /omit-if-no-ref/ is for nodes'],
    ['a@1@2 { };', "1:1: error: a@1@2: a node name has letters, digits, ,._+- and one '@'"],
    ['#a { };', "1:1: error: #a: a node name has letters, digits, ,._+- and one '@'"],
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
    ['/dts-v1/; / {}; /delete-node/ &{/};', ['the root node cannot be deleted']],
    [
      '/dts-v1/; /delete-node/ &x; / { x: x { }; };',
      ['/delete-node/ comes before any node', '&x names no node'],
    ],
    [
      '/dts-v1/; /memreserve/ 1; / {};',
      ['expected an address and a size after /memreserve/, found ;'],
    ],
    ['/dts-v1/; /memreserve/ 0 0; / {};', ['a reservation of nothing is left out']],
    ['/dts-v1/; /plugin/;', ['there is no root node: &label { ... };']],
    [
      '/dts-v1/; };',
      ["expected '/', a reference or a directive, found }", 'there is no root node: / { ... };'],
    ],
  ])('reports %j', (text, expected) => {
    expect(parseDts(text).diagnostics.map((d) => d.message)).toEqual(expected)
  })

  it('says which preprocessor directive is left, and does not take #address-cells for one', () => {
    expect(
      mistakes('#include <dt-bindings/a.h>\n#address-cells = <1>;\n#if;\nx = <GIC_SPI 1>;'),
    ).toEqual([
      '1:1: error: #include is for the C preprocessor (run cpp over the source first)',
      "4:6: error: expected a number, a reference or '>' in a cell list, found GIC_SPI (a macro? run cpp over the source first)",
    ])
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
    ['includes of nothing', `/dts-v1/; ${'/include/ '.repeat(many)}`],
    ['hashes after blanks', `/dts-v1/; / {\n${' '.repeat(many)}${'#size;'.repeat(many)} };`],
    ['garbage', '$'.repeat(many)],
    ['braces', `/dts-v1/; ${'}{'.repeat(many)}`],
    [
      'paths, each as long as a third of the source',
      `/dts-v1/; / { x = ${'&a, '.repeat(many)}"z"; ${'b'.repeat(4 * many)} { a: c { }; }; };`,
    ],
    [
      'fixups below a long path',
      `/dts-v1/; /plugin/; / { ${'b'.repeat(4 * many)} { x = <${'&z '.repeat(many)}>; }; };`,
    ],
    ['fragments', `/dts-v1/; /plugin/; ${rows((i) => `&z${i} { a; };`)}`],
    ['fixups', `/dts-v1/; /plugin/; / { ${rows((i) => `l${i}: n${i} { x = <&l${i}>; };`)} };`],
    [
      'nodes that labels lead ever deeper to',
      `/dts-v1/; / { l0: n { }; }; ${rows((i) => `&l${i} { l${i + 1}: n { }; };`)}`,
    ],
    [
      'deletions of a node with many',
      `/dts-v1/; / { n { ${rows((i) => `c${i} {};`)} }; }; ${rows(() => '/ { /delete-node/ n; };')}`,
    ],
  ])('%s are read in a moment', (_what, text) => {
    const start = performance.now()
    parseDts(text, { symbols: true })
    // What is not linear takes minutes; the rest a fraction of a second on an idle machine.
    expect(performance.now() - start).toBeLessThan(15_000)
  })
})
