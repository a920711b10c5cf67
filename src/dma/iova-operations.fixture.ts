/** Calls of an allocator, as random tests make them: what, two numbers, and whether to align. */
import type { IovaAllocator } from './iova-allocator.ts'

/** `b` is the limit of an allocation, what a reservation covers beside its first frame, or nothing. */
export type Operation = readonly [string, number, number, boolean]

/** Its answer. */
export function run(space: IovaAllocator, [what, a, b, aligned]: Operation): unknown {
  if (what === 'alloc') return space.alloc(a + 1, b, aligned)
  if (what === 'free') return space.free(a)
  if (what === 'reserve') return space.reserve(a, a + b)
  return space.find(a)
}
