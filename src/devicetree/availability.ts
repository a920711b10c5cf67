/** Which nodes Linux takes into account: the `status` property. */
import type { DtNode } from './node.ts'

/**
 * True when `status` is absent, `okay` or `ok`: of_device_is_available() in drivers/of/base.c. It
 * looks at the node alone; a node under a disabled one is available by itself.
 */
export function isAvailable(node: DtNode): boolean {
  if (!node.has('status')) return true
  const status = node.string('status')
  return status === 'okay' || status === 'ok'
}

/**
 * The topmost of the node and its ancestors that is not available, or null: populating the tree
 * stops there, so that is what keeps the node from being used. The root's own `status` is not
 * asked for, as in of_platform_populate().
 */
export function firstDisabled(node: DtNode): DtNode | null {
  let topmost: DtNode | null = null
  for (let at: DtNode = node; at.parent !== null; at = at.parent) {
    if (!isAvailable(at)) topmost = at
  }
  return topmost
}
