/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { replayFile, type ReplayOutcome } from '../../src/pagetable/replay/replay.ts'

const folder = new URL('../../../shared/data/vectors/', import.meta.url)

/** Vectors and cases that each file has; all of them agree. */
const counts: Readonly<Record<string, number>> = {
  amd_v1: 8,
  apple_dart: 50,
  arm_32_lpae_s1: 43,
  arm_32_lpae_s2: 43,
  'arm_64_lpae_s1.hand': 117,
  'arm_64_lpae_s1.random': 18,
  'arm_64_lpae_s2.hand': 70,
  'arm_64_lpae_s2.random': 13,
  arm_mali_lpae: 59,
  'arm_v7s.hand': 79,
  'arm_v7s.random': 14,
  cfg_matrix: 1998,
  exynos: 11,
  granule_selection: 38,
  intel_vtd: 23,
  iommu_core: 11,
  iommu_pgsize: 726,
  omap: 6,
  rockchip: 827,
  sun50i: 390,
  tegra_smmu: 140,
}

const signOfMair = 'result.mair "0xf404ff44", expected "0xfffffffff404ff44"'

function read(file: string): unknown {
  const bytes = readFileSync(new URL(`${file}.json.gz`, folder))
  return JSON.parse(gunzipSync(bytes).toString()) as unknown
}

function outcomes(file: string, correct: boolean): ReplayOutcome[] {
  return [...replayFile(read(file), { correct })]
}

describe.skipIf(!existsSync(folder))('measured vectors (skipped: ../shared is not there)', () => {
  for (const [file, count] of Object.entries(counts)) {
    it(`${file}: all ${count} agree`, () => {
      const all = outcomes(file, false)
      const different = all.filter((o) => o.disagreements.length + o.diagnostics.length > 0)
      expect(different.map((o) => [o.label, o.disagreements.slice(0, 3), o.diagnostics])).toEqual(
        [],
      )
      expect(all.length).toBe(count)
    })
  }

  it('knows every file but that of the IOVA allocators', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json.gz'))
    const named = files.map((name) => name.replace('.json.gz', '')).filter((n) => n !== 'iova')
    expect(named.sort()).toEqual(Object.keys(counts).sort())
  })

  it('records what the drivers told the hardware, and all of it is compared', () => {
    for (const [file, keys] of [
      ['rockchip', ['zap']],
      ['amd_v1', ['mode', 'flush_pde', 'device_table_updates']],
    ] as const) {
      for (const key of keys) {
        const document = read(file) as { vectors: { ops: Record<string, unknown>[] }[] }
        const touched = document.vectors.flatMap((v) => v.ops).filter((op) => key in op)
        for (const op of touched) op[key] = 'something else'
        const found = [...replayFile(document)].flatMap((o) => o.disagreements)
        expect(found.length).toBe(touched.length)
        expect(found.every((text) => text.includes(`: ${key} `))).toBe(true)
      }
    }
  })

  it('with the defects off, the vectors with a defect differ, and no other', () => {
    const differing: string[] = []
    for (const file of Object.keys(counts)) {
      for (const { label, disagreements } of outcomes(file, true)) {
        const others = disagreements.filter((text) => text !== signOfMair)
        if (others.length > 0) differing.push(label)
      }
    }
    const file = read('arm_v7s.hand') as { vectors: { name: string; tags?: string[] }[] }
    const tagged = file.vectors.filter((v) => v.tags?.includes('kernel-bug-v7s-split'))
    expect(tagged.length).toBe(5)
    expect(differing).toEqual(tagged.map((v) => v.name))
  })

  it('with the defects off, every stage 1 differs in the upper half of MAIR', () => {
    for (const { label, disagreements } of outcomes('arm_64_lpae_s1.hand', true)) {
      expect(disagreements, label).toEqual([signOfMair])
    }
  })
})
