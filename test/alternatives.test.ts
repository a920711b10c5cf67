/** The alternatives of the thread, executed: who is saved by which, and at what cost. */
import { describe, expect, it } from 'vitest'
import { builtIn, judge, master } from './support.ts'

const OPTIONS = {
  none: '',
  optIn: '+opt-in-iommu-dma',
  ignore: '+dma-mapping-ignore-iommu',
  flag: '+prevent-dma-configure',
  teardown: '+explicit-teardown-in-clients',
  restored: '+arm-attach-sets-dma-ops',
} as const

type Option = keyof typeof OPTIONS

/** One driver of each class, and the port of its IOMMU. */
const CLASSES = {
  'client attaches (VOP)': ['veyron', 'ff930000.vop', 'port-rockchip-creation-time'],
  'client attaches (ISP)': ['n900', '480bc000.isp', 'port-omap-creation-time'],
  'client attaches (mixer)': ['odroid-xu3', '14450000.mixer', 'port-exynos-creation-time'],
  'IOMMU driver attaches': ['koelsch', 'fe928000.vsp1', 'port-ipmmu-creation-time'],
  'raw user': ['classes', '10030000.core', 'port-rockchip-creation-time'],
  'never heard of an IOMMU': ['classes', '10010000.master', 'port-rockchip-creation-time'],
} as const

type DriverClass = keyof typeof CLASSES

function outcome(kernel: string, of: DriverClass, option: Option, ported: boolean): string {
  const [board, device, port] = CLASSES[of]
  const spec = `${kernel}${ported ? `+${port}` : ''}${OPTIONS[option]}`
  const judgement = judge(builtIn(board), spec)
  const judged = master(judgement, device)
  const leaks = judged.device === null ? [] : (judgement.machine.arm?.leaks(judged.device) ?? [])
  return leaks.length > 0 ? `${judged.verdict}, leak` : judged.verdict
}

function row(
  kernel: string,
  of: DriverClass,
  ported: boolean,
  options: readonly Option[],
): string[] {
  return options.map((option) => outcome(kernel, of, option, ported))
}

describe('on v3.19-rc5 as it was, no IOMMU driver has of_xlate', () => {
  const all: Option[] = ['none', 'optIn', 'ignore', 'flag', 'teardown', 'restored']

  it.each<DriverClass>([
    'client attaches (VOP)',
    'client attaches (ISP)',
    'client attaches (mixer)',
    'IOMMU driver attaches',
  ])('%s: only the opt-in and the restored set_dma_ops() help', (of) => {
    expect(row('v3.19-rc5+drivers', of, false, all)).toEqual([
      'fault',
      'ok',
      'fault',
      'fault',
      'fault',
      'ok',
    ])
  })

  it.each<DriverClass>(['raw user', 'never heard of an IOMMU'])('%s: nothing was broken', (of) => {
    expect(row('v3.19-rc5+drivers', of, false, all)).toEqual(Array(6).fill('ok'))
  })
})

describe('on v3.19 with the IOMMU driver ported to creation time', () => {
  const options: Option[] = ['none', 'optIn', 'ignore', 'flag', 'teardown']

  it('lets a VOP and an ISP work by luck, leaking the automatic mapping; each alternative cures it', () => {
    for (const of of ['client attaches (VOP)', 'client attaches (ISP)'] as const) {
      expect(row('v3.19+drivers', of, true, options)).toEqual(['ok, leak', 'ok', 'ok', 'ok', 'ok'])
    }
  })

  it('fails the Exynos mixer with -EBUSY unless the automatic mapping goes first', () => {
    const of = 'client attaches (mixer)'
    expect(row('v3.19+drivers', of, true, options)).toEqual(['probe-error', 'ok', 'ok', 'ok', 'ok'])
    const judged = master(
      judge(builtIn('odroid-xu3'), 'v3.19+drivers+port-exynos-creation-time'),
      '14450000.mixer',
    )
    expect(judged.reason).toContain('-EBUSY')
  })

  it('breaks IPMMU clients whose one context the last attach takes; only the opt-in spares them', () => {
    const of = 'IOMMU driver attaches'
    expect(row('v3.19+drivers', of, true, options)).toEqual([
      'fault',
      'ok',
      'fault',
      'fault',
      'fault',
    ])
  })

  it('leaves raw users and plain drivers working', () => {
    for (const of of ['raw user', 'never heard of an IOMMU'] as const) {
      expect(row('v3.19+drivers', of, true, options)).toEqual(Array(5).fill('ok'))
    }
  })
})

describe('configuring at probe time without the guard that came later', () => {
  it('replaces the IOMMU operations that add_device had set, so the flag breaks Koelsch on v3.19', () => {
    expect(outcome('v3.19+drivers', 'IOMMU driver attaches', 'flag', false)).toBe('fault')
  })
})
