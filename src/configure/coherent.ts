/** of_dma_is_coherent() of v3.18-v3.19: does the tree say that a device snoops? drivers/of/address.c */
import type { DtNode } from '../devicetree/tree.ts'

/**
 * The node that says so, the device's own or its nearest ancestor with `dma-coherent`; null when
 * none does. `dma-noncoherent` is not known yet.
 */
export function ofDmaIsCoherent(node: DtNode): DtNode | null {
  for (let at: DtNode | null = node; at !== null; at = at.parent) {
    if (at.has('dma-coherent')) return at
  }
  return null
}
