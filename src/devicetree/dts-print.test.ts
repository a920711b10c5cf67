import { describe, expect, it } from 'vitest'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { printDts, unprintable } from './dts-print.ts'
import { DeviceTree, DtNode } from './tree.ts'

const blobOf = (source: string) => parseDtb(printDtb(parseDts(source).tree!)).tree!

describe('printDts', () => {
  const withSymbols = blobOf(`/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;
    clocks = <&c 5>, <&d>; c: clock@1 { reg = <1 2>, <3 4>; #clock-cells = <1>; };
    d: other { #clock-cells = <0>; }; __symbols__ { c = "/clock@1"; bad-label = "/other"; }; };`)

  it('restores labels of __symbols__ and refers to nodes by them', () => {
    const text = printDts(withSymbols)
    expect(text).toContain('c: clock@1 {')
    expect(text).toContain('clocks = <&c 5>, <2>;')
    expect(text).toContain('reg = <1 2>, <3 4>;')
  })

  it('reads back byte for byte', () => {
    const again = parseDts(printDts(withSymbols))
    expect(again.diagnostics).toEqual([])
    expect(printDtb(again.tree!)).toEqual(printDtb(withSymbols))
  })

  it('does not give a node the label that a property has', () => {
    const { tree } = parseDts(
      '/dts-v1/; / { l: x = <1>; a { phandle = <1>; }; __symbols__ { l = "/a"; }; };',
    )
    expect(parseDts(printDts(tree!)).diagnostics).toEqual([])
  })

  it('survives cell counts that make no sense', () => {
    const tree = blobOf(`/dts-v1/; / { #address-cells = <0xffffffff>; #size-cells = <0>;
      a { reg = <1 2 3>; ranges = <1 2 3>; }; b { #address-cells = <0>; c { reg = <1 2>; }; }; };`)
    expect(printDtb(parseDts(printDts(tree)).tree!)).toEqual(printDtb(tree))
  })
})

describe('unprintable', () => {
  it('names what a source cannot say', () => {
    const root = new DtNode('')
    root.properties.push({ name: 'a b', value: new Uint8Array(0) })
    root.children.push(new DtNode('x y', root), new DtNode('n', root), new DtNode('n', root))
    const found = unprintable(new DeviceTree(root)).map((d) => d.message)
    expect(found).toEqual([
      '"a b": no property name of a source',
      'a node twice: a source would merge them',
      '"x y": a source cannot name a node like this',
    ])
  })

  it('finds nothing in what a source said', () => {
    expect(
      unprintable(parseDts('/dts-v1/; / { #a-b,c.d+e?f_g* = <1>; n@1,0 { }; };').tree!),
    ).toEqual([])
  })
})
