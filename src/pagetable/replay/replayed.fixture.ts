/** Small vectors, and what becomes of one. */
import { expect } from 'vitest'
import { replayFile, type ReplayOutcome } from './replay.ts'

export const one = (vector: unknown, correct = false): ReplayOutcome => {
  const [outcome, ...rest] = replayFile({ vectors: [vector] }, { correct })
  expect(rest).toEqual([])
  return outcome as ReplayOutcome
}

export const mapOp = (more: object = {}) => ({
  op: 'map_pages',
  iova: '0x0',
  paddr: '0x0',
  pgsize: '0x1000',
  pgcount: 1,
  prot: ['READ'],
  ...more,
})

export const lpae = (ops: readonly object[], more: object = {}) => ({
  name: 'x',
  format: 'arm_64_lpae_s1',
  cfg: { pgsize_bitmap: '0x40201000', ias: 48, oas: 48, quirks: [], coherent_walk: true },
  ops,
  ...more,
})
