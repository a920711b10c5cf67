/** Whether two trees say the same. */
import { sameBytes } from './bytes.ts'
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'

/**
 * True when both hold the same nodes and properties in the same order with the same bytes, the
 * same reservations and the same boot CPU. Labels and positions do not count.
 */
export function sameTree(a: DeviceTree, b: DeviceTree): boolean {
  if (a.bootCpu !== b.bootCpu || a.reservations.length !== b.reservations.length) return false
  for (const [i, { words }] of a.reservations.entries()) {
    const other = b.reservations[i]!.words
    if (words.some((word, k) => word !== other[k])) return false
  }
  const pending: [DtNode, DtNode][] = [[a.root, b.root]]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [one, two] = pair
    if (!sameContent(one, two)) return false
    for (const [i, child] of one.children.entries()) pending.push([child, two.children[i]!])
  }
  return true
}

/** Everything but what the children hold. */
function sameContent(a: DtNode, b: DtNode): boolean {
  if (a.name !== b.name || a.children.length !== b.children.length) return false
  if (a.properties.length !== b.properties.length) return false
  for (const [i, { name, value }] of a.properties.entries()) {
    const other = b.properties[i]!
    if (name !== other.name || !sameBytes(value, other.value)) return false
  }
  return true
}
