/** DEVICE on the command line: a node path, a label, an alias or a Linux device name. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { nearNames } from '../base/near-names.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { deviceName } from '../driver-core/device-name.ts'

/** The node that `text` names, or a diagnostic with near names. */
export function findDevice(tree: DeviceTree, text: string): DtNode | Diagnostic {
  const direct = tree.resolve(text)
  if (direct !== undefined) return direct
  const names = new Map<string, DtNode>()
  for (const node of tree.nodes()) {
    if (node.compatible.length > 0 && node.parent !== null) names.set(deviceName(node), node)
  }
  const named = names.get(text)
  if (named !== undefined) return named
  const near = nearNames(text, names.keys())
  return {
    severity: 'error',
    message: `no device ${text} on this board`,
    remedy:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : 'name a node path, a label, an alias or a Linux device name such as ff930000.vop',
  }
}
