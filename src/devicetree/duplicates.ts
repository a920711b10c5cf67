/** Two children or two properties of one name in a node. */
import type { Position } from '../base/diagnostic.ts'
import type { Findings } from './findings.ts'
import type { DtNode, DtProperty } from './node.ts'

interface Named {
  name: string
  at?: Position | undefined
}

/**
 * Reports them as warnings: the tree stays usable, because Linux and this model take the first
 * property, and create a device for each of the nodes.
 */
export function reportDuplicates(
  node: DtNode,
  properties: readonly DtProperty[],
  children: readonly DtNode[],
  findings: Findings,
): void {
  for (const second of duplicates(properties)) {
    const message = `${node.path}: property ${second.name} twice; the first counts`
    findings.warning(message, second.at ?? {})
  }
  for (const second of duplicates(children)) {
    const message = `${node.path}: two nodes called ${second.name}`
    findings.warning(message, second.at ?? {})
  }
}

/** Items whose name an earlier one has. Short lists are compared in place, without a set. */
function duplicates<T extends Named>(items: readonly T[]): T[] {
  const found: T[] = []
  if (items.length <= 16) {
    for (let i = 1; i < items.length; i++) {
      const name = items[i]!.name
      for (let k = 0; k < i; k++) {
        if (items[k]!.name === name) {
          found.push(items[i]!)
          break
        }
      }
    }
    return found
  }
  const seen = new Set<string>()
  for (const item of items) {
    if (seen.has(item.name)) found.push(item)
    else seen.add(item.name)
  }
  return found
}
