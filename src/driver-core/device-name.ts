/**
 * The name Linux gives a device made from a node: of_device_make_bus_id(), drivers/of/platform.c.
 */
import { translatedReg } from '../devicetree/addresses.ts'
import type { DtNode } from '../devicetree/tree.ts'

/**
 * `<address>.<name>` for a node whose first `reg` translates to a CPU address. Without one, the
 * node's base name with unit address, and each parent without an address in front of it with `:`,
 * until an ancestor has an address or the root ends it.
 */
export function deviceName(node: DtNode): string {
  let tail = ''
  for (let at: DtNode | null = node; at !== null && at.parent !== null; at = at.parent) {
    const address = translatedReg(at, 0)
    if (address !== null) {
      const head = `${address.toString(16)}.${at.baseName}`
      return tail === '' ? head : `${head}:${tail}`
    }
    tail = tail === '' ? at.name : `${at.name}:${tail}`
  }
  return tail
}
