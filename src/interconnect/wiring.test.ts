import { describe, expect, it } from 'vitest'
import { parseDts } from '../devicetree/dts.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { Wiring } from './wiring.ts'

function treeOf(body: string): DeviceTree {
  const header = '#address-cells = <1>; #size-cells = <1>;'
  const { tree, diagnostics } = parseDts(`/dts-v1/; / { ${header} ${body} };`)
  expect(diagnostics).toEqual([])
  return tree as DeviceTree
}

const one = () => 1

describe('Wiring', () => {
  it('gives a master one port for each iommus entry, with its specifier', () => {
    const tree = treeOf(`
      smmu: iommu@1000 { reg = <0x1000 0x100>; #iommu-cells = <2>; };
      mmu: iommu@2000 { reg = <0x2000 0x100>; #iommu-cells = <0>; };
      gpu@3000 { reg = <0x3000 0x100>; iommus = <&smmu 5 0x7f>, <&mmu>; };
    `)
    const ports = new Wiring(tree, one).of('/gpu@3000')?.ports
    expect(ports?.map((p) => [p.iommu?.provider.path, p.iommu?.ids])).toEqual([
      ['/iommu@1000', [5, 0x7f]],
      ['/iommu@2000', []],
    ])
  })

  it('gives a port for each instance that a provider node stands for', () => {
    const tree = treeOf(`
      mmu: iommu@1000 { reg = <0x1000 0x40>, <0x1040 0x40>; #iommu-cells = <0>; };
      codec@2000 { reg = <0x2000 0x100>; iommus = <&mmu>; };
    `)
    const ports = new Wiring(tree, (n) => (n.cells('reg')?.length ?? 2) / 2).of(
      '/codec@2000',
    )?.ports
    expect(ports?.map((p) => p.iommu?.instance)).toEqual([0, 1])
  })

  it('gives a master without iommus one port to the bus', () => {
    const wiring = new Wiring(treeOf('dma@1000 { reg = <0x1000 0x100>; };'), one)
    expect(wiring.of('/dma@1000')).toMatchObject({ ports: [{ iommu: null }], coherent: false })
  })

  it('keeps a disabled IOMMU, which is still soldered in', () => {
    const tree = treeOf(`
      mmu: iommu@1000 { #iommu-cells = <0>; status = "disabled"; };
      vop@2000 { iommus = <&mmu>; };
    `)
    const wiring = new Wiring(tree, one)
    expect(wiring.of('/vop@2000')?.ports[0]?.iommu?.provider.path).toBe('/iommu@1000')
  })

  it('reports an entry that leads nowhere, once, and gives it a port without an IOMMU', () => {
    const tree = treeOf(`
      mmu: iommu@1000 { #iommu-cells = <0>; };
      vop@2000 { iommus = <&mmu>, <0x1234>; };
      vop@3000 { iommus = <&mmu 4>; };
    `)
    const wiring = new Wiring(tree, one)
    expect(wiring.of('/vop@2000')?.ports.map((p) => p.iommu === null)).toEqual([false, true])
    wiring.of('/vop@2000')
    expect(wiring.diagnostics).toHaveLength(1)
    expect(wiring.diagnostics[0]).toMatchObject({
      severity: 'warning',
      message: 'entry 1 leads to no IOMMU: no node has phandle 0x1234',
      at: { path: '/vop@2000', property: 'iommus' },
    })
  })

  it('knows coherency from the nearest node that speaks of it', () => {
    const tree = treeOf(`
      soc {
        dma-coherent;
        a { };
        bus { dma-noncoherent; b { }; c { dma-coherent; }; };
      };
    `)
    const wiring = new Wiring(tree, one)
    const coherent = ['/soc/a', '/soc/bus/b', '/soc/bus/c'].map((p) => wiring.of(p)?.coherent)
    expect(coherent).toEqual([true, false, true])
  })

  it('has no wiring for a node that the board does not have', () => {
    expect(new Wiring(treeOf(''), one).of('/vop@2000')).toBeNull()
  })
})
