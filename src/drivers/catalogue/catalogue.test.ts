import { describe, expect, it } from 'vitest'
import { changes, findChange } from '../../policy/changes.ts'
import { finalReleases, isIn } from '../../policy/releases.ts'
import { availabilityOf } from './availability.ts'
import { catalogue, catalogueRow } from './catalogue.ts'
import { iommuUseIn } from './iommu-use.ts'
import { catalogueFor, catalogueMatches } from './match.ts'

describe('catalogue rows', () => {
  it('name releases that exist, and say what they were read from', () => {
    for (const row of catalogue) {
      for (const r of [row.since, row.sinceEarliest, row.sinceViaFallback, row.driverSince]) {
        if (r !== undefined && r !== null) expect(finalReleases).toContain(r)
      }
      for (const [from] of row.iommuUseFrom ?? []) expect(finalReleases).toContain(from)
      expect(row.source).not.toBe('')
      // Ids made from it stand in kernel specs, where these are operators.
      expect(row.compatible).not.toMatch(/[+~\s]/)
    }
  })

  it('have a release, a string that binds instead, or no driver', () => {
    for (const row of catalogue.filter((r) => r.driver !== null)) {
      const known = row.since !== null || row.sinceViaFallback !== undefined
      expect([row.compatible, known]).toEqual([row.compatible, true])
      expect([row.compatible, row.archetype !== null || row.role === 'parent']).toEqual([
        row.compatible,
        true,
      ])
    }
  })

  it('have masks that are bit counts, or limits above them', () => {
    for (const { mask } of catalogue) {
      if (mask === null) continue
      expect(mask <= 64 ? mask >= 32 : mask > 0x8000_0000).toBe(true)
    }
    expect(catalogueRow('qcom,sdm845-venus-v2')?.mask).toBe(0xdfff_ffff)
  })

  it('fall back on strings of the catalogue with the release said there', () => {
    for (const row of catalogue) {
      const by = row.matchedBy
      if (by === undefined || by.endsWith('*')) continue
      expect([row.compatible, catalogueRow(by)?.since]).toEqual([
        row.compatible,
        row.sinceViaFallback,
      ])
    }
  })

  it('cover the boards of the founding story', () => {
    expect(catalogueRow('rockchip,rk3288-vop')).toMatchObject({
      role: 'master',
      archetype: 'scanout',
      since: 'v3.19',
      component: 'rockchip,display-subsystem',
    })
    expect(catalogueRow('ti,omap3-isp')).toMatchObject({ since: 'v4.1', driverSince: 'v3.18' })
    expect(catalogueRow('renesas,vsp1')).toMatchObject({ since: 'v3.18', iommuUse: 'dma-api' })
    expect(catalogueRow('qcom,dwc3')?.populates).toBe(true)
    expect(catalogueRow('arm,pl330')?.bus).toBe('amba')
    expect(catalogueRow('qcom,pcie-sdm845')?.pci).toBe(true)
  })
})

describe('matching a node', () => {
  it('takes the first string with a driver', () => {
    const match = catalogueFor(['vendor,unknown', 'rockchip,rk3288-vop'])
    expect(match).toMatchObject({ compatible: 'rockchip,rk3288-vop', since: 'v3.19' })
    expect(catalogueFor(['vendor,unknown'])).toBeNull()
    expect(catalogueFor(['simple-bus'])).toBeNull()
    expect(catalogueFor([])).toBeNull()
  })

  it('binds by the fallback where no match table has the string', () => {
    const match = catalogueFor(['qcom,sc7180-dwc3', 'qcom,dwc3'])
    expect(match?.row.compatible).toBe('qcom,sc7180-dwc3')
    expect(match).toMatchObject({ compatible: 'qcom,dwc3', since: 'v3.18' })
    expect(catalogueFor(['qcom,sc7180-dwc3'])).toBeNull()
  })

  it('waits for a driver that knows the chip', () => {
    const match = catalogueFor(['qcom,adreno-630.2', 'qcom,adreno'])
    expect(match).toMatchObject({ compatible: 'qcom,adreno', since: 'v4.19' })
    expect(catalogueFor(['qcom,adreno-306.0', 'qcom,adreno'])?.since).toBe('v4.11')
  })

  it('binds by a family of strings', () => {
    expect(catalogueFor(['ti,sysc-omap4', 'ti,sysc'])).toMatchObject({
      compatible: 'ti,sysc-omap4',
      since: 'v4.15',
    })
  })

  it('lets an older kernel bind by a later string', () => {
    const list = ['qcom,sdm845-smmu-500', 'arm,mmu-500']
    expect(catalogueMatches(list).map((m) => m.compatible)).toEqual(list)
    const old = catalogueFor(list, (m) => isIn(m.since, 'v3.19') === true)
    expect(old?.compatible).toBe('arm,mmu-500')
    expect(catalogueFor(list, () => false)?.compatible).toBe('qcom,sdm845-smmu-500')
  })
})

