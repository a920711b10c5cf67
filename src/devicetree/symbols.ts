/** `/__symbols__` made from the labels of a source, as `dtc -@` does (dtc 1.6.1, livetree.c). */
import { latin1Bytes } from './bytes.ts'
import type { BuiltNode } from './dts-build.ts'
import type { Findings } from './findings.ts'
import { addBytes, childNamed, MOST_MADE_BYTES } from './generated-nodes.ts'
import type { DtNode } from './node.ts'

/** Adds the node. Every labelled node gets a phandle, so that overlays can refer to it. */
export function addSymbols(
  root: DtNode,
  nodes: readonly BuiltNode[],
  phandle: (node: DtNode) => number,
  findings: Findings,
): void {
  const labelled = nodes.filter((node) => node.labelled)
  if (labelled.length === 0) return
  const symbols = childNamed(root, '__symbols__')
  const taken = new Set(symbols.properties.map((p) => p.name))
  let bytes = 0
  for (const { node, labels } of labelled) {
    for (const label of labels) {
      if (taken.has(label)) {
        findings.warning(`label ${label} is in /__symbols__ already`, node.at ?? {})
        continue
      }
      bytes += node.path.length + 1
      if (bytes > MOST_MADE_BYTES) {
        findings.error(`/__symbols__ takes more than ${MOST_MADE_BYTES} bytes`, node.at ?? {})
        return
      }
      taken.add(label)
      addBytes(symbols, label, latin1Bytes(`${node.path}\0`), node.at)
    }
    phandle(node)
  }
}
