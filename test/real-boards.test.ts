/** The founding case on every real board that has it. */
import { basename } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bisectBoard } from '../src/analysis/bisect.ts'
import type { Board } from '../src/analysis/contract.ts'
import type { Judged } from '../src/analysis/judged.ts'
import { firstDisabled } from '../src/devicetree/availability.ts'
import { phandleArgs } from '../src/devicetree/phandles.ts'
import type { DtNode } from '../src/devicetree/tree.ts'
import { boardFrom, realBlobs } from './real-blobs.ts'
import { judge, plainRequest } from './support.ts'

const { paths, why, remove } = realBlobs()
afterAll(remove)

const named = (start: RegExp) => paths.filter((path) => start.test(basename(path)))

/** Masters of a compatible string that are enabled and whose IOMMUs all are, with `units` of them. */
function victims(board: Board, compatible: RegExp, units: number): DtNode[] {
  return [...board.tree.nodes()].filter((node) => {
    if (!node.compatible.some((c) => compatible.test(c)) || firstDisabled(node) !== null)
      return false
    const entries = phandleArgs(board.tree, node, 'iommus', '#iommu-cells')
    const enabled = (p: DtNode | null) => p !== null && firstDisabled(p) === null
    return entries.length === units && entries.every((e) => enabled(e.provider))
  })
}

function verdicts(board: Board, nodes: readonly DtNode[], kernel: string): string[] {
  const { masters } = judge(board, kernel)
  return nodes.map((node) => (masters.find((m) => m.node === node) as Judged).verdict)
}

function tellsTheStory(board: Board, nodes: readonly DtNode[]): void {
  const every = (verdict: string) => nodes.map(() => verdict)
  expect(verdicts(board, nodes, 'v3.18+drivers'), board.source).toEqual(every('ok'))
  expect(verdicts(board, nodes, 'v3.19-rc5+drivers'), board.source).toEqual(every('fault'))
  expect(verdicts(board, nodes, 'v3.19+drivers'), board.source).toEqual(every('ok'))
  const without = 'v3.19-rc5+drivers~arm-plumb-arch-setup-dma-ops'
  expect(verdicts(board, nodes, without), board.source).toEqual(every('ok'))
}

describe(`real boards (${paths.length === 0 ? why : `${paths.length} blobs`})`, () => {
  it.skipIf(paths.length === 0)('breaks every rk3288 display on v3.19-rc5 alone', () => {
    for (const path of named(/^rk3288-/)) {
      const board = boardFrom(path)
      const nodes = victims(board, /^rockchip,rk3288-vop$/, 1)
      expect(nodes.length, path).toBeGreaterThan(0)
      tellsTheStory(board, nodes)
    }
  })

  it.skipIf(paths.length === 0)('breaks every omap3 camera on v3.19-rc5 alone', () => {
    let found = 0
    for (const path of paths) {
      const board = boardFrom(path)
      const nodes = victims(board, /^ti,omap3-isp$/, 1)
      if (nodes.length === 0) continue
      found++
      tellsTheStory(board, nodes)
    }
    expect(found).toBeGreaterThan(20)
  })

  it.skipIf(paths.length === 0)('breaks Exynos displays behind one SysMMU, given the glue', () => {
    for (const path of named(/^exynos/)) {
      const board = boardFrom(path)
      const nodes = victims(board, /^samsung,exynos\d+-(fimd|mixer)$/, 1)
      if (nodes.length === 0) continue
      tellsTheStory(board, nodes)
      const bug = nodes.map(() => 'probe-error')
      for (const release of ['v3.18', 'v3.19-rc5', 'v3.19']) {
        const kernel = `${release}+drivers~exynos-sysmmu-notifier`
        expect(verdicts(board, nodes, kernel), path).toEqual(bug)
      }
    }
  })

  it.skipIf(paths.length === 0)(
    'claims nothing for a VOP on v3.18 or an ISP on any release',
    () => {
      for (const path of [...named(/^rk3288-/), ...named(/^omap3-/)]) {
        const board = boardFrom(path)
        const vops = victims(board, /^rockchip,rk3288-vop$/, 1)
        expect(verdicts(board, vops, 'v3.18')).toEqual(vops.map(() => 'not-exercised'))
        const isps = victims(board, /^ti,omap3-isp$/, 1)
        for (const release of ['v3.18', 'v3.19-rc5', 'v3.19']) {
          expect(verdicts(board, isps, release)).toEqual(isps.map(() => 'not-exercised'))
        }
      }
    },
  )

  it.skipIf(paths.length === 0)('bisects one board of each family to the change', () => {
    for (const name of ['rk3288-veyron-jaq.dtb', 'omap3-n900.dtb', 'exynos5422-odroidxu3.dtb']) {
      const path = paths.find((p) => basename(p) === name)
      if (path === undefined) continue
      const ends = ['v3.18+drivers', 'v3.19-rc5+drivers'] as const
      const answer = bisectBoard(boardFrom(path), null, ...ends, plainRequest)
      expect(answer.ok && answer.report.change.id).toBe('arm-plumb-arch-setup-dma-ops')
    }
  })
})
