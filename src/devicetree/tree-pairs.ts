/**
 * The nodes of two trees that stand for each other: those at the same path, whatever their order.
 * Where a broken tree has several of a name, the first goes with the first.
 */
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'

/** See the head of the file. */
export interface TreePairs {
  /** Nodes of both trees, in the order of the first. */
  both: (readonly [DtNode, DtNode])[]
  /** Nodes of the first tree alone whose parents are in both; the nodes below are not listed. */
  removed: DtNode[]
  /** Those of the second tree alone. */
  added: DtNode[]
  /** The partner in the second tree of a node of the first. */
  partner: ReadonlyMap<DtNode, DtNode>
}

/** Pairs the nodes of two trees. */
export function pairTrees(before: DeviceTree, after: DeviceTree): TreePairs {
  const both: [DtNode, DtNode][] = []
  const removed: DtNode[] = []
  const added: DtNode[] = []
  const pending: [DtNode, DtNode][] = [[before.root, after.root]]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    both.push(pair)
    const children = pairByName(pair[0].children, pair[1].children)
    for (let i = children.length - 1; i >= 0; i--) {
      const [one, two] = children[i]!
      if (one !== null && two !== null) pending.push([one, two])
    }
    for (const [one, two] of children) {
      if (two === null) removed.push(one as DtNode)
      else if (one === null) added.push(two)
    }
  }
  return { both, removed, added, partner: new Map(both) }
}

/** Items of one name, each with the one of the other list; null where there is none. */
export function pairByName<T extends { name: string }>(
  before: readonly T[],
  after: readonly T[],
): [T | null, T | null][] {
  // Most lists are in the same order on both sides.
  if (before.length === after.length && before.every((item, i) => item.name === after[i]!.name)) {
    return before.map((item, i) => [item, after[i]!])
  }
  const waiting = new Map<string, T[]>()
  // Filled from the end, so that taking from the end gives the first.
  for (let i = after.length - 1; i >= 0; i--) {
    const item = after[i]!
    const list = waiting.get(item.name)
    if (list === undefined) waiting.set(item.name, [item])
    else list.push(item)
  }
  const pairs = before.map((item): [T | null, T | null] => {
    return [item, waiting.get(item.name)?.pop() ?? null]
  })
  const paired = new Set(pairs.map(([, item]) => item))
  for (const item of after) if (!paired.has(item)) pairs.push([null, item])
  return pairs
}
