/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FormatSpec } from '../../src/pagetable/contract.ts'
import { armLpaeS1 } from '../../src/pagetable/formats/arm-lpae-s1-32.ts'
import { exynosV1Prot } from '../../src/pagetable/formats/exynos-v1.ts'
import { omap2 } from '../../src/pagetable/formats/omap2.ts'
import { rockchipV1 } from '../../src/pagetable/formats/rockchip-v1.ts'
import { agrees, replay, type Replay, type Vector } from './pagetable-vectors.ts'

const folder = new URL('../../../shared/data/vectors/', import.meta.url)

/** How vectors of one kind are replayed, and how many must agree out of how many. */
interface Row {
  file: string
  kind: string
  format(vector: Vector): FormatSpec
  agree: number
  of: number
  /** Vectors that disagree on purpose, and why. */
  argued: Readonly<Record<string, string>>
  /** True when the recorded invalidations are compared too. */
  tlb: boolean
}

const rows: readonly Row[] = [
  {
    file: 'rockchip',
    kind: 'rockchip_v1',
    format: () => rockchipV1,
    agree: 4,
    of: 4,
    argued: {},
    tlb: false,
  },
  { file: 'omap', kind: 'omap', format: () => omap2, agree: 6, of: 6, argued: {}, tlb: false },
  {
    file: 'exynos',
    kind: 'exynos_v1',
    format: () => exynosV1Prot,
    agree: 6,
    of: 6,
    argued: {},
    tlb: false,
  },
  {
    file: 'arm_32_lpae_s1',
    kind: 'arm_32_lpae_s1',
    format: ({ cfg, format }) =>
      armLpaeS1({
        id: format,
        iovaBits: cfg.ias,
        outputBits: cfg.oas,
        nonSecure: cfg.quirks?.includes('ARM_NS') === true,
        coherentWalk: cfg.coherent_walk !== false,
      }),
    agree: 42,
    of: 43,
    argued: {
      '32-32-nc/unaligned-passthrough':
        'io-pgtable checks no alignment, the IOMMU core does; the engine refuses with -EINVAL',
    },
    tlb: true,
  },
]

/** [format, what, address, prot bits, value]: single words as the kernel's helpers make them. */
type Encoding = [string, string, string, number, string]

function read(file: string): { vectors: Vector[]; encodings?: { rows: Encoding[] } } {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${file}.json.gz`, folder))).toString())
}

function vectorsOf(row: Row): Vector[] {
  return read(row.file).vectors.filter((v) => v.format === row.kind)
}

describe.skipIf(!existsSync(folder))('measured vectors (skipped: ../shared is not there)', () => {
  for (const row of rows) {
    it(`${row.file}: ${row.agree} of ${row.of} agree on returns, leaves, tables and iova_to_phys`, () => {
      const different: Record<string, Replay> = {}
      let agree = 0
      const vectors = vectorsOf(row)
      for (const vector of vectors) {
        const result = replay(vector, row.format(vector))
        expect(result.leakedTables, vector.name).toBe(0)
        if (row.tlb && row.argued[vector.name] === undefined) {
          expect(result.tlb, `${vector.name}: invalidations`).toEqual([])
        }
        if (agrees(result)) agree++
        else if (row.argued[vector.name] === undefined) different[vector.name] = result
      }
      expect(different).toEqual({})
      expect([agree, vectors.length]).toEqual([row.agree, row.of])
    })
  }

  it('rockchip: every single word that was measured', () => {
    const [dte, pte] = [rockchipV1.levels[0]?.table, rockchipV1.levels[1]?.leaves[0]]
    if (dte === null || dte === undefined || pte === undefined) throw new Error('two levels')
    const rows = (read('rockchip').encodings?.rows ?? []).filter(([f]) => f === 'rockchip_v1')
    expect(rows.length).toBeGreaterThan(100)
    for (const [, what, address, bits, value] of rows) {
      const at = Number(address)
      const prot = { read: (bits & 1) !== 0, write: (bits & 2) !== 0 }
      const got = {
        dte: () => dte.word.encode(dte.fields, at).lo,
        pte: () => pte.word.encode(pte.attributes(prot), at).lo,
        entry_to_address: () => pte.word.address(at),
      }[what]
      expect(got?.(), `${what} ${address} ${bits}`).toBe(Number(value))
    }
  })
})
