/** Vectors that nobody measured: each ends in a diagnostic or an answer, and soon. */
import { describe, expect, it } from 'vitest'
import { replayFile } from './replay.ts'
import { lpae, mapOp, one } from './replayed.fixture.ts'

describe('hostile files', () => {
  const bad: readonly [string, unknown][] = [
    ['no object', 7],
    ['null', null],
    ['no format', { name: 'x', cfg: {}, ops: [] }],
    ['an unknown format', { ...lpae([]), format: 'toString' }],
    ['no configuration', { name: 'x', format: 'arm_v7s', ops: [] }],
    ['widths that are no numbers', { ...lpae([]), cfg: { ias: '48', oas: 48 } }],
    ['a negative width', { ...lpae([]), cfg: { ias: -1, oas: 48 } }],
    ['a width without end', { ...lpae([]), cfg: { ias: 1e300, oas: 48 } }],
    ['a bitmap that is no number', { ...lpae([]), cfg: { pgsize_bitmap: 'x', ias: 48, oas: 48 } }],
    ['operations that are no list', { ...lpae([]), ops: { length: 3 } }],
    ['an operation of another kind', lpae([mapOp({ op: 'constructor' })])],
    ['an address of 65 bits', lpae([mapOp({ iova: '0x1ffffffffffffffff' })])],
    ['a fractional count', lpae([mapOp({ pgcount: 0.5 })])],
    ['an unknown protection', lpae([mapOp({ prot: ['READ', 'EXEC'] })])],
    ['lookups that are no pairs', lpae([], { iova_to_phys: ['0x0'] })],
    ['a checkpoint without a place', lpae([], { checkpoints: [{ n_leaves: 1 }] })],
  ]
  for (const [what, vector] of bad) {
    it(`${what}: a diagnostic`, () => {
      const outcome = one(vector)
      expect(outcome.line).toBe(null)
      expect(outcome.diagnostics.map((d) => d.severity)).toEqual(['error'])
    })
  }

  it('a file that is none: a diagnostic', () => {
    for (const file of [null, 3, [], {}, { vectors: 5 }, 'x']) {
      expect([...replayFile(file)].map((o) => o.diagnostics.length)).toEqual([1])
    }
  })

  it('a billion pages: as many as one call maps, or a diagnostic, and soon', () => {
    const began = performance.now()
    const many = mapOp({ pgcount: 1e9 })
    expect(one(lpae([many])).line).toMatchObject({ n_leaves: 512 })
    const v7s = {
      ...lpae([many]),
      format: 'arm_v7s',
      cfg: { pgsize_bitmap: '0x1000', ias: 32, oas: 32 },
    }
    expect(one(v7s).diagnostics.length).toBe(1)
    const core = { op: 'iommu_map', iova: '0x0', paddr: '0x1000', size: '0x100000000000' }
    expect(one(lpae([{ ...core, prot: ['READ'] }])).diagnostics.length).toBe(1)
    const runs = lpae([], { leaves: [['0x0', 3, '0x1', 1e9, '0x1000', '0x1000']] })
    expect(one(runs).disagreements.length).toBe(1)
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('sizes and addresses beyond the space are what Linux would say to them', () => {
    const ops = [
      mapOp({ pgsize: '0xffffffffffffffff' }),
      mapOp({ pgsize: '0x0' }),
      mapOp({ iova: '0xfffffffffffff000' }),
      mapOp({ paddr: '0xfffffffffffff000' }),
      { op: 'unmap_pages', iova: '0xfffffffffffff000', pgsize: '0x1000', pgcount: 2147483648 },
    ]
    expect(one(lpae(ops)).line).toMatchObject({
      ops: [{ ret: -22 }, { ret: -22 }, { ret: -34 }, { ret: -34 }, { unmapped: '0x0' }],
      n_leaves: 0,
    })
  })

  it('one broken vector does not hide the others', () => {
    const outcomes = [...replayFile({ vectors: [null, lpae([mapOp()]), {}] })]
    expect(outcomes.map((o) => o.diagnostics.length)).toEqual([1, 0, 1])
  })

  it('work without end: a diagnostic that says where', () => {
    const cfg = { pgsize_bitmap: '0xffffff7ffffff000', ias: 52, oas: 52 }
    const far = (i: number) => mapOp({ iova: `0x${(i * 2 ** 21).toString(16)}` })
    const wide = { op: 'unmap_pages', iova: '0x0', pgsize: '0x1000', pgcount: 2 ** 20 }
    const ops = [...Array.from({ length: 1000 }, (_, i) => far(i)), ...Array(1000).fill(wide)]
    const outcome = one({ format: 'amd_v1', cfg, ops })
    expect(outcome.diagnostics[0]?.message).toMatch(/^vector 0: ops\[1\d{3}\]: more work than/)
  })

  it('tables where links cannot lead: a diagnostic', () => {
    const cfg = { pgsize_bitmap: '0x1000', ias: 32, oas: 32 }
    for (const odd of [
      { cfg, tags: ['tables-above-4G'] },
      { cfg: { ...cfg, quirks: ['ARM_MTK_TTBR_EXT'] } },
    ]) {
      const outcome = one({ format: 'rockchip_v1', ops: [mapOp({ op: 'map' })], ...odd })
      expect(outcome.diagnostics[0]?.message).toMatch(/its links have no room for 0x[0-9a-f]+$/)
    }
  })

  it('Intel hardware that does not exist: a diagnostic', () => {
    for (const wrong of [{ levels: 2 }, { levels: 6 }, { superpage_levels: 3 }, { levels: 0 }]) {
      const cfg = { ias: 48, oas: 52, levels: 4, superpage_levels: 2, ...wrong }
      const outcome = one({ format: 'intel_vtd', cfg, ops: [mapOp()] })
      expect(outcome.line).toBe(null)
      expect(outcome.diagnostics[0]?.message).toMatch(/expected 3 to 5 and 0 to 2$/)
      const [asCase] = replayFile({ cases: [{ format: 'intel_vtd', cfg }] })
      expect(asCase?.line?.result).toBe(null)
    }
  })
})
