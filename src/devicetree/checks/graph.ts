/** Ports and endpoints (Documentation/devicetree/bindings/graph.txt of Linux 4.19). */
import { be32 } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import { isAnyBus } from './buses.ts'
import { cellCount, countText } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import { isPhandle } from './phandle-values.ts'
import type { TreeView } from './tree-view.ts'

function isEndpoint(view: TreeView, node: DtNode): boolean {
  return node.baseName === 'endpoint' || view.prop(node, 'remote-endpoint') !== undefined
}

/** What the nodes of a tree are to a graph: a port, or the holder of ports. */
function roles(view: TreeView): Map<DtNode, 'port' | 'ports'> {
  const known = new Map<DtNode, 'port' | 'ports'>()
  for (const node of view.nodes) {
    const { parent } = node
    if (parent === null || !node.children.some((child) => isEndpoint(view, child))) continue
    known.set(node, 'port')
    if (known.has(parent) || isAnyBus(view, parent)) continue
    if (parent.name === 'ports' || view.prop(node, 'reg') !== undefined) known.set(parent, 'ports')
  }
  return known
}

/** `reg` of a port or an endpoint: a small number that the unit address repeats. */
function checkNumber(node: DtNode, view: TreeView, report: Report): void {
  const property = view.prop(node, 'reg')
  const { parent } = node
  if (property === undefined || parent === null) return
  if (property.value.length !== 4) {
    const message = `reg has ${property.value.length} bytes, but one cell with its number is expected`
    report({ node, message })
    return
  }
  const expected = be32(property.value, 0).toString(16)
  const unit = node.unitAddress ?? ''
  if (unit !== expected) {
    const message = `the unit address is ${JSON.stringify(unit)}, but reg says "${expected}"`
    report({ node, message, remedy: `call it ${node.baseName}@${expected}` })
  }
  for (const [name, wanted] of [
    ['#address-cells', 1],
    ['#size-cells', 0],
  ] as const) {
    const { value, given } = cellCount(view, parent, name)
    if (given && (value === null || value === wanted)) continue
    report({
      node,
      message: () => `a graph needs ${name} = <${wanted}>, not ${countText(view, parent, name)}`,
      remedy: () => `say so in ${parent.path}`,
    })
  }
}

/** The node that an endpoint is connected to; null where it says none, or none that is. */
function remoteOf(endpoint: DtNode, view: TreeView, report: Report): DtNode | null {
  const property = view.prop(endpoint, 'remote-endpoint')
  if (property === undefined) return null
  const { value } = property
  const phandle = value.length === 4 ? be32(value, 0) : 0
  if (value.length === 4 && !isPhandle(phandle)) return null
  const remote = isPhandle(phandle) ? view.tree.byPhandle(phandle) : undefined
  if (remote !== undefined) return remote
  const message =
    value.length === 4
      ? `0x${phandle.toString(16)}, but no node has that phandle`
      : `${value.length} bytes, but one phandle of 4 bytes is expected`
  report({ node: endpoint, property, message })
  return null
}

/** See the head of the file. */
export const graphChecks: readonly CheckRow[] = [
  {
    id: 'graph_nodes',
    level: 'warning',
    rule: 'endpoints stand in ports, not below the root',
    check: (node, view, report) => {
      if (node.parent !== view.tree.root || !isEndpoint(view, node)) return
      report({ node, message: 'an endpoint below the root, but endpoints stand in a port' })
    },
  },
  {
    id: 'graph_child_address',
    level: 'warning',
    rule: 'a single port or endpoint without a number needs no #address-cells',
    check: (node, view, report) => {
      if (!view.once(roles).has(node) || node.children.length !== 1) return
      const [only] = node.children as [DtNode]
      const reg = view.prop(only, 'reg')?.value
      if (reg !== undefined && reg.length >= 4 && be32(reg, 0) !== 0) return
      const { value, given } = cellCount(view, node, '#address-cells')
      if (!given || value === 0xffff_ffff) return
      report({
        node,
        message: `#address-cells, but ${only.name} is the only child and needs no number`,
        remedy: 'delete #address-cells and #size-cells',
      })
    },
  },
  {
    id: 'graph_port',
    level: 'warning',
    rule: 'a node with endpoints is called port, its unit address repeats reg',
    check: (node, view, report) => {
      if (view.once(roles).get(node) !== 'port') return
      checkNumber(node, view, report)
      // In an overlay the port is in the other tree.
      if (node.name === '__overlay__' || node.baseName === 'port') return
      report({ node, message: 'it has endpoints, but is not called port' })
    },
  },
  {
    id: 'graph_endpoint',
    level: 'warning',
    rule: 'a child of a port is called endpoint, and the connection is told by both ends',
    check: (node, view, report) => {
      if (node.parent === null || view.once(roles).get(node.parent) !== 'port') return
      checkNumber(node, view, report)
      if (node.baseName !== 'endpoint') {
        report({ node, message: 'it stands in a port, but is not called endpoint' })
      }
      const remote = remoteOf(node, view, report)
      if (remote === null || remoteOf(remote, view, report) === node) return
      report({
        node,
        message: () => `connected to ${remote.path}, which is not connected back`,
        remedy: () => `let remote-endpoint of ${remote.path} refer to this node`,
      })
    },
  },
]
