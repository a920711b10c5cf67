/** A hardware walk that leaves its traces in the entries: the other side of dirty.ts. */
import type { Iova, Phys } from '../base/addr.ts'
import type { MemoryPort } from '../base/memory.ts'
import type { FormatSpec, WalkResult } from './contract.ts'
import { bitsOf, isDirty, none, store } from './dirty-bits.ts'
import { walk } from './walk.ts'

/**
 * Walks as `walk` does, and notes the access in the entries as hardware does that keeps the dirty state:
 * links and the leaf were accessed, and at a write the leaf is dirty. For models of hardware. Nothing is
 * noted where the answer is a fault or does not allow the access, nor in formats without `dirty`; `steps`
 * are the entries as they were. Of a page of several entries only the one that was read is changed.
 */
export function walkAndMark(
  format: FormatSpec,
  memory: MemoryPort,
  root: Phys,
  iova: Iova,
  access: 'read' | 'write',
): WalkResult {
  const found = walk(format, memory, root, iova)
  const bits = bitsOf(format)
  if (bits === null || found.kind === 'fault' || !found[access]) return found
  const { field, where, accessed } = bits
  for (const { level, at, lo, hi, kind } of found.steps) {
    const seen = kind === 'leaf' ? accessed : bits.linkAccessed[level]!
    const tracked = (lo & where.lo) === where.lo && (hi & where.hi) === where.hi
    const marks = kind === 'leaf' && access === 'write' && tracked && !isDirty(bits, lo, hi)
    const turned = marks ? field : none
    store(memory, at, { lo, hi }, (lo | seen.lo) ^ turned.lo, (hi | seen.hi) ^ turned.hi)
  }
  return found
}
