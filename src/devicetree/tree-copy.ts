/** A copy of a tree that can be changed without changing the original. */
import { DtNode, type DtProperty } from './node.ts'
import { DeviceTree } from './tree.ts'

/** Names, bytes, labels and places. Bytes are shared: values are replaced, never written into. */
export function copyTree(tree: DeviceTree): DeviceTree {
  const root = new DtNode(tree.root.name, null, tree.root.at)
  copyContent(tree.root, root)
  const { reservations, bootCpu } = tree
  return new DeviceTree(root, { reservations: [...reservations], bootCpu })
}

/** Puts copies of what a node holds into a new one. */
export function copyContent(from: DtNode, to: DtNode): void {
  const pending: [DtNode, DtNode][] = [[from, to]]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [old, made] = pair
    made.labels.push(...old.labels)
    made.properties.push(...old.properties.map(copyProperty))
    for (const child of old.children) {
      const copy = new DtNode(child.name, made, child.at)
      made.children.push(copy)
      pending.push([child, copy])
    }
  }
}

/** A property of its own with the same bytes. */
export function copyProperty({ name, value, labels, at }: DtProperty): DtProperty {
  const copy: DtProperty = { name, value }
  if (labels !== undefined) copy.labels = labels
  if (at !== undefined) copy.at = at
  return copy
}
