/** DEVICE on the command line: a path, label, alias, Linux device name or node name. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { deviceName } from '../driver-core/device-name.ts'

/** Paths that are listed where a node name is ambiguous. */
const MOST_PATHS = 4

/** The node that `text` names, or a diagnostic with near names. */
export function findDevice(tree: DeviceTree, text: string): DtNode | Diagnostic {
  const direct = tree.resolve(text)
  if (direct !== undefined) return direct
  const linux = linuxNames(tree)
  const named = linux.get(text)
  if (named !== undefined) return named
  const alike = tree.nodes().filter((node) => node.name === text && hasAddress(node))
  if (alike.length === 1) return alike[0] as DtNode
  if (alike.length > 1) return ambiguous(text, alike)
  return unknown(text, [...linux.keys(), ...treeNames(tree)])
}

function linuxNames(tree: DeviceTree): Map<string, DtNode> {
  const names = new Map<string, DtNode>()
  for (const node of tree.nodes()) if (isDevice(node)) names.set(deviceName(node), node)
  return names
}

function isDevice(node: DtNode): boolean {
  return node.compatible.length > 0 && node.parent !== null
}

function hasAddress(node: DtNode): boolean {
  return node.name.includes('@')
}

/** Labels, aliases, and node names with a unit address. */
function treeNames(tree: DeviceTree): string[] {
  const names: string[] = []
  for (const node of tree.nodes()) {
    names.push(...node.labels)
    if (isDevice(node) && hasAddress(node)) names.push(node.name)
  }
  for (const table of ['__symbols__', 'aliases']) {
    const properties = tree.root.child(table)?.properties ?? []
    names.push(...properties.map((p) => p.name).filter((name) => tree.resolve(name)))
  }
  return names
}

function ambiguous(text: string, nodes: readonly DtNode[]): Diagnostic {
  const paths = nodes.slice(0, MOST_PATHS).map((node) => node.path)
  const more = nodes.length > MOST_PATHS ? ', ...' : ''
  return {
    severity: 'error',
    message: `${nodes.length} nodes of this board are called ${text}`,
    remedy: `name one by its path: ${paths.join(', ')}${more}`,
  }
}

function unknown(text: string, names: readonly string[]): Diagnostic {
  const near = nearNames(text, names)
  return {
    severity: 'error',
    message: `no device ${text} on this board`,
    remedy:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : 'name a node path, a label, an alias or a Linux device name such as ff930000.vop',
  }
}
