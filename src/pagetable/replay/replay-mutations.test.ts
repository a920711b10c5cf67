/**
 * Vectors of every format with values changed at random places: whatever a file holds, the replay
 * answers or tells, and neither throws nor runs away.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { replayFamilies } from './families.ts'
import { replayFile } from './replay.ts'

/** What belongs nowhere, and what belongs elsewhere. */
const odd = [
  ...[null, true, 0, -1, 0.5, 1, 12, 52, 64, 65, 2 ** 20, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308],
  ...['', '0x', '0x0', '-0x1', '0x1000', '0x200000', '0x40000000', '0xfffffffff000', 'READ'],
  ...['0x1fffffffffff000', '0xffffffffffffffff', '0x10000000000000000', '__proto__', 'unmap'],
  ...['tables-above-4G', 'ARM_MTK_TTBR_EXT', 'ARM_MTK_EXT', 'NO_PERMS', 'ARM_TTBR1', 'ARM_NS'],
  ...[[], {}, [[]], [null], ['0x0', 3, '0x1', 2 ** 31, '0x1', '0x1'], { length: 1e9 }],
]

const config = {
  pgsize_bitmap: '0x40201000',
  ias: 32,
  oas: 36,
  quirks: [] as string[],
  coherent_walk: false,
  levels: 4,
  superpage_levels: 2,
}
const configs: Readonly<Record<string, object>> = {
  apple_dart: { pgsize_bitmap: '0x4000', ias: 36, oas: 36, coherent_walk: true },
  apple_dart2: { pgsize_bitmap: '0x4000', ias: 36, oas: 42, coherent_walk: true },
  arm_v7s: { pgsize_bitmap: '0x1111000', oas: 32 },
}
const at = { iova: '0x40000000', paddr: '0x80000000', pgsize: '0x4000', pgcount: 1 }
const prot = ['READ', 'WRITE']

const vectorOf = (format: string) => ({
  name: 'x',
  format,
  tags: ['random'],
  cfg: { ...config, ...configs[format] },
  result: {},
  ops: [
    { op: 'map_pages', ...at, pgsize: '0x1000', pgcount: 4, prot, ret: 0, mapped: '0x4000' },
    { op: 'map', ...at, prot, ret: 0, tlb: [], warn: 1, zap: [['0x0', '0x0']], mode: 3 },
    { op: 'iommu_map', ...at, iova: '0x50000000', size: '0x404000', prot, ret: 0, calls: [] },
    { op: 'unmap_pages', ...at, pgsize: '0x1000', unmapped: '0x1000' },
    { op: 'iommu_unmap', ...at, iova: '0x50000000', size: '0x8000', unmapped: '0x0', calls: [] },
  ],
  checkpoints: [{ after_ops: 2, n_leaves: 1, leaves_sha256: 'x' }],
  n_leaves: 1,
  leaves: [['0x40000000', 2, '0x1', 2, '0x1000', '0x1000']],
  tables: [[1, '0x0', 1, null]],
  iova_to_phys: [['0x40000000', '0x80000000']],
})

type Change = { path: number[]; value: unknown; how: 'put' | 'drop' | 'repeat' }

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  value: fc.constantFrom(...odd),
  how: fc.constantFrom('put' as const, 'put' as const, 'drop' as const, 'repeat' as const),
})

/** Applies a change where its path leads, as far as it leads anywhere. */
function apply(root: object, { path, value, how }: Change): void {
  let parent = root as Record<string, unknown>
  for (const [depth, pick] of path.entries()) {
    const keys = Object.keys(parent)
    const key = keys[pick % keys.length]
    if (key === undefined) return
    const child = parent[key]
    if (depth < path.length - 1 && typeof child === 'object' && child !== null) {
      parent = child as Record<string, unknown>
      continue
    }
    if (how === 'drop') delete parent[key]
    else if (how === 'repeat' && Array.isArray(parent)) parent.push(child)
    else parent[key] = structuredClone(value)
    return
  }
}

for (const format of replayFamilies.names()) {
  it(`${format}: answers or tells`, () => {
    const [whole] = replayFile({ vectors: [vectorOf(format)] })
    expect(whole?.diagnostics).toEqual([])
    const changes = fc.array(change, { minLength: 1, maxLength: 4 })
    const property = fc.property(changes, fc.boolean(), (list, correct) => {
      const document = { vectors: [vectorOf(format)], cases: [vectorOf(format)] }
      for (const each of list) apply(document, each)
      const outcomes = [...replayFile(JSON.parse(JSON.stringify(document)), { correct })]
      for (const { line, diagnostics } of outcomes) {
        expect(line === null).toBe(diagnostics.length > 0)
        expect(JSON.stringify(line)).not.toMatch(/NaN|undefined|0x-|"0x[0-9a-f]*[^0-9a-f"]/)
      }
    })
    fc.assert(property, { numRuns: 60, seed: 20150123 })
  })
}
