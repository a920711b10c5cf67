import { describe, expect, it } from 'vitest'
import { describeRun, TrafficLog, type TrafficRun } from './traffic-log.ts'

const page = (
  iova: number,
  physical: number | null,
  over: Partial<TrafficRun> = {},
): TrafficRun => ({
  write: false,
  iova,
  physical,
  size: 0x1000,
  how: physical === null ? 'fault' : 'translated',
  why: 'mmu',
  ...over,
})

describe('TrafficLog', () => {
  it('joins neighbouring pages that go the same way', () => {
    const log = new TrafficLog()
    for (const i of [0, 1, 2, 3]) log.note(page(0x1000 * i, 0x8000_0000 + 0x1000 * i))
    expect(log.runs).toEqual([page(0, 0x8000_0000, { size: 0x4000 })])
  })

  it('keeps apart what is scattered in memory, goes another way or another direction', () => {
    const log = new TrafficLog()
    log.note(page(0, 0x8000_0000))
    log.note(page(0x1000, 0x9000_0000))
    log.note(page(0x2000, 0x9000_1000, { write: true }))
    log.note(page(0x2000, 0x9000_1000, { how: 'pass' }))
    expect(log.runs).toHaveLength(4)
  })

  it('follows two interleaved streams', () => {
    const log = new TrafficLog()
    for (const i of [0, 1, 2]) {
      log.note(page(0x1000 * i, 0x8000_0000 + 0x1000 * i))
      log.note(page(0x10_0000 + 0x1000 * i, 0x9000_0000 + 0x1000 * i, { write: true }))
    }
    expect(log.runs.map((r) => r.size)).toEqual([0x3000, 0x3000])
  })

  it('counts what it does not keep', () => {
    const log = new TrafficLog()
    for (let i = 0; i < 100; i++) log.note(page(0x10_0000 * i, 0x8000_0000))
    expect(log.runs).toHaveLength(32)
    expect(log.dropped).toBe(68)
    log.clear()
    expect([log.runs.length, log.dropped]).toEqual([0, 0])
  })

  it('can be told in words', () => {
    const passed = page(0x2e00_0000, 0x2e00_0000, { how: 'pass', why: 'ff930300.iommu: off' })
    expect(describeRun(passed)).toBe('issued 0x2e000000 (4 KiB), not translated, read 0x2e000000')
    expect(describeRun(page(0, 0x8_0000_0000, { write: true }))).toBe(
      'issued 0x00000000 (4 KiB), translated, wrote 0x8_0000_0000',
    )
    expect(describeRun(page(0, null, { why: 'mmu: no entry' }))).toBe(
      'issued 0x00000000 (4 KiB), read refused: mmu: no entry',
    )
  })
})
