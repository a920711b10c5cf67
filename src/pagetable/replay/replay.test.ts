import { describe, expect, it } from 'vitest'
import { replayFile, type ReplayOutcome } from './replay.ts'

/** Measured on Linux 6.1: a page in a section is unmapped, which loses the section's address. */
const splitSection = {
  name: 'section-unmap-by-page',
  format: 'arm_v7s',
  cfg: { pgsize_bitmap: '0x1111000', ias: 32, oas: 32, quirks: ['ARM_NS'], coherent_walk: true },
  result: {
    pgsize_bitmap: '0x1111000',
    ias: 32,
    oas: 32,
    tcr: '0x0',
    nmrr: '0x40004000',
    prrr: '0x800b8204',
    ttbr_low7: '0x6a',
    ttbr_low14: '0x6a',
    root_table_bytes: 16384,
  },
  ops: [
    {
      op: 'map',
      iova: '0x300000',
      paddr: '0x40000000',
      pgsize: '0x100000',
      pgcount: 1,
      prot: ['READ', 'WRITE', 'CACHE', 'NOEXEC'],
      ret: 0,
    },
    {
      op: 'unmap',
      iova: '0x305000',
      pgsize: '0x1000',
      pgcount: 1,
      unmapped: '0x1000',
      tlb: [['page', '0x305000', '0x1000', 1]],
    },
    {
      op: 'map',
      iova: '0x305000',
      paddr: '0x40000000',
      pgsize: '0x1000',
      pgcount: 1,
      prot: ['READ'],
      ret: 0,
    },
  ],
  n_leaves: 256,
  n_tables: 2,
  leaves: [
    ['0x300000', 2, '0xc7f', 5, '0x1000', '0x1000'],
    ['0x305000', 2, '0x40000e72'],
    ['0x306000', 2, '0x6c7f', 250, '0x1000', '0x1000'],
  ],
  tables: [
    [1, '0x0', 1, null],
    [2, '0x300000', 256, '0x9'],
  ],
}

const one = (vector: unknown, correct = false): ReplayOutcome => {
  const [outcome, ...rest] = replayFile({ vectors: [vector] }, { correct })
  expect(rest).toEqual([])
  return outcome as ReplayOutcome
}

const mapOp = (more: object) => ({
  op: 'map_pages',
  iova: '0x0',
  paddr: '0x0',
  pgsize: '0x1000',
  pgcount: 1,
  prot: ['READ'],
  ...more,
})

const lpae = (ops: readonly object[], more: object = {}) => ({
  name: 'x',
  format: 'arm_64_lpae_s1',
  cfg: { pgsize_bitmap: '0x40201000', ias: 48, oas: 48, quirks: [], coherent_walk: true },
  ops,
  ...more,
})

