import { describe, expect, it } from 'vitest'
import type { ChangeRow } from '../policy/change.ts'
import { changes, findChange } from '../policy/changes.ts'
import { modelledReleases } from '../policy/releases.ts'
import { changesBetween, kernelSteps } from './between.ts'
import { type Kernel, type ResolveOptions, resolveKernel } from './kernel.ts'

const vpu: ChangeRow = {
  ...findChange('rockchip-iommu')!,
  id: 'driver:rockchip,rk3288-vpu',
  release: 'v5.0',
  candidate: undefined,
  sets: {},
}
const ahci: ChangeRow = { ...vpu, id: 'driver:generic-ahci', release: 'v3.19' }

const rockchip: ResolveOptions = {
  extraChanges: [vpu, ahci],
  neededAvailability: () => ['rockchip-iommu', 'rockchip-drm', 'driver:rockchip,rk3288-vpu'],
}

function kernel(spec: string, options = rockchip): Kernel {
  const resolved = resolveKernel(spec, options)
  expect(resolved.diagnostics.filter((d) => d.severity === 'error')).toEqual([])
  return resolved.kernel as Kernel
}

const refusal = (spec: string, options = rockchip) => {
  const resolved = resolveKernel(spec, options)
  expect(resolved.kernel).toBeNull()
  return resolved.diagnostics.at(-1)!
}

describe('a kernel', () => {
  it('is its release', () => {
    const rc = kernel('v3.19-rc5')
    expect(rc.spec).toBe('v3.19-rc5')
    expect(rc.release).toBe('v3.19-rc5')
    expect(rc.policy.dma.attachSetsOps).toBe(false)
    expect(rc.has('rockchip-drm')).toBe(true)
    expect(rc.has('driver:generic-ahci')).toBe(true)
    expect(rc.has('driver:rockchip,rk3288-vpu')).toBe(false)
    expect(rc.addedByUser).toEqual([])
    expect(rc.config).toBeNull()
    expect(kernel('').release).toBe('v3.19')
  })

  it('has its changes in the order of the table, a driver before the plumbing of its release', () => {
    const ids = kernel('v3.19').changes.map((change) => change.id)
    expect(ids[0]).toBe('driver:generic-ahci')
    expect(ids.slice(1)).toEqual(changes.slice(0, 17).map((change) => change.id))
  })

  it('pulls in what an added change requires', () => {
    const k = kernel('v3.18+arm-plumb-arch-setup-dma-ops')
    expect(k.addedByUser).toEqual([
      'arch-setup-dma-ops',
      'iommu-of-early-init-hook',
      'iommu-ops-of-xlate',
      'of-iommu-configure',
      'of-dma-configure-iommu',
      'arm-plumb-arch-setup-dma-ops',
    ])
    expect(k.policy.dma.attachSetsOps).toBe(false)
    expect(k.policy.boot.ofIommuInit).toBe('never')
  })

  it('expands drivers to what the board needs and the release lacks', () => {
    const k = kernel('v3.18+drivers')
    expect(k.addedByUser).toEqual(rockchip.neededAvailability())
    expect(k.policy.dma.attachSetsOps).toBe(true)
    expect(kernel('v3.19+drivers').addedByUser).toEqual(['driver:rockchip,rk3288-vpu'])
    expect(k.spec).toBe('v3.18+drivers')
  })

  it('leaves out of drivers what something applied conflicts with', () => {
    const clash = { ...vpu, id: 'driver:clash', conflicts: ['rockchip-drm'] }
    const options = {
      extraChanges: [clash],
      neededAvailability: () => ['rockchip-drm', 'driver:clash'],
    }
    expect(kernel('v3.19+drivers', options).addedByUser).toEqual([])
    expect(kernel('v3.18+drivers', options).addedByUser).toEqual(['rockchip-iommu', 'rockchip-drm'])
  })

  it('takes with and without after the steps of the spec', () => {
    const options = { ...rockchip, with: ['drivers'], without: ['rockchip-drm'], cmdline: 'quiet' }
    const k = kernel('v3.18', options)
    expect(k.spec).toBe('v3.18+drivers~rockchip-drm')
    expect(k.has('rockchip-drm')).toBe(false)
    expect(k.addedByUser).toEqual(['rockchip-iommu', 'driver:rockchip,rk3288-vpu'])
    expect(k.removedByUser).toEqual(['rockchip-drm'])
    expect(k.cmdline).toBe('quiet')
    expect(kernel(k.spec).changes).toEqual(k.changes)
  })

  it('takes away what drivers added', () => {
    const k = kernel('v3.18+rockchip-iommu+drivers~drivers')
    expect(k.addedByUser).toEqual(['rockchip-iommu'])
    expect(resolveKernel('v3.18~drivers', rockchip).diagnostics[0]?.severity).toBe('warning')
  })

  it('forgets a removal that is taken back', () => {
    const k = kernel('v3.19~arm-attach-sets-dma-ops+arm-attach-sets-dma-ops')
    expect(k.addedByUser).toEqual([])
    expect(k.removedByUser).toEqual([])
    const twice = kernel('v3.18+rockchip-iommu~rockchip-iommu+rockchip-iommu')
    expect(twice.addedByUser).toEqual(['rockchip-iommu'])
    expect(twice.removedByUser).toEqual([])
  })
})

