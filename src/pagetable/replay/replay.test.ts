import { describe, expect, it } from 'vitest'
import { replayFile } from './replay.ts'
import { lpae, mapOp, one } from './replayed.fixture.ts'

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
