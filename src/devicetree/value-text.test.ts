import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { printDts } from './dts-print.ts'
import { sameTree } from './same-tree.ts'
import { propertyText, valueText } from './value-text.ts'

const source = readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8')
const labelled = parseDts(source).tree!
const blob = (name: string) =>
  parseDtb(new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url))))
    .tree!

const text = (path: string, property: string, tree = labelled) =>
  propertyText(tree.byPath(path)!.prop(property)!, tree)

describe('propertyText', () => {
  it('names what a phandle refers to', () => {
    expect(text('/soc/vop@ff930000', 'iommus')).toBe('iommus = <&vopb_mmu>')
    expect(text('/soc/dma-controller@300000', 'iommus')).toBe('iommus = <&smmu 0x10>, <&smmu 0x11>')
    expect(text('/', 'interrupt-parent')).toBe('interrupt-parent = <&gic>')
    expect(text('/soc/vop@ff930000', 'memory-region')).toBe('memory-region = <&framebuffer>')
    expect(text('/pcie@40000000', 'iommu-map')).toBe(
      'iommu-map = <0 &smmu 0 0x100>, <0x200 &smmu 0x1000 0x100>',
    )
  })

  it('uses labels of __symbols__, and paths where a blob has none', () => {
    expect(text('/soc/vop@ff930000', 'iommus', blob('dt-small-symbols.dtb'))).toBe(
      'iommus = <&vopb_mmu>',
    )
    expect(text('/soc/vop@ff930000', 'iommus', blob('dt-small.dtb'))).toBe(
      'iommus = <&{/soc/iommu@ff930300}>',
    )
  })

  it('writes strings, cells, bytes and flags', () => {
    expect(text('/', 'compatible')).toBe('compatible = "example,small", "example,soc"')
    expect(text('/soc/vop@ff930000', 'reg')).toBe('reg = <0xff930000 0x19c 0xff931000 0x1000>')
    expect(text('/soc/bus@400000/crypto@1000', 'key')).toBe('key = [de ad be ef 01]')
    expect(text('/soc/bus@400000', 'dma-ranges')).toBe('dma-ranges')
    expect(text('/soc/dma-controller@300000/channel', 'name-text')).toBe(
      'name-text = "quote \\" backslash \\\\ tab \\t"',
    )
  })

  it('falls back to cells where a list is broken, and without a tree', () => {
    const broken = parseDts(`/dts-v1/; / {
      a { iommus = <99>; clocks = <&b>; phys = <&c 1>; msi-map = <0 &b>; }; b: b { }; c: c { #phy-cells = <2>; };
    };`).tree!
    const a = broken.byPath('/a')!.properties.map((p) => propertyText(p, broken))
    expect(a).toEqual(['iommus = <0x63>', 'clocks = <&b>', 'phys = <2 1>', 'msi-map = <0 1>'])
    expect(propertyText(labelled.root.prop('interrupt-parent')!)).toBe('interrupt-parent = <1>')
  })

  it('shows holes in a list', () => {
    const { tree } = parseDts('/dts-v1/; / { resets = <0 &b 1>; b: b { #reset-cells = <1>; }; };')
    expect(propertyText(tree!.root.prop('resets')!, tree!)).toBe('resets = <0>, <&b 1>')
  })
})

describe('printDts', () => {
  it('reads back as the same tree', () => {
    const again = parseDts(printDts(labelled))
    expect(again.diagnostics).toEqual([])
    expect(sameTree(again.tree!, labelled)).toBe(true)
    expect(again.tree!.byLabel('smmu')!.path).toBe('/soc/iommu@200000')
  })

  it('prints any value so that it reads back byte for byte', () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .uint8Array({ maxLength: 24 })
        .map((bytes) => bytes.map((b, i) => (i % 4 === 3 ? 0 : b % 128))),
    )
    fc.assert(
      fc.property(value, (bytes) => {
        const printed = valueText({ name: 'x', value: bytes })
        const { tree } = parseDts(`/dts-v1/; / { x${printed === '' ? '' : ` = ${printed}`}; };`)
        expect(tree!.root.prop('x')!.value).toEqual(bytes)
      }),
    )
  })
})
