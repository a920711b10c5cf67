/** Comparison with dtc, where it is installed. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { printDts } from './dts-print.ts'

/** What dtc makes of a source; null when it refuses it. */
function dtc(source: string): Uint8Array | null {
  try {
    return new Uint8Array(
      execFileSync('dtc', ['-q', '-q', '-q', '-I', 'dts', '-O', 'dtb'], {
        input: source,
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    )
  } catch {
    return null
  }
}

const available = dtc('/dts-v1/; / {};') !== null
const small = readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8')
const wrap = (body: string) => `/dts-v1/;\n/ {\n${body}\n};\n`

describe(`dtc (${available ? 'found' : 'skipped: dtc is not on the PATH'})`, () => {
  it
    .skipIf(!available)
    .each([
      small,
      wrap(
        'x = <(1 << 2 + 1) (-5) 077 0xFFUL \'\\n\'>; y = /bits/ 8 <1 (-1)>; z = "a\\0001\\x41\\e";',
      ),
      wrap('r = <&{/a/b} &a>; p = &{/a/b}, "x", &a; a: a { b: b { phandle = <&b>; }; };'),
      wrap('r = <&c &a &b>; a: a {}; b: b { phandle = <1>; }; c: c { linux,phandle = <7>; };'),
      `${wrap('a = l: <1 m: 2>, [00 n: 11], "s"; ')}/ { a = <2>; b; };`,
      wrap('n: n { x; y; c {}; };') +
        '&n { /delete-property/ x; z; /delete-node/ c; c2 {}; };\n/ { w; };',
      wrap(
        'r = <&b>; /omit-if-no-ref/ a: a {}; /omit-if-no-ref/ b: b { q = <&c>; }; /omit-if-no-ref/ c: c {};',
      ),
      wrap('cpus { cpu@100 { reg = <0x100>; }; };'),
      wrap('clocks; clock-names; names; s-clocks;'),
      wrap('name = ""; memory@0 { name = "memory"; reg = <0>; };'),
      '/dts-v1/;\nl: /memreserve/ (0x1000 + 1) 0xffffffffffffffff;\n/memreserve/ 3 4;\n/ {};',
      '/dts-v1/;\n/ { x: a {}; };\n/delete-node/ &x;\n/ { x: a { b; }; };\ny: &x { c = <&y>; };',
      '/dts-v1/;\n/ { x = <2l: 3 0x1UL 4ULLm: 1U2>; y = [abn: 01 0ao: 02]; };',
      '/dts-v1/;\n/ { a {}; b {}; };\n/ { /delete-node/ a; };\n/ { a { x; }; };',
      '/dts-v1/;\n/ { l: /delete-node/ c; n { /delete-property/ y; }; };\n/ { c { }; r { x = <&l>; }; };',
      '/dts-v1/;\n/dts-v1/;\nl: m: /memreserve/ 1 2;\n/ { n { name = "n"; x; }; };',
      wrap('l: n { phandle = <3>, &l; };'),
      '/dts-v1/;\n/plugin/;\n/ { r = <&b>; /omit-if-no-ref/ a { b: b { }; }; };',
    ])('and this agree byte for byte on %j', (source) => {
    const ours = parseDts(source)
    expect(ours.diagnostics).toEqual([])
    expect(printDtb(ours.tree!)).toEqual(dtc(source))
  })

  it
    .skipIf(!available)
    .each([
      'x = <08>;',
      'n@1 { name = "n@1"; };',
      'x = <12ab>;',
      'x = <-1>;',
      'x = <0x1ffffffff>;',
      'x = <(1 / 0)>;',
      'x = <(0 && 1 / 0)>;',
      "x = <'ab'>;",
      'x = [0 11];',
      'x = <1> <2>;',
      'x = <1>, ;',
      'x = <&nope>;',
      'x = <1>; x = <2>;',
      'n {}; n {};',
      'l: x; l: y;',
      'n {}; x;',
      'phandle = <0>;',
      'n { phandle = <1>; }; m { phandle = <1>; };',
      'a@b = <1>;',
      '#a { };',
      '/omit-if-no-ref/ x;',
      'a@1@2 { };',
      'x = <1>;;',
      'x = /bits/ 7 <1>;',
      'x = /bits/ 16 <&{/}>;',
      'x = "\\xz";',
      'x = &nope;',
      'x = <1u>;',
      'x = <1L: 2>;',
      'x = <l: 1>; l: n { };',
      'x = <l: 1 l: 2>;',
      'n { }; /delete-property/ x;',
      '/delete-node/ n; x;',
      '/omit-if-no-ref/ /delete-property/ x;',
      'n { name = "m"; };',
      'l: n { phandle = <&l 1>; };',
    ])('and this both refuse %j', (body) => {
    expect(parseDts(wrap(body)).diagnostics.map((d) => d.severity)).toContain('error')
    expect(dtc(wrap(body))).toBe(null)
  })

  it.skipIf(!available)('reads what printDts writes', () => {
    const { tree } = parseDts(small)
    expect(dtc(printDts(tree!))).toEqual(printDtb(tree!))
  })
})
