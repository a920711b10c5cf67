/** What drivers tell the hardware: the words are those measured on Linux 6.1. */
import { describe, expect, it } from 'vitest'
import { replayFile, type ReplayOutcome } from './replay.ts'

const map = (iova: string, pgsize: string, more: object = {}) => ({
  op: 'map',
  iova,
  paddr: '0x10000000',
  pgsize,
  pgcount: 1,
  prot: ['READ', 'WRITE'],
  ...more,
})
const unmap = (iova: string, pgsize: string, more: object = {}) => ({
  op: 'unmap',
  iova,
  pgsize,
  pgcount: 1,
  ...more,
})

function replay(format: string, ops: readonly object[]): ReplayOutcome {
  const cfg = { pgsize_bitmap: '0x7ff000', ias: 32, oas: 32 }
  return [...replayFile({ vectors: [{ name: 'x', format, cfg, ops }] })][0] as ReplayOutcome
}
const opsOf = (outcome: ReplayOutcome) => outcome.line?.ops

describe('rockchip', () => {
  it('evicts the first and last page of a mapping, and what was unmapped', () => {
    const ops = [
      map('0x5000', '0x1000'),
      map('0x5000', '0x1000'),
      map('0xffc00000', '0x400000'),
      unmap('0x9000', '0x1000'),
      unmap('0x800000', '0x1000'),
      unmap('0x5000', '0x8000'),
      unmap('0xffc00000', '0x8000'),
    ]
    expect(opsOf(replay('rockchip_v1', ops))).toEqual([
      { ret: 0, zap: [['0x5000', '0x1000']] },
      { ret: -98 },
      {
        ret: 0,
        zap: [
          ['0xffc00000', '0x1000'],
          ['0xfffff000', '0x1000'],
        ],
      },
      { unmapped: '0x0', zap: [['0x9000', '0x0']] },
      { unmapped: '0x0' },
      { unmapped: '0x1000', zap: [['0x5000', '0x1000']] },
      { unmapped: '0x8000', zap: [['0xffc00000', '0x8000']] },
    ])
  })

  it('evicts for each call of the IOMMU core', () => {
    const core = { op: 'iommu_map', iova: '0x3ff000', paddr: '0x10000000', size: '0x2000' }
    expect(opsOf(replay('rockchip_v2', [{ ...core, prot: ['READ'] }]))).toMatchObject([
      {
        ret: 0,
        zap: [
          ['0x3ff000', '0x1000'],
          ['0x400000', '0x1000'],
        ],
      },
    ])
  })

  it('an eviction that is expected and missing, or there and not expected, is told', () => {
    const { disagreements } = replay('rockchip_v1', [
      map('0x5000', '0x1000', { ret: 0, zap: [['0x6000', '0x1000']] }),
      map('0x6000', '0x1000', { ret: 0 }),
      map('0x6000', '0x1000', { ret: -98, zap: [['0x6000', '0x1000']] }),
    ])
    expect(disagreements).toEqual([
      'op 0 map 0x5000: zap [["0x5000","0x1000"]], expected [["0x6000","0x1000"]]',
      'op 1 map 0x6000: zap [["0x6000","0x1000"]], expected missing',
      'op 2 map 0x6000: zap missing, expected [["0x6000","0x1000"]]',
    ])
  })
})

describe('amd', () => {
  const pages = (iova: string, pgsize: string, more: object = {}) =>
    map(iova, pgsize, { op: 'map_pages', ...more })

  it('updates the device table once a level and flushes when a table or a larger page goes', () => {
    const ops = [
      pages('0x100000', '0x1000'),
      pages('0x0', '0x200000'),
      pages('0x0', '0x1000'),
      pages('0x0', '0x1000'),
      pages('0x8000', '0x8000'),
      pages('0x9000', '0x1000'),
      pages('0x1000000000000', '0x1000'),
      { ...unmap('0x0', '0x1000'), op: 'unmap_pages' },
    ]
    expect(opsOf(replay('amd_v1', ops))).toEqual([
      { ret: 0, mapped: '0x1000', mode: 3 },
      { ret: 0, mapped: '0x200000', mode: 3, flush_pde: 1 },
      { ret: 0, mapped: '0x1000', mode: 3, flush_pde: 1 },
      { ret: 0, mapped: '0x1000', mode: 3 },
      { ret: 0, mapped: '0x8000', mode: 3 },
      { ret: 0, mapped: '0x1000', mode: 3 },
      { ret: 0, mapped: '0x1000', mode: 5, device_table_updates: 2 },
      { unmapped: '0x1000', mode: 5 },
    ])
  })

  it('a level or a flush that is expected and did not come is told', () => {
    const { disagreements } = replay('amd_v1', [
      pages('0x0', '0x1000', { ret: 0, mode: 4 }),
      pages('0x0', '0x200000', { ret: 0, flush_pde: 2, device_table_updates: 1 }),
    ])
    expect(disagreements).toEqual([
      'op 0 map_pages 0x0: mode 3, expected 4',
      'op 1 map_pages 0x0: flush_pde 1, expected 2',
      'op 1 map_pages 0x0: device_table_updates missing, expected 1',
    ])
  })
})
