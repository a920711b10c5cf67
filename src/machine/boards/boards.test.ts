import { describe, expect, it } from 'vitest'
import { memoryRanges } from '../../devicetree/memory.ts'
import { firstDisabled } from '../../devicetree/availability.ts'
import { translatedReg } from '../../devicetree/addresses.ts'
import { parseDts } from '../../devicetree/dts.ts'
import { iommuSpecifiers } from '../../devicetree/iommus.ts'
import { phandleArgs } from '../../devicetree/phandles.ts'
import type { DeviceTree } from '../../devicetree/tree.ts'
import { boards } from './boards.ts'

const names = boards.names()

function treeOf(name: string): DeviceTree {
  return parseDts(boards.named(name).dts, { source: `board:${name}` }).tree as DeviceTree
}

/** Masters with `iommus`: path -> providers with their cells. */
function mastersOf(name: string): Record<string, string[]> {
  const tree = treeOf(name)
  const masters: Record<string, string[]> = {}
  for (const node of tree.nodes()) {
    const entries = iommuSpecifiers(tree, node)
    if (entries.length === 0) continue
    masters[node.path] = entries.map((e) => [e.provider?.name, ...e.args].join(' '))
  }
  return masters
}

describe.each(names)('board:%s', (name) => {
  it('parses without a finding', () => {
    const { tree, diagnostics } = parseDts(boards.named(name).dts)
    expect(diagnostics).toEqual([])
    expect(tree?.compatible.length).toBeGreaterThan(0)
  })

  it('has no reference that leads nowhere', () => {
    const tree = treeOf(name)
    const lists = [
      ['iommus', '#iommu-cells'],
      ['dmas', '#dma-cells'],
      ['interrupt-parent', 0],
      ['remote-endpoint', 0],
      ['ports', 0],
    ] as const
    for (const node of tree.nodes()) {
      for (const [list, cells] of lists) {
        for (const entry of phandleArgs(tree, node, list, cells)) {
          expect(entry.problem, `${node.path} ${list}`).toBeUndefined()
        }
      }
    }
  })

  it('has addresses that translate and agree with the node names', () => {
    for (const node of treeOf(name).nodes()) {
      const address = node.path.startsWith('/cpus') ? null : translatedReg(node, 0)
      if (node.unitAddress === null || address === null) continue
      const own = node.cells('reg') ?? []
      const text = own.some((cell) => cell.toString(16) === node.unitAddress)
      expect(text || address.toString(16) === node.unitAddress, node.path).toBe(true)
    }
  })

  it('has memory, a title and notes', () => {
    const ranges = memoryRanges(treeOf(name))
    expect(ranges.every((r) => r.size >= 0x1000_0000)).toBe(true)
    expect(ranges.length).toBeGreaterThan(0)
    expect(boards.named(name).title.length).toBeGreaterThan(20)
    expect(boards.named(name).notes.length).toBeGreaterThan(1)
  })

  it('has no device driven by an IOMMU that is disabled, unless it is disabled too', () => {
    const tree = treeOf(name)
    for (const node of tree.nodes()) {
      if (firstDisabled(node) !== null) continue
      for (const { provider } of iommuSpecifiers(tree, node)) {
        expect(provider === null ? null : firstDisabled(provider), node.path).toBeNull()
      }
    }
  })
})

describe('the boards', () => {
  it('have the masters of the founding case behind their IOMMUs', () => {
    expect(mastersOf('veyron')).toEqual({
      '/vop@ff930000': ['iommu@ff930300'],
      '/vop@ff940000': ['iommu@ff940300'],
      '/video-codec@ff9a0000': ['iommu@ff9a0800'],
    })
    expect(mastersOf('n900')).toEqual({ '/ocp@68000000/isp@480bc000': ['mmu@480bd400'] })
    expect(mastersOf('koelsch')).toEqual({
      '/video@e6ef0000': ['mmu@fe951000 0'],
      '/video@e6ef1000': ['mmu@fe951000 1'],
      '/video@e6ef2000': ['mmu@fe951000 2'],
      '/vsp1@fe928000': ['mmu@fe951000 4'],
      '/vsp1@fe930000': ['mmu@fe951000 5'],
      '/vsp1@fe938000': ['mmu@fe951000 6'],
      '/jpeg-codec@fe980000': ['mmu@fe951000 7'],
      '/display@feb00000': ['mmu@fe951000 8'],
    })
    expect(mastersOf('classes')).toEqual({
      '/master@10010000': ['iommu@10010300'],
      '/vop@10020000': ['iommu@10020300'],
      '/core@10030000': ['iommu@10030300'],
    })
  })

  it('give the Exynos masters one or two SysMMUs, each used once', () => {
    const masters = mastersOf('odroid-xu3')
    expect(masters['/soc/mixer@14450000']).toEqual(['sysmmu@14650000'])
    expect(masters['/soc/g2d@10850000']).toEqual(['sysmmu@10a60000', 'sysmmu@10a70000'])
    expect(masters['/soc/fimd@14400000']).toEqual(['sysmmu@14640000', 'sysmmu@14680000'])
    const used = Object.values(masters).flat()
    expect(used).toHaveLength(18)
    expect(new Set(used).size).toBe(18)
  })

  it('join both VOPs of veyron to the display subsystem', () => {
    const tree = treeOf('veyron')
    const node = tree.byPath('/display-subsystem')
    const ports = phandleArgs(tree, node!, 'ports', 0).map((p) => p.provider?.parent?.name)
    expect(ports).toEqual(['vop@ff940000', 'vop@ff930000'])
  })
})
