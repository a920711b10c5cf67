import { describe, expect, it } from 'vitest'
import { layoutOf } from '../layout.ts'
import { replayFamilies } from '../replay/families.ts'
import { appleDart1 } from './apple-dart.ts'
import { armLpaeS1, armLpaeS1For32 } from './arm-lpae-s1.ts'
import { armLpaeS2, armLpaeS2For32 } from './arm-lpae-s2.ts'
import { armMaliLpae } from './arm-mali-lpae.ts'
import { armV7s } from './arm-v7s.ts'
import type { IoPgtableConfig } from './io-pgtable.ts'

const all4k = [12, 21, 30]
const config = (more: Partial<IoPgtableConfig>): IoPgtableConfig => ({
  sizes: all4k,
  ias: 40,
  oas: 40,
  quirks: [],
  coherentWalk: true,
  ...more,
})

describe('what io-pgtable makes of a configuration', () => {
  it('takes the granule of the CPU page size, then the largest below, then the smallest above', () => {
    const every = [12, 14, 16, 21, 25, 29, 30]
    const granule = (cpuPageLg2: number, sizes: readonly number[]) =>
      armLpaeS1(config({ sizes, cpuPageLg2 }))?.sizes[0]
    expect([granule(12, every), granule(14, every), granule(16, every)]).toEqual([12, 14, 16])
    expect(granule(16, [12, 14, 21])).toBe(14)
    expect(granule(12, [14, 16, 25])).toBe(14)
    expect(granule(12, [13])).toBe(undefined)
    expect(granule(12, [])).toBe(undefined)
  })

  it('sizes the root by the input width', () => {
    const shape = (ias: number) => {
      const { start_level, pgd_bits } = armLpaeS1(config({ ias }))?.registers(0, false) ?? {}
      return [start_level, pgd_bits]
    }
    expect([32, 39, 40, 48].map(shape)).toEqual([
      [1, 2],
      [1, 9],
      [0, 1],
      [0, 9],
    ])
  })

  it('puts up to 16 stage-2 tables side by side instead of a level above them', () => {
    const start = (ias: number) => armLpaeS2(config({ ias }))?.registers(0, false).start_level
    expect([39, 40, 43, 44].map(start)).toEqual([1, 1, 1, 0])
    expect(armLpaeS2(config({ ias: 43 }))?.registers(0, false).root_table_bytes).toBe(16 * 4096)
  })

  it('gives Mali four levels always', () => {
    for (const ias of [24, 32, 39, 48]) {
      expect(armMaliLpae(config({ ias }))?.format.levels.length).toBe(4)
    }
  })

  it('gives 64 KiB tables 52 bits, and 4 TiB blocks only beyond 48', () => {
    const sizes = [16, 29, 42]
    expect(armLpaeS1(config({ sizes, ias: 52, oas: 52 }))?.sizes).toEqual(sizes)
    expect(armLpaeS1(config({ sizes, ias: 52, oas: 48 }))?.sizes).toEqual([16, 29])
    expect(armLpaeS1(config({ ias: 52, oas: 52 }))).toMatchObject({ ias: 48, oas: 48 })
  })

  it('refuses what the kernel refuses', () => {
    const refused = [
      armLpaeS1(config({ oas: 41 })),
      armLpaeS1(config({ quirks: ['NO_PERMS'] })),
      armLpaeS1(config({ quirks: ['ARM_OUTER_WBWA'] })),
      armLpaeS1For32(config({ ias: 33 })),
      armLpaeS1For32(config({ sizes: [14, 25], ias: 32 })),
      armLpaeS2(config({ quirks: ['ARM_NS'] })),
      armLpaeS2For32(config({ ias: 41 })),
      armMaliLpae(config({ oas: 41 })),
      armMaliLpae(config({ quirks: ['ARM_NS'] })),
      armV7s(config({ ias: 33, oas: 32 })),
      armV7s(config({ ias: 32, oas: 32, quirks: ['ARM_MTK_EXT'] })),
      armV7s(config({ ias: 32, oas: 32, quirks: ['NO_PERMS', 'ARM_MTK_TTBR_EXT'] })),
      appleDart1(config({ sizes: [14], ias: 32, oas: 36, coherentWalk: false })),
      appleDart1(config({ sizes: [12, 14], ias: 32, oas: 36 })),
      appleDart1(config({ sizes: [12], ias: 33, oas: 36 })),
      appleDart1(config({ sizes: [14], ias: 32, oas: 40 })),
    ]
    expect(refused).toEqual(refused.map(() => null))
  })

  it('selects the upper half with ARM_TTBR1', () => {
    const made = armLpaeS1(config({ ias: 48, oas: 48, quirks: ['ARM_TTBR1'] }))
    expect(made?.format.upperHalf).toBe(true)
    expect(made?.registers(0, false)).toMatchObject({ tcr: { tg: 2 } })
  })

  it('keeps the artefact in MAIR to those who ask for it', () => {
    const made = armLpaeS1(config({}))
    expect(made?.registers(0, false).mair).toBe('0xf404ff44')
    expect(made?.registers(0, true).mair).toBe('0xfffffffff404ff44')
  })

  it('never throws, whatever it is asked for', () => {
    const quirkSets = [[], ['ARM_NS'], ['ARM_TTBR1'], ['NO_PERMS'], ['NO_PERMS', 'ARM_MTK_EXT']]
    for (const family of replayFamilies) {
      for (const sizes of [[], [0], [12], [14], [16], [63], all4k, [12, 16, 20, 24]]) {
        for (const quirks of quirkSets) {
          for (const ias of [0, 1, 12, 20, 21, 34, 52, 53, 64]) {
            for (const oas of [0, 32, 36, 42, 52, 64]) {
              const asked = config({ sizes, ias, oas, quirks })
              const run = () => {
                const made = family.prepare(asked, 0x8000_0000, true)
                if (made !== null) layoutOf(made.format)
              }
              expect(run, family.name).not.toThrow()
            }
          }
        }
      }
    }
  })
})
