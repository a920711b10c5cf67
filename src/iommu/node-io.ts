/** Registers and interrupt of an IOMMU by its node, whether or not it has a device yet. */
import type { RegisterWindow } from '../base/registers.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { IommuDriverContext } from './ports.ts'

/** What an instance needs of the machine. */
export interface NodeIo {
  /** `reg[index]`, or null when it cannot be had (yet). */
  window(index: number): RegisterWindow | null
  requestIrq(handler: () => void): void
  freeIrq(): void
}

/** Asks the port by node, and by the node's device where the port cannot. */
export function nodeIo(
  context: Pick<IommuDriverContext, 'io' | 'deviceFor'>,
  node: DtNode,
): NodeIo {
  const { io } = context
  return {
    window(index) {
      if (io.mapNode !== undefined) return io.mapNode(node, index)
      const device = context.deviceFor(node)
      return device === null ? null : io.map(device, index)
    },
    requestIrq(handler) {
      const device = context.deviceFor(node)
      if (io.requestNodeIrq !== undefined) io.requestNodeIrq(node, handler)
      else if (device !== null) io.requestIrq(device, handler)
    },
    freeIrq() {
      const device = context.deviceFor(node)
      if (io.freeNodeIrq !== undefined) io.freeNodeIrq(node)
      else if (device !== null) io.freeIrq(device)
    },
  }
}
