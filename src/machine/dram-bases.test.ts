import { expect, it } from 'vitest'
import { dramBases, dramTable } from './dram-bases.ts'

it('looks the SoC up by the last root string, then by the others', () => {
  expect(dramBases(['google,veyron-jerry', 'rockchip,rk3288'])).toMatchObject({
    soc: 'rockchip,rk3288',
    bases: [0],
    confidence: 'source',
  })
  expect(dramBases(['qcom,sdm845', 'vendor,unknown'])?.soc).toBe('qcom,sdm845')
  expect(dramBases(['vendor,unknown'])).toBeNull()
  expect(dramBases([])).toBeNull()
})

it('has page-aligned bases, one row a SoC, and says how each is known', () => {
  expect(new Set(dramTable.map((row) => row.soc)).size).toBe(dramTable.length)
  for (const { bases, source } of dramTable) {
    expect(bases.length).toBeGreaterThan(0)
    for (const base of bases) expect(base % 4096).toBe(0)
    expect(source).not.toBe('')
  }
  expect(dramBases(['fsl,ls1088a'])?.bases).toEqual([0x8000_0000, 0x80_8000_0000])
})
