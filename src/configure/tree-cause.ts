/** Properties of the device tree as causes of events, written as a person would in a source. */
import { hex } from '../base/addr.ts'
import type { Cause } from '../base/journal.ts'
import { iommuSpecifiers } from '../devicetree/iommus.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'

/** `dma-ranges = <0x40000000 0x0 ...>`, or `dma-ranges` for an empty property. */
export function cellsCause(node: DtNode, property: string): Cause {
  const cells = node.cells(property) ?? []
  const text =
    cells.length === 0 ? property : `${property} = <${cells.map((c) => hex(c)).join(' ')}>`
  return { kind: 'tree', node: node.path, property, text }
}

/** `iommus = <&vopb_mmu>, <&smmu 0x3>`, with paths where there are no labels. */
export function iommusCause(tree: DeviceTree, node: DtNode): Cause {
  const entries = iommuSpecifiers(tree, node).map(({ provider, args }) => {
    const label = provider === null ? undefined : tree.labelOf(provider)
    const target = label === undefined ? `&{${provider?.path ?? '?'}}` : `&${label}`
    return `<${[target, ...args.map((a) => hex(a))].join(' ')}>`
  })
  return {
    kind: 'tree',
    node: node.path,
    property: 'iommus',
    text: `iommus = ${entries.join(', ')}`,
  }
}
