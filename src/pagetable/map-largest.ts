/** Mapping a range with the largest pages that fit, for formats that choose for themselves. */
import type { Iova, Phys } from '../base/addr.ts'
import type { Errno } from '../base/errno.ts'
import { offsetWithin, type SizeLayout } from './layout.ts'
import { type MapOutcome, mapRun } from './map.ts'
import type { Tree } from './tree.ts'

/**
 * Maps `bytes` from `iova`, a multiple of the smallest page; `outcome.pages` counts smallest pages.
 * The leaf attributes for `bits` are learned by the caller.
 */
export function mapLargest(
  tree: Tree,
  iova: Iova,
  address: Phys,
  bytes: number,
  bits: number,
  outcome: MapOutcome,
): Errno {
  const { sizes } = tree.layout
  const { keepsOld, overMap } = tree.rules
  const smallest = sizes[0]!.size
  let done = 0
  let installed = false
  let conflict: Iova | null = null
  let result: Errno = 0
  while (done < bytes) {
    const at = iova + done
    const to = address + done
    const pick = pickSize(sizes, at, to, bytes - done)
    // Where old entries stay, each page is looked at by itself.
    const count = keepsOld ? 1 : runLength(sizes, pick, at, to, bytes - done)
    result = mapRun(tree, at, to, pick, count, bits, outcome)
    installed ||= outcome.installed
    conflict ??= outcome.conflict
    const kept = keepsOld && result === overMap && result !== 0
    if (kept) result = 0
    done += kept ? pick.size : outcome.pages * pick.size
    if (result !== 0) break
  }
  outcome.installed = installed
  outcome.conflict = conflict
  outcome.pages = done / smallest
  return result
}

function pickSize(sizes: readonly SizeLayout[], at: Iova, to: Phys, left: number): SizeLayout {
  for (let i = sizes.length - 1; i > 0; i--) {
    const size = sizes[i]!
    const aligned = offsetWithin(at, size.size) === 0 && offsetWithin(to, size.size) === 0
    if (aligned && size.size <= left) return size
  }
  return sizes[0]!
}

/** How many pages of one size follow before a larger size fits or what is left is less. */
function runLength(
  sizes: readonly SizeLayout[],
  pick: SizeLayout,
  at: Iova,
  to: Phys,
  left: number,
): number {
  const whole = Math.floor(left / pick.size)
  const above = sizes[sizes.indexOf(pick) + 1]
  if (above === undefined || offsetWithin(at, above.size) !== offsetWithin(to, above.size)) {
    return whole
  }
  const border = above.size - offsetWithin(at, above.size)
  return Math.min(whole, border / pick.size)
}
