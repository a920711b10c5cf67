import { describe, expect, it } from 'vitest'
import { defaultBuses, skippedCompatibles } from './bus-table.ts'
import { changes, findChange } from './changes.ts'
import {
  finalReleases,
  findRelease,
  isIn,
  laterRelease,
  modelledReleases,
  newestRelease,
  releaseHas,
} from './releases.ts'

const idsOf = (release: string) =>
  changes.filter((change) => releaseHas(change, release)).map((change) => change.id)

describe('releases', () => {
  it('are modelled oldest first, and v3.19 is the newest', () => {
    expect(modelledReleases.map((r) => r.name)).toEqual(['v3.18', 'v3.19-rc5', 'v3.19'])
    expect(newestRelease).toBe('v3.19')
    expect(findRelease('v3.19-rc5')?.candidateOf).toBe('v3.19')
    expect(findRelease('v3.19-rc6')).toBeUndefined()
    const dates = modelledReleases.map((r) => r.date)
    expect(dates.toSorted()).toEqual(dates)
  })

  it('are all known by name from v3.18 to v6.18', () => {
    expect(finalReleases.length).toBe(2 + 21 + 20 + 19)
    expect(finalReleases).toContain('v4.20')
    expect(finalReleases.at(-1)).toBe('v6.18')
  })

  it('compare across major numbers', () => {
    expect(isIn('v3.19', 'v4.0')).toBe(true)
    expect(isIn('v4.10', 'v4.9')).toBe(false)
    expect(laterRelease('v4.20', 'v5.0')).toBe('v5.0')
  })

  it('give a candidate what arrives in its release', () => {
    expect(isIn('v3.19', 'v3.19-rc5')).toBe(true)
    expect(isIn('v4.0', 'v3.19-rc5')).toBe(false)
    expect(isIn('v3.18', 'v3.19-rc5')).toBe(true)
  })

  it('say unknown where nobody looked', () => {
    expect(isIn(null, 'v3.19')).toBe('unknown')
    expect(isIn('v5.2', 'v5.1', 'v5.1')).toBe('unknown')
    expect(isIn('v5.2', 'v5.0', 'v5.1')).toBe(false)
    expect(isIn('v5.2', 'v5.2', 'v5.1')).toBe(true)
  })
})

describe('what a release has', () => {
  it('is nothing for v3.18', () => {
    expect(idsOf('v3.18')).toEqual([])
  })

  it('is the series without the fix for v3.19-rc5', () => {
    const ids = idsOf('v3.19-rc5')
    expect(ids).toContain('arm-plumb-arch-setup-dma-ops')
    expect(ids).toContain('rockchip-drm')
    expect(ids).not.toContain('arm-attach-sets-dma-ops')
    expect(ids).not.toContain('arm-teardown-no-iommu')
    expect(ids.length).toBe(15)
  })

  it('is all 17 for v3.19, and no later arrival', () => {
    const ids = idsOf('v3.19')
    expect(ids.length).toBe(17)
    expect(ids).toContain('arm-attach-sets-dma-ops')
    expect(ids).not.toContain('ipmmu-dt')
    expect(ids).not.toContain('prevent-dma-configure')
  })

  it('goes by the number of the candidate', () => {
    const row = findChange('iommu-of-private-list')!
    expect(releaseHas({ ...row, candidate: 'v3.19-rc6' }, 'v3.19-rc5')).toBe(false)
    expect(releaseHas({ ...row, candidate: 'v3.19-rc5' }, 'v3.19-rc5')).toBe(true)
    expect(releaseHas({ ...row, candidate: undefined }, 'v3.19-rc5')).toBe(true)
  })
})

describe('the buses that the core descends into', () => {
  it('are two for v3.19', () => {
    expect(defaultBuses('v3.19')).toEqual(['simple-bus', 'arm,amba-bus'])
    expect(defaultBuses('v4.1')).toContain('simple-mfd')
    expect(defaultBuses('v4.9')).toContain('isa')
    expect(skippedCompatibles('v3.19')).toEqual([])
    expect(skippedCompatibles('v4.18')).toEqual(['operating-points-v2'])
  })
})
