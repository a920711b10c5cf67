import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { applyOverlay, isOverlay } from './overlay.ts'

const base = parseDts(
  `/dts-v1/; / { #address-cells = <1>;
    gic: gic { };
    soc: soc { uart: serial { status = "disabled"; }; }; };`,
  { source: 'base.dts', symbols: true },
).tree!

const plugin = (text: string) =>
  parseDts(`/dts-v1/; /plugin/;\n${text}`, { source: 'over.dts', symbols: true }).tree!
const said = (text: string, on = base) =>
  applyOverlay(on, plugin(text), { source: 'over.dts' }).diagnostics.map(formatDiagnostic)

describe('applyOverlay', () => {
  it('merges nodes and properties and keeps phandles apart', () => {
    const { tree, diagnostics } = applyOverlay(
      base,
      plugin('&soc { a: a { }; b { to = <&a &gic>; }; };\n&uart { status = "okay"; };'),
    )
    expect(diagnostics).toEqual([])
    const b = tree!.byPath('/soc/b')!
    expect(tree!.byPhandle(b.cells('to')![0]!)!.path).toBe('/soc/a')
    expect(tree!.byPhandle(b.cells('to')![1]!)!.path).toBe('/gic')
    expect(tree!.byPath('/soc/serial')!.string('status')).toBe('okay')
    expect(base.byPath('/soc/serial')!.string('status')).toBe('disabled')
  })

  it('lets a second overlay refer to the labels of the first', () => {
    const first = applyOverlay(base, plugin('&soc { a: a { }; };')).tree!
    const second = applyOverlay(first, plugin('&a { x = <&uart>; };'))
    expect(second.diagnostics).toEqual([])
    expect(second.tree!.byPath('/soc/a')!.has('x')).toBe(true)
  })

  it('keeps places: what the overlay gave points into the overlay', () => {
    const { tree } = applyOverlay(base, plugin('&uart { status = "okay"; n { }; };'))
    const uart = tree!.byPath('/soc/serial')!
    expect(uart.at!.source).toBe('base.dts')
    expect(uart.prop('status')!.at).toMatchObject({ source: 'over.dts', line: 2 })
    expect(uart.child('n')!.at!.source).toBe('over.dts')
  })

  it('applies blobs as it applies sources', () => {
    const blob = (tree: typeof base) => parseDtb(printDtb(tree)).tree!
    const overlay = plugin('&uart { status = "okay"; };')
    expect(isOverlay(blob(overlay))).toBe(true)
    const { tree } = applyOverlay(blob(base), blob(overlay))
    expect(tree!.byPath('/soc/serial')!.string('status')).toBe('okay')
  })

  it('takes the labels of a source that has no __symbols__, and says so', () => {
    const plain = parseDts('/dts-v1/; / { u: uart { }; v: v { }; };').tree!
    const { tree, diagnostics } = applyOverlay(plain, plugin('&u { x = <&v>; };'))
    expect(diagnostics.map((d) => d.severity)).toEqual(['note'])
    const x = tree!.byPath('/uart')!.u32('x')!
    expect(tree!.byPhandle(x)!.path).toBe('/v')
  })

  it.each([
    ['&uartt { };', /over\.dts:2:1: error: the base has no label uartt \(did you mean uart\?\)/],
    ['&{/gone} { };', /fragment@0: the base has no node \/gone/],
    ['/ { fragment@0 { __overlay__ { }; }; };', /neither target nor target-path/],
    ['/ { x { }; };', /nothing to apply: no fragments/],
    ['&{/} { #address-cells = <2>; };', /lets no overlay change #address-cells/],
    ['&uart { a; };\n&uart { a; };', /a is given by two fragments/],
    ['&uart { gic { }; };\n&uart { gic { }; };', /added by two fragments/],
    ['&{/} { x: gic { a = <&x>; }; };', /has a phandle in the base and in the overlay/],
    ['&uart { gic: n { }; };', /over\.dts:2:.*label gic is in the base already/],
    [
      '/ { __fixups__ { gic = "/a:b"; soc = "/x:y:0"; uart = [01]; }; fragment@0 { target-path = "/"; __overlay__ { }; }; };',
      /\/a:b is not path:property:offset/,
    ],
    [
      '/ { __local_fixups__ { x { y = <0>; }; }; fragment@0 { target-path = "/"; __overlay__ { }; }; };',
      /__local_fixups__: \/ has no node x/,
    ],
  ])('refuses %s', (text, message) => {
    expect(said(text).join('\n')).toMatch(message)
    expect(applyOverlay(base, plugin(text)).tree).toBe(null)
  })

  it('reports several mistakes in one run', () => {
    expect(said('&uartt { };\n&sock { };\n&{/gone} { };').length).toBe(3)
  })

  it('refuses a base that is an overlay', () => {
    expect(said('&uart { };', plugin('&soc { };')).join()).toContain('overlay itself')
  })

  it('says that a blob without symbols has none', () => {
    const bare = parseDtb(printDtb(parseDts('/dts-v1/; / { };').tree!)).tree!
    expect(said('&uart { };', bare).join()).toMatch(/no __symbols__.*dtc -@/)
  })
})

describe('hostile overlays', () => {
  const many = 20_000
  const rows = (row: (i: number) => string) =>
    Array.from({ length: many }, (_, i) => row(i)).join('')
  const big = parseDts(
    `/dts-v1/; / { n: n { ${rows((i) => `p${i};`)} }; ${rows((i) => `l${i}: m${i} { };`)} };`,
    { symbols: true },
  ).tree!
  it.each<[string, string]>([
    ['many properties', `&n { ${rows((i) => `p${i} = <1>;`)} };`],
    ['many nodes', `&n { ${rows((i) => `x${i}: c${i} { };`)} };`],
    ['many fragments', rows((i) => `&l${i} { c { }; };`)],
    ['one node, again and again', rows(() => '&n { c { }; };')],
    ['many references to the base', `&n { x = <${rows((i) => `&l${i} `)}>; };`],
    ['many references to itself', `&n { ${rows((i) => `k${i}: c${i} { p = <&k${i}>; };`)} };`],
    ['many unknown labels', rows((i) => `&q${i} { a; };`)],
    [
      'symbols below a long path',
      `&{/} { ${'b'.repeat(9 * many)} { ${rows((i) => `k${i}: c${i} { };`)} }; };`,
    ],
  ])('with %s are applied in a moment', (_what, text) => {
    const { tree } = parseDts(`/dts-v1/; /plugin/; ${text}`, { symbols: true })
    const start = performance.now()
    applyOverlay(big, tree!)
    // What is not linear takes a minute and more; the rest a fraction of a second.
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