describe('replaying a vector', () => {
  it('does as Linux does, with its defects', () => {
    const { disagreements, diagnostics, line } = one(splitSection)
    expect([disagreements, diagnostics]).toEqual([[], []])
    expect(line).toMatchObject({ n_leaves: 256, n_tables: 2, result: splitSection.result })
  })

  it('does what was meant, with --correct, and tells the difference', () => {
    const { disagreements } = one(splitSection, true)
    expect(disagreements).toEqual([
      'leaf 0x300000 level 2 0x40000c7f, expected 0x300000 level 2 0xc7f',
    ])
  })

  it('runs a vector without expectations', () => {
    const { name, format, cfg, ops } = splitSection
    const bare = ops.map(({ op, iova, pgsize, pgcount, ...rest }) => ({
      op,
      iova,
      pgsize,
      pgcount,
      ...('paddr' in rest ? { paddr: rest.paddr, prot: rest.prot } : {}),
    }))
    const { line, disagreements } = one({
      name,
      format,
      cfg,
      ops: bare,
      iova_to_phys: [['0x305004']],
    })
    expect(disagreements).toEqual([])
    expect(line).toMatchObject({
      ops: [{ ret: 0 }, { unmapped: '0x1000' }, { ret: 0 }],
      iova_to_phys: [['0x305004', '0x40000004']],
    })
  })

  it('notices every kind of expectation that is not met', () => {
    const op = splitSection.ops[1]
    const wrong = {
      ...splitSection,
      result: { ...splitSection.result, nmrr: '0x1' },
      ops: [
        { ...splitSection.ops[0], ret: -17 },
        { ...op, unmapped: '0x0', tlb: [], warn: 1 },
        splitSection.ops[2],
      ],
      n_leaves: 3,
      leaves_sha256: 'no',
      tables: [[1, '0x0', 7, null]],
      checkpoints: [{ after_ops: 1, n_leaves: 4 }],
      iova_to_phys: [['0x300000', '0x5000']],
    }
    const found = one(wrong).disagreements.map((text) => text.replace(/:? .*/, ''))
    expect(new Set(found)).toEqual(
      new Set(['result.nmrr', 'op', 'after', 'table', 'n_leaves', 'leaves_sha256', 'iova_to_phys']),
    )
    expect(one(wrong).disagreements.filter((text) => text.startsWith('op')).length).toBe(4)
  })

  it('puts the upper half of the address space where TTBR1 has it', () => {
    const upper = { pgsize_bitmap: '0x1000', ias: 39, oas: 40, quirks: ['ARM_TTBR1'] }
    const { line } = one({
      ...lpae([mapOp({ iova: '0xffffffffffffe000', pgcount: 2 }), mapOp({ iova: '0x1000' })]),
      cfg: upper,
      iova_to_phys: [['0xfffffffffffff123']],
    })
    expect(line).toMatchObject({
      ops: [
        { ret: 0, mapped: '0x2000' },
        { ret: -34, mapped: '0x0', warn: 1 },
      ],
      iova_to_phys: [['0xfffffffffffff123', '0x1123']],
    })
  })

  it('counts what a walker that does not snoop must be shown', () => {
    const cfg = { pgsize_bitmap: '0x201000', ias: 32, oas: 40, quirks: [], coherent_walk: false }
    const { line } = one({ ...lpae([mapOp({ pgcount: 3 }), mapOp({ pgcount: 1 })]), cfg })
    // Two links and three pages; the second time the first of them is in the way.
    expect(line).toMatchObject({ ops: [{ sync_bytes: 40 }, { ret: -17, warn: 1 }] })
  })
})

describe('other things in a file', () => {
  it('tells which configurations are accepted', () => {
    const cases = [
      { format: 'apple_dart', cfg: { pgsize_bitmap: '0x4000', ias: 38, oas: 36 }, result: null },
      { format: 'arm_v7s', cfg: { pgsize_bitmap: '0x1000', ias: 33, oas: 32 }, result: {} },
    ]
    const outcomes = [...replayFile({ cases })]
    expect(outcomes.map((o) => o.line?.result)).toEqual([null, null])
    expect(outcomes.map((o) => o.disagreements.length)).toEqual([0, 1])
  })

  it('chooses pages as the IOMMU core does', () => {
    const cases = [['0x40201000', '0x58697000', '0x61e8f000', '0x1000000', '0x1000', 4096]]
    expect([...replayFile({ cases })][0]?.disagreements).toEqual([])
  })

  it('encodes single words', () => {
    const rows = [
      ['rockchip_v1', 'dte', '0x1000', 0, '0x1001'],
      ['rockchip_v1', 'nonsense'],
    ]
    const outcomes = [...replayFile({ vectors: [], encodings: { rows } })]
    expect(outcomes.map((o) => [o.disagreements.length, o.diagnostics.length])).toEqual([
      [0, 0],
      [0, 1],
    ])
  })
})

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
    const core = { op: 'iommu_map', iova: '0x0', paddr: '0x1000', size: '0x100000000000', prot: [] }
    expect(one(lpae([core])).diagnostics.length).toBe(1)
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
    const outcomes = [...replayFile({ vectors: [null, splitSection, {}] })]
    expect(outcomes.map((o) => o.diagnostics.length)).toEqual([1, 0, 1])
  })
})
