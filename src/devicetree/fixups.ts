/**
 * What an overlay says of the phandles in it: `/__fixups__` lists those of labels of the base, as
 * `path:property:offset`, `/__local_fixups__` those of its own nodes, as byte offsets in a copy of
 * the tree. Made as dtc 1.6.1 does (livetree.c).
 */
import { cellsValue, latin1Bytes } from './bytes.ts'
import type { PhandleUse } from './dts-references.ts'
import type { Findings } from './findings.ts'
import { childNamed, GrowingNodes, GrowingProperties, MOST_MADE_BYTES } from './generated-nodes.ts'
import type { DtNode } from './node.ts'

/** Adds both nodes, each where it has an entry. */
export function addFixups(root: DtNode, uses: readonly PhandleUse[], findings: Findings): void {
  const growing = new GrowingProperties()
  const foreign = uses.filter((use) => use.provider === null)
  const own = uses.filter((use) => use.provider !== null)
  if (foreign.length > 0) addForeign(childNamed(root, '__fixups__'), foreign, growing, findings)
  if (own.length > 0) {
    const fixups = childNamed(root, '__local_fixups__')
    const places = new Map<DtNode, DtNode>([[root, fixups]])
    const nodes = new GrowingNodes()
    for (const { node, property, offset } of own) {
      growing.append(placeOf(node, places, nodes), property.name, cellsValue(offset), property.at)
    }
  }
  growing.finish()
}

function addForeign(
  fixups: DtNode,
  uses: readonly PhandleUse[],
  growing: GrowingProperties,
  findings: Findings,
): void {
  let bytes = 0
  for (const { node, property, offset, target, at } of uses) {
    const entry = `${node.path}:${property.name}:${offset}\0`
    bytes += entry.length
    if (bytes > MOST_MADE_BYTES) {
      findings.error(`/__fixups__ takes more than ${MOST_MADE_BYTES} bytes`, property.at ?? {})
      return
    }
    growing.append(fixups, target, latin1Bytes(entry), at)
  }
}

/** The node of `/__local_fixups__` that stands for a node of the tree. */
function placeOf(node: DtNode, places: Map<DtNode, DtNode>, nodes: GrowingNodes): DtNode {
  const known = places.get(node)
  if (known !== undefined) return known
  const place = nodes.child(placeOf(node.parent!, places, nodes), node.name)
  places.set(node, place)
  return place
}