describe('IOMMU use by release', () => {
  it('is that of the era', () => {
    const vop = catalogueRow('rockchip,rk3288-vop')!
    expect(iommuUseIn(vop, 'v3.19-rc5')).toBe('arm-mapping')
    expect(iommuUseIn(vop, 'v4.10')).toBe('arm-mapping')
    expect(iommuUseIn(vop, 'v4.11')).toBe('own-domain')
    expect(iommuUseIn(catalogueRow('nvidia,tegra124-dc')!, 'v3.18')).toBe('dma-api')
    expect(iommuUseIn(catalogueRow('renesas,vsp1')!, 'v6.1')).toBe('dma-api')
  })
})

describe('availability', () => {
  const of = (compatibles: string[], root: string[] = []) =>
    availabilityOf(catalogueFor(compatibles)!, root)

  it('is an explicit change where there is one', () => {
    expect(of(['rockchip,rk3288-vop'])).toEqual({ id: 'rockchip-drm', also: [], implied: null })
    expect(of(['rockchip,display-subsystem']).id).toBe('rockchip-drm')
    expect(of(['ti,omap3-isp']).id).toBe('omap3isp-dt')
    expect(of(['nvidia,tegra124-mc']).id).toBe('tegra-mc-smmu')
  })

  it('is board data for Koelsch and the match entry elsewhere', () => {
    expect(of(['renesas,ipmmu-r8a7791', 'renesas,ipmmu-vmsa']).id).toBe('ipmmu-dt')
    expect(of(['renesas,ipmmu-vmsa'], ['renesas,koelsch', 'renesas,r8a7791']).id).toBe(
      'koelsch-ipmmu-data',
    )
  })

  it('adds the glue that Exynos lacks', () => {
    const exynos = of(['samsung,exynos-sysmmu'])
    expect(exynos.id).toBe('driver:samsung,exynos-sysmmu')
    expect(exynos.also).toEqual(['exynos-sysmmu-notifier'])
    expect(exynos.implied?.release).toBe('v3.18')
  })

  it('is implied elsewhere, by the string that binds', () => {
    const { id, implied } = of(['qcom,sc7180-dwc3', 'qcom,dwc3'])
    expect(id).toBe('driver:qcom,dwc3')
    expect(implied).toMatchObject({ id, kind: 'availability', release: 'v3.18', sets: {} })
    expect(of(['rockchip,rk3288-vpu']).implied?.release).toBe('v5.0')
    expect(of(['qcom,adreno-630.2', 'qcom,adreno']).id).toBe('driver:qcom,adreno-630.2')
  })

  it('never requires a change of a later release, and names changes that exist', () => {
    for (const row of catalogue.filter((r) => r.driver !== null)) {
      const match = catalogueFor([row.compatible, row.matchedBy?.replace('*', 'x') ?? ''])!
      const { id, also, implied } = availabilityOf(match)
      for (const other of [...also, ...(implied === null ? [id] : implied.requires)]) {
        expect(findChange(other)?.kind).toBe('availability')
      }
      for (const other of implied?.requires ?? []) {
        expect(isIn(findChange(other)?.release ?? null, implied?.release as string)).toBe(true)
      }
      expect(changes.some((c) => c.id === implied?.id)).toBe(false)
    }
  })
})
