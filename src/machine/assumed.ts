/** Which added availability changes a device's verdict rests on. */
import { phandleArgs } from '../devicetree/phandles.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { availabilityOf } from '../drivers/catalogue/availability.ts'
import { catalogueMatches } from '../drivers/catalogue/match.ts'
import type { Kernel } from '../kernel/kernel.ts'

/**
 * Ids that the release lacks and that were added for the node's own driver, for the IOMMUs that it
 * names, and for the wrappers around them; in the order in which they were added. `attaches`: its
 * driver attaches it by hand, and so needs what goes with the IOMMU's driver (glue) as well.
 */
export function assumedFor(
  node: DtNode,
  tree: DeviceTree,
  kernel: Kernel,
  attaches: boolean,
): string[] {
  if (kernel.addedByUser.length === 0) return []
  const needed = new Set<string>()
  const providers = phandleArgs(tree, node, 'iommus', '#iommu-cells').flatMap((entry) =>
    entry.provider === null ? [] : [entry.provider],
  )
  for (const start of [node, ...providers]) {
    for (let at: DtNode | null = start; at !== null; at = at.parent)
      collect(at, tree, kernel, attaches, needed)
  }
  return kernel.addedByUser.filter((id) => needed.has(id))
}

function collect(
  node: DtNode,
  tree: DeviceTree,
  kernel: Kernel,
  attaches: boolean,
  into: Set<string>,
): void {
  for (const match of catalogueMatches(node.compatible)) {
    const availability = availabilityOf(match, tree.compatible)
    if (!kernel.has(availability.id)) continue
    into.add(availability.id)
    if (attaches) for (const id of availability.also) into.add(id)
    const row = kernel.changes.find((change) => change.id === availability.id)
    for (const id of row?.requires ?? []) into.add(id)
  }
}
