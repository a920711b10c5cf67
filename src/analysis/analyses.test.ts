import { describe, expect, it } from 'vitest'
import { builtIn, disable, judge, plainRequest, treeOf } from '../../test/support.ts'
import { bisectBoard } from './bisect.ts'
import { checkBoard } from './check.ts'
import { diffBoard } from './diff.ts'
import { findDevice } from './find-device.ts'
import { history } from './history.ts'
import { matrixBoards } from './matrix.ts'
import { whyDevice } from './why.ts'

const veyron = builtIn('veyron')

const NEAR = `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;
  aliases { serial2 = "/vop@ff930000"; };
  vopb: vop@ff930000 { compatible = "x"; reg = <0xff930000 4>; };
  a { dma@0 { }; }; b { dma@0 { }; }; };`

describe('DEVICE', () => {
  it.each(['/vop@ff930000', 'vopb', '&vopb', 'ff930000.vop', 'vop@ff930000'])(
    '%s is the VOP',
    (text) => {
      const node = findDevice(veyron.tree, text)
      expect('path' in node && node.path).toBe('/vop@ff930000')
    },
  )

  it.each([
    ['VOP@FF930000', 'vop@ff930000'],
    ['FF930000.VOP', 'ff930000.vop'],
    ['VopB', 'vopb'],
    ['Seriel2', 'serial2'],
  ])('%s is near to %s', (text, near) => {
    const tree = treeOf('near.dts', NEAR)
    expect(findDevice(tree, text)).toMatchObject({ remedy: expect.stringContaining(near) })
  })

  it('wants a path where several nodes have the name', () => {
    expect(findDevice(treeOf('near.dts', NEAR), 'dma@0')).toMatchObject({
      message: '2 nodes of this board are called dma@0',
      remedy: 'name one by its path: /a/dma@0, /b/dma@0',
    })
  })

  it('has near names when it is unknown', () => {
    expect(findDevice(veyron.tree, 'ff93000.vop')).toMatchObject({
      remedy: expect.stringContaining('ff930000.vop'),
    })
  })
})

describe('diff', () => {
  it('names the change behind each difference', () => {
    const answer = diffBoard(veyron, 'v3.18+drivers', 'v3.19-rc5+drivers', plainRequest)
    if (!answer.ok) throw new Error()
    const vop = answer.report.changed.find((c) => c.device === '/vop@ff930000')
    expect(vop?.fields.verdict).toEqual(['ok', 'fault'])
    expect(vop?.because).toEqual(['arm-plumb-arch-setup-dma-ops'])
  })

  it('finds nothing between a kernel and itself, and nothing on arm64 between the ends of the story', () => {
    const same = diffBoard(veyron, 'v3.19', 'v3.19', plainRequest)
    expect(same.ok && same.report.changed).toEqual([])
    const arm64 = { ...plainRequest, arch: 'arm64' as const }
    const board = builtIn('classes')
    const answer = diffBoard(board, 'v3.18+drivers', 'v3.19+drivers', arm64)
    expect(answer.ok && answer.report.changed).toEqual([])
    expect(answer.ok && answer.report.diagnostics[0]?.message).toContain('change nothing')
  })
})

describe('why', () => {
  it('goes from the tree to the fault and names the change', () => {
    const answer = whyDevice(veyron, 'vopb', { ...plainRequest, kernel: 'v3.19-rc5+drivers' })
    if (!answer.ok) throw new Error()
    const { chain, verdict } = answer.report
    expect(verdict).toBe('fault')
    expect(chain[0]?.tree).toEqual({
      node: '/vop@ff930000',
      property: 'iommus',
      text: 'iommus = <&vopb_mmu>',
    })
    expect(
      chain.some((s) => s.source.includes('4bb25789ed28') && s.what.includes('stay arm')),
    ).toBe(true)
    expect(chain.some((s) => s.what.includes('PAGE_FAULT_ADDR'))).toBe(true)
    expect(chain.at(-1)?.what).toContain('So the verdict is fault')
  })

  it('points at the property that disables an IOMMU', () => {
    const board = builtIn('veyron', disable('vopb_mmu'))
    const answer = whyDevice(board, 'vopb', { ...plainRequest, kernel: 'v3.19+drivers' })
    if (!answer.ok) throw new Error()
    expect(answer.report.verdict).toBe('corrupt')
    expect(answer.report.chain.some((s) => s.tree?.property === 'status')).toBe(true)
  })

  it('says what a device that was not exercised lacks', () => {
    const answer = whyDevice(veyron, 'vopb', { ...plainRequest, kernel: 'v3.18' })
    expect(answer.ok && answer.report.chain.at(-1)?.what).toContain(
      'rockchip-drm enters in v3.19-rc1',
    )
  })
})

describe('matrix and history', () => {
  it('has a row for each device that any kernel exercises', () => {
    const answer = matrixBoards([veyron], ['v3.18', 'v3.19'], plainRequest)
    if (!answer.ok) throw new Error()
    expect(answer.report.kernels).toEqual(['v3.18', 'v3.19'])
    const row = answer.report.rows.find((r) => r.device === '/vop@ff930000')
    expect(row?.verdicts).toEqual(['not-exercised', 'ok'])
    expect(answer.report.rows.every((r) => r.verdicts.some((v) => v !== 'not-exercised'))).toBe(
      true,
    )
  })

  it('says which change set each switch of a kernel', () => {
    const answer = history('v3.19-rc5')
    const found = answer.ok
      ? answer.report.switches.find((s) => s.name === 'dma.attachSetsOps')
      : null
    expect(found).toMatchObject({ value: false, setBy: 'arm-plumb-arch-setup-dma-ops' })
  })
})

