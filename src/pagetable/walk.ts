/**
 * The hardware side: translating one address by reading tables from memory, and nothing else. The
 * descent is the format's rows; TLBs, permission checks and registers belong to the IOMMU models.
 */
import type { Iova, Phys } from '../base/addr.ts'
import { BusError } from '../base/memory.ts'
import type { EntryKind, FormatSpec, Walk, WalkResult, WalkStep } from './contract.ts'
import { type Layout, layoutOf, leafLayout } from './layout.ts'

/** What an entry is to hardware, which also follows links that lead past levels. */
export function hardwareKind(format: FormatSpec, lo: number, hi: number, level: number): EntryKind {
  const kind = format.classify(lo, hi, level)
  return kind === 'empty' && linkedLevel(format, lo, hi, level) >= 0 ? 'table' : kind
}

/** The level that a link leads past others to, or -1. */
export function linkedLevel(format: FormatSpec, lo: number, hi: number, level: number): number {
  return format.skipsTo?.(lo, hi, level) ?? -1
}

/**
 * Walks tables as hardware does. Never throws on what memory holds: an empty entry is a fault
 * `invalid`, a table outside memory a fault `bus-error`.
 *
 * @example
 * const result = walk(rockchipV1, memory, table.root, 0x1000_0000)
 */
export const walk: Walk = (format, memory, root, iova) => {
  const layout = layoutOf(format)
  const { levels, stride } = layout
  const steps: WalkStep[] = []
  if (!(iova >= 0 && iova < layout.iovaLimit))
    return { kind: 'fault', reason: 'invalid', level: 0, steps }
  let table: Phys = root
  let level = 0
  let read = true
  let write = true
  try {
    for (;;) {
      const { scale, indexMask, next } = levels[level]!
      const at = table + ((iova * scale) & indexMask) * stride
      const lo = memory.read32(at)
      const hi = stride === 8 ? memory.read32(at + 4) : 0
      const kind = format.classify(lo, hi, level)
      const below = kind === 'empty' ? linkedLevel(format, lo, hi, level) : level + 1
      steps.push({ level, at, lo, hi, kind: below < 0 || kind !== 'empty' ? kind : 'table' })
      if (below < 0) return { kind: 'fault', reason: 'invalid', level, steps }
      if (kind === 'leaf') return mapped(layout, level, lo, hi, iova, read, write, steps)
      // What the levels between would be indexed with.
      if (below > level + 1 && iova % levels[level]!.span >= levels[below - 1]!.span) {
        return { kind: 'fault', reason: 'invalid', level, steps }
      }
      if (next === null) throw new Error(`dmaplumb bug: ${format.id}: a table at the last level`)
      if (format.linkPermissions !== undefined) {
        const link = format.linkPermissions(lo, hi, level)
        read &&= link.read
        write &&= link.write
      }
      table = next.stamp.address(lo, hi)
      level = below
    }
  } catch (error) {
    if (error instanceof BusError) return { kind: 'fault', reason: 'bus-error', level, steps }
    throw error
  }
}

function mapped(
  layout: Layout,
  level: number,
  lo: number,
  hi: number,
  iova: Iova,
  linkRead: boolean,
  linkWrite: boolean,
  steps: readonly WalkStep[],
): WalkResult {
  const leaf = leafLayout(layout, lo, hi, level)
  const address = leaf.output(lo, hi, iova)
  const own = layout.format.permissions(lo, hi, level)
  const read = own.read && linkRead
  const write = own.write && linkWrite
  return { kind: 'mapped', address, lg2: leaf.spec.lg2, read, write, steps }
}
