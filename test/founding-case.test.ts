import { describe, expect, it } from 'vitest'
import { bisectBoard } from '../src/analysis/bisect.ts'
import { builtIn, disable, judge, master, plainRequest, verdictsOf } from './support.ts'

const STORY = ['v3.18+drivers', 'v3.19-rc5+drivers', 'v3.19+drivers'] as const

function across(board: string, device: string, kernels: readonly string[] = STORY): string[] {
  return kernels.map((k) => master(judge(builtIn(board), k), device).verdict)
}

describe('the founding case', () => {
  it.each([
    ['veyron', 'ff930000.vop'],
    ['veyron', 'ff940000.vop'],
    ['n900', '480bc000.isp'],
    ['koelsch', 'fe928000.vsp1'],
    ['koelsch', 'feb00000.display'],
    ['koelsch', 'e6ef0000.video'],
    ['odroid-xu3', '14450000.mixer'],
    ['odroid-xu3', '11c00000.rotator'],
  ])('%s %s works on v3.18, faults on v3.19-rc5 and works on v3.19', (board, device) => {
    expect(across(board, device)).toEqual(['ok', 'fault', 'ok'])
  })

  it('works on v3.19-rc5 without the change that broke it', () => {
    for (const [board, device] of [
      ['veyron', 'ff930000.vop'],
      ['n900', '480bc000.isp'],
      ['koelsch', 'fe928000.vsp1'],
      ['odroid-xu3', '14450000.mixer'],
    ] as const) {
      const kernel = 'v3.19-rc5+drivers~arm-plumb-arch-setup-dma-ops'
      expect(across(board, device, [kernel])).toEqual(['ok'])
    }
  })

  it('bisects every board to the change that removed set_dma_ops() from attach', () => {
    for (const name of ['veyron', 'n900', 'koelsch', 'odroid-xu3']) {
      const answer = bisectBoard(builtIn(name), null, STORY[0], STORY[1], plainRequest)
      if (!answer.ok) throw new Error(answer.diagnostics[0]?.message)
      expect(answer.report.change.id).toBe('arm-plumb-arch-setup-dma-ops')
      expect(answer.report.change.commit).toBe('4bb25789ed28')
      expect(answer.report.steps.at(-1)?.verdict).toBe('fault')
    }
  })

  it('accepts every kernel that a bisection reports as one of its own', () => {
    const board = builtIn('veyron')
    const answer = bisectBoard(board, null, STORY[0], STORY[1], plainRequest)
    if (!answer.ok) throw new Error(answer.diagnostics[0]?.message)
    for (const { kernel, verdict } of answer.report.steps) {
      expect(master(judge(board, kernel), 'ff930000.vop').verdict).toBe(verdict)
    }
  })

  it('never knew an IOMMU owner on Exynos, so attaching is a BUG on all three kernels', () => {
    const kernels = STORY.map((k) => `${k}~exynos-sysmmu-notifier`)
    expect(across('odroid-xu3', '14450000.mixer', kernels)).toEqual(Array(3).fill('probe-error'))
    const judged = master(judge(builtIn('odroid-xu3'), kernels[0] as string), '14450000.mixer')
    expect(judged.device?.state).toBe('failed')
    expect(judged.reason).toContain('has_sysmmu')
  })

  it('leaves Exynos display plain and working where CONFIG_DRM_EXYNOS_IOMMU is off', () => {
    const text = `CONFIG_ARM=y
CONFIG_ARM_DMA_USE_IOMMU=y
CONFIG_EXYNOS_IOMMU=y
CONFIG_DRM_EXYNOS_HDMI=y
CONFIG_DRM_EXYNOS_MIXER=y
# CONFIG_DRM_EXYNOS_IOMMU is not set
`
    for (const kernel of ['v3.18', 'v3.19-rc5', 'v3.19']) {
      const judgement = judge(builtIn('odroid-xu3'), kernel, {
        config: { source: '.config', text },
      })
      expect(master(judgement, '14450000.mixer').verdict).toBe('ok')
    }
  })

  it('programs one SysMMU a master, so a blitter with two writes astray', () => {
    expect(across('odroid-xu3', '10850000.g2d', ['v3.18+drivers', 'v3.19+drivers'])).toEqual([
      'corrupt',
      'corrupt',
    ])
  })

  it('claims nothing on the plain releases for what they cannot bind', () => {
    const vop = master(judge(builtIn('veyron'), 'v3.18'), 'ff930000.vop')
    expect([vop.verdict, vop.notExercised]).toEqual(['not-exercised', 'no-driver'])
    expect(vop.reason).toContain('rockchip-drm enters in v3.19-rc1')
    for (const kernel of ['v3.18', 'v3.19-rc5', 'v3.19']) {
      const isp = master(judge(builtIn('n900'), kernel), '480bc000.isp')
      expect([isp.verdict, isp.notExercised]).toEqual(['not-exercised', 'no-binding'])
    }
  })

  it('refuses to bisect from a kernel on which the device was not exercised', () => {
    const answer = bisectBoard(
      builtIn('veyron'),
      'ff930000.vop',
      'v3.18',
      'v3.19-rc5',
      plainRequest,
    )
    expect(answer.ok).toBe(false)
    expect(answer.ok ? '' : answer.diagnostics.at(-1)?.message).toContain(
      'not exercised on the good',
    )
  })

  it('runs the clients of Koelsch plain where nobody gives the IPMMU its board data', () => {
    for (const kernel of ['v3.18', 'v3.19-rc5', 'v3.19']) {
      const judgement = judge(builtIn('koelsch'), kernel)
      expect(verdictsOf(judgement)['fe928000.vsp1']).toBe('ok')
      expect(master(judgement, 'fe928000.vsp1').assumed).toEqual([])
    }
  })

  it('marks what a verdict assumed', () => {
    const { masters } = judge(builtIn('veyron'), 'v3.18+drivers')
    const vop = masters.find((m) => m.name === 'ff930000.vop')
    expect(vop?.assumed).toEqual(['rockchip-iommu', 'rockchip-drm'])
    expect(master(judge(builtIn('n900'), 'v3.19+drivers'), '480bc000.isp').assumed).toEqual([
      'omap3isp-dt',
    ])
    expect(master(judge(builtIn('koelsch'), 'v3.19+drivers'), 'fe928000.vsp1').assumed).toEqual([
      'koelsch-ipmmu-data',
    ])
  })
})

describe('an inverted verdict', () => {
  it('finds a VOP with a disabled MMU ok on v3.19-rc5 and corrupt on v3.19', () => {
    const board = builtIn('veyron', disable('vopb_mmu'))
    const kernels = ['v3.19-rc5+drivers', 'v3.19+drivers']
    const verdicts = kernels.map((k) => master(judge(board, k), 'ff930000.vop').verdict)
    expect(verdicts).toEqual(['ok', 'corrupt'])
    // The other VOP's MMU is enabled: it goes the usual way.
    expect(kernels.map((k) => master(judge(board, k), 'ff940000.vop').verdict)).toEqual([
      'fault',
      'ok',
    ])
  })
})