describe('what is refused or said', () => {
  it('refuses a conflict and names both', () => {
    const d = refusal('v3.19-rc5+opt-in-iommu-dma+prevent-dma-configure')
    expect(d.message).toContain('prevent-dma-configure')
    expect(d.message).toContain('opt-in-iommu-dma')
    expect(d.remedy).toContain('~opt-in-iommu-dma')
  })

  it('refuses to take away what is required and names both', () => {
    const d = refusal('v3.19~arm-plumb-arch-setup-dma-ops')
    expect(d.severity).toBe('error')
    expect(d.message).toContain('arm-plumb-arch-setup-dma-ops')
    expect(d.message).toContain('arm-attach-sets-dma-ops')
    expect(d.message).toContain('arm-teardown-no-iommu')
    expect(kernel('v3.19-rc5~arm-plumb-arch-setup-dma-ops').policy.dma.attachSetsOps).toBe(true)
  })

  it('warns of a removal of what is not there', () => {
    const { kernel: k, diagnostics } = resolveKernel('v3.18~rockchip-drm', rockchip)
    expect(diagnostics.map((d) => d.severity)).toEqual(['warning'])
    expect(k?.spec).toBe('v3.18')
    expect(k?.removedByUser).toEqual([])
  })

  it('notes an addition of what is there', () => {
    const { kernel: k, diagnostics } = resolveKernel('v3.19+rockchip-drm', rockchip)
    expect(diagnostics.map((d) => d.severity)).toEqual(['note'])
    expect(k?.addedByUser).toEqual([])
  })

  it('offers near names for an unknown change', () => {
    const d = refusal('v3.19+arm-plumb-arch-setup-dma-op')
    expect(d.message).toBe('unknown change arm-plumb-arch-setup-dma-op')
    expect(d.remedy).toContain('arm-plumb-arch-setup-dma-ops')
    expect(refusal('v3.19+driver').remedy).toContain('drivers')
    expect(refusal('v3.19~zzzzzz').remedy).toContain('history')
  })
})

describe('every release with every change', () => {
  const cases = modelledReleases.flatMap(({ name }) =>
    changes.flatMap(({ id }) => [`${name}+${id}`, `${name}~${id}`]),
  )
  it.each(cases)('%s folds or is refused', (spec) => {
    const { kernel: k, diagnostics } = resolveKernel(spec, rockchip)
    if (k === null) {
      expect(diagnostics.some((d) => d.severity === 'error')).toBe(true)
      return
    }
    expect(diagnostics.some((d) => d.severity === 'error')).toBe(false)
    const again = kernel(k.spec)
    expect(again.changes).toEqual(k.changes)
    expect(again.spec).toBe(k.spec)
  })
})

describe('between two kernels', () => {
  const text = (k: Kernel) => JSON.stringify(k.policy)

  it('tells what comes and what goes', () => {
    const { add, remove } = changesBetween(kernel('v3.18+drivers'), kernel('v3.19-rc5+drivers'))
    expect(remove).toEqual([])
    expect(add.map((c) => c.id)).toContain('arm-plumb-arch-setup-dma-ops')
    expect(add.map((c) => c.id)).not.toContain('rockchip-drm')
  })

  const pairs = [
    ['v3.18+drivers', 'v3.19-rc5+drivers'],
    ['v3.19+drivers', 'v3.18+drivers'],
    ['v3.19', 'v3.19-rc5+opt-in-iommu-dma'],
    ['v3.19-rc5+prevent-dma-configure', 'v3.19+dma-mapping-ignore-iommu'],
    ['v3.18+port-rockchip-creation-time', 'v3.19-rc5~iommu-of-private-list'],
    ['v3.19', 'v3.19'],
  ] as const
  it.each(pairs)('walks from %s to %s through kernels that resolve', (from, to) => {
    const good = kernel(from)
    const bad = kernel(to)
    const steps = kernelSteps(good, bad)
    let before = good
    for (const { op, change, spec } of steps) {
      const here = kernel(spec)
      // One change at a time, none pulled in.
      const { add, remove } = changesBetween(before, here)
      expect([...add, ...remove]).toEqual([change])
      expect(here.has(change.id)).toBe(op === 'add')
      expect(here.spec).toBe(spec)
      before = here
    }
    expect(before.changes).toEqual(bad.changes)
    expect(text(before)).toBe(text(bad))
  })

  it('starts specs at the good end', () => {
    const steps = kernelSteps(kernel('v3.18+drivers'), kernel('v3.19-rc5+drivers'))
    expect(steps[0]?.spec).toBe('v3.18+drivers+driver:generic-ahci')
    expect(steps.at(-1)?.spec).toMatch(/^v3\.18\+drivers\+driver:generic-ahci\+.*$/)
  })
})