describe('history of one kernel', () => {
  const ids = (list: readonly object[]) => list.map((c) => (c as { id: string }).id)

  it('has the release that it starts from alone', () => {
    const answer = history('v3.19-rc5')
    if (!answer.ok) throw new Error()
    const { releases, changes } = answer.report
    expect(releases.map((r) => r.name)).toEqual(['v3.19-rc5'])
    expect(releases[0]?.changes).toEqual(ids(changes))
  })

  it('leaves what was taken away out of the release', () => {
    const id = 'arm-attach-sets-dma-ops'
    const answer = history(`v3.19~${id}`)
    if (!answer.ok) throw new Error()
    expect(answer.report.releases[0]?.changes).not.toContain(id)
    expect(ids(answer.report.changes)).not.toContain(id)
  })

  it('has every release where no kernel is named', () => {
    const answer = history(null)
    expect(answer.ok && answer.report.releases.length).toBeGreaterThan(2)
  })
})

describe('bisect', () => {
  it('says what is missing where a change was taken away', () => {
    const answer = bisectBoard(
      veyron,
      'vopb',
      'v3.19',
      `v3.19~arm-attach-sets-dma-ops`,
      plainRequest,
    )
    if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics))
    expect(answer.report.steps.at(-1)?.kernel).toBe(`v3.19~arm-attach-sets-dma-ops`)
    expect(answer.report.reason).toMatch(/^Without it: a driver that attaches its own mapping/)
  })
})

describe('what a tree under test cannot change', () => {
  it('keeps the wiring physical: a tree without iommus does not unsolder the IOMMU', () => {
    const silent = builtIn('veyron', (dts) => dts.replace(/\n\t*iommus = <&vopb_mmu>;/, ''))
    const wired = judge(silent, 'v3.19+drivers', { wiring: veyron })
    // No add_device, no group, no attach: the MMU stays off, and I/O addresses hit memory as they are.
    expect(wired.masters.find((m) => m.name === 'ff930000.vop')?.verdict).toBe('corrupt')
  })

  it('gives the platform bus to the first IOMMU driver that a .config builds', () => {
    const text = `CONFIG_ARM=y
CONFIG_ARM_DMA_USE_IOMMU=y
CONFIG_OMAP_IOMMU=y
CONFIG_ROCKCHIP_IOMMU=y
CONFIG_DRM_ROCKCHIP=y
`
    const config = { source: 'multi.config', text }
    const answer = checkBoard(veyron, { ...plainRequest, kernel: 'v3.19', config })
    if (!answer.ok) throw new Error()
    const vop = answer.report.devices.find((d) => d.path === '/vop@ff930000')
    expect(vop?.verdict).toBe('probe-error')
    expect(
      answer.report.diagnostics.some((d) => d.message.includes('-EBUSY, omap-iommu has the bus')),
    ).toBe(true)
  })

  it('reaches no buffer through a window that RAM lies outside of', () => {
    const dts = `/dts-v1/; / { compatible = "x"; #address-cells = <1>; #size-cells = <1>;
      memory@80000000 { device_type = "memory"; reg = <0x80000000 0x10000000>; };
      soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
        dma-ranges = <0 0 0x10000000>;
        m: master@1000 { compatible = "dmaplumb,generic-master"; reg = <0x1000 4>; }; }; };`
    const board = { source: 'window.dts', tree: treeOf('window.dts', dts) }
    const answer = checkBoard(board, { ...plainRequest, kernel: 'v3.19' })
    expect(answer.ok && answer.report.devices[0]?.verdict).toBe('unreachable')
  })

  it('follows the offset that dma-ranges gives', () => {
    const dts = `/dts-v1/; / { compatible = "x"; #address-cells = <1>; #size-cells = <1>;
      memory@80000000 { device_type = "memory"; reg = <0x80000000 0x10000000>; };
      soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
        dma-ranges = <0 0x80000000 0x10000000>;
        m: master@1000 { compatible = "dmaplumb,generic-master"; reg = <0x1000 4>; }; }; };`
    const board = { source: 'offset.dts', tree: treeOf('offset.dts', dts) }
    for (const kernel of ['v3.18', 'v3.19']) {
      const answer = checkBoard(board, { ...plainRequest, kernel })
      expect(answer.ok && answer.report.devices[0]?.verdict).toBe('ok')
      expect(answer.ok && answer.report.devices[0]?.dma?.limit).toBe('0xfffffff')
    }
  })

  it('prints the same bytes twice', () => {
    const once = JSON.stringify(
      checkBoard(builtIn('koelsch'), { ...plainRequest, kernel: 'v3.19+drivers' }),
    )
    const twice = JSON.stringify(
      checkBoard(builtIn('koelsch'), { ...plainRequest, kernel: 'v3.19+drivers' }),
    )
    expect(twice).toBe(once)
  })
})
