/** Several IOMMU drivers in one kernel: who gets the platform bus, and what becomes of the others. */
import { describe, expect, it } from 'vitest'
import { EBUSY } from '../../src/base/errno.ts'
import { bootBoard } from '../../src/iommu/board.fixture.ts'
import { iommuDriverModels } from '../../src/iommu/driver-models.ts'
import type { IommuDriverModel } from '../../src/iommu/family.ts'
import { familyRows, v319 } from './iommu-rows.ts'

describe('several IOMMU drivers in one kernel', () => {
  const rows = Object.values(familyRows)
  const nodes = rows.map((row, i) => {
    const [master, mmu] = [(0x1000 + i * 2).toString(16), (0x1001 + i * 2).toString(16)]
    const specifier = [`&mmu${i}`, ...row.stream].join(' ')
    return `master@${master}0000 { compatible = "dmaplumb,master"; reg = <0x${master}0000 0x1000>; iommus = <${specifier}>; };
	mmu${i}: mmu@${mmu}0000 { compatible = "${row.compatible}"; reg = <0x${mmu}0000 0x1000>; #iommu-cells = <${row.cells}>; };`
  })
  const dts = `/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	${nodes.join('\n\t')}
};`
  const bootWith = (ids: readonly string[]) => {
    const models = iommuDriverModels.filter((model) => ids.includes(model.id))
    const board = bootBoard(dts, { models: [...models].reverse(), sets: v319 })
    const bound = (id: string) => {
      const { compatible } = familyRows[id]!
      const device = board.context.core.devices.find((d) => d.node?.compatible.includes(compatible))
      return device?.state === 'bound'
    }
    const owner = board.iommu.opsOf(board.context.core.platform)?.name
    return { board, bound, owner }
  }

  it('lists them in link order', () => {
    expect(iommuDriverModels.map((m) => m.id)).toEqual(['ipmmu', 'omap', 'rockchip', 'exynos'])
  })

  it('gives the bus to the first in link order', () => {
    const { board, bound, owner } = bootWith(['ipmmu', 'omap', 'rockchip', 'exynos'])
    expect(owner).toBe('ipmmu-vmsa')
    expect(board.initcallResult('omap_iommu_init')).toBe(0)
    expect(board.initcallResult('rk_iommu_init')).toBe(-EBUSY)
    expect(board.initcallResult('exynos_iommu_init')).toBe(-EBUSY)
    // omap ignores the refusal and binds; rockchip never registers, exynos unregisters again.
    expect(['ipmmu', 'omap', 'rockchip', 'exynos'].map(bound)).toEqual([true, true, false, false])
  })

  it.each([
    [['omap', 'rockchip'], 'omap-iommu'],
    [['omap', 'exynos'], 'omap-iommu'],
    [['rockchip', 'exynos'], 'rockchip-iommu'],
    [['ipmmu', 'exynos'], 'ipmmu-vmsa'],
    [['exynos'], 'exynos-iommu'],
  ])('of %j gives it to %s', (ids, winner) => {
    expect(bootWith(ids).owner).toBe(winner)
  })

  it('leaves ipmmu without masters where another has the bus', () => {
    const first: IommuDriverModel = {
      ...familyRows.omap!.driver,
      initcalls: (context) =>
        familyRows.omap!.driver.initcalls(context).map((call) => ({ ...call, order: 5 })),
    }
    const board = bootBoard(dts, { models: [first, familyRows.ipmmu!.driver], sets: v319 })
    expect(board.initcallResult('ipmmu_init')).toBe(0)
    expect(board.iommu.opsOf(board.context.core.platform)?.name).toBe('omap-iommu')
    expect(board.iommu.domains.size).toBe(0)
  })
})
