/** How many 32-bit cells an address and a size take, and the numbers that cells make. */
import type { DtNode } from './node.ts'

/** OF_ROOT_NODE_ADDR_CELLS_DEFAULT of include/linux/of.h, everywhere but on SPARC. dtc assumes 2. */
const DEFAULT_ADDRESS_CELLS = 1
/** OF_ROOT_NODE_SIZE_CELLS_DEFAULT. */
const DEFAULT_SIZE_CELLS = 1

/**
 * Cells of an address of this node's CHILDREN: `#address-cells` of the node, else of the nearest
 * ancestor that has it, else 1. The specification knows no such inheritance, but Linux does it:
 * of_bus_n_addr_cells(), drivers/of/base.c (before v5.9 inside of_n_addr_cells()).
 */
export function addressCells(node: DtNode): number {
  return inherited(node, '#address-cells') ?? DEFAULT_ADDRESS_CELLS
}

/** Cells of a size of this node's CHILDREN, found in the same way. of_bus_n_size_cells() */
export function sizeCells(node: DtNode): number {
  return inherited(node, '#size-cells') ?? DEFAULT_SIZE_CELLS
}

function inherited(node: DtNode, name: string): number | undefined {
  for (let at: DtNode | null = node; at !== null; at = at.parent) {
    const cells = at.u32(name)
    if (cells !== undefined) return cells
  }
  return undefined
}

/**
 * The number in `count` cells from index `at`: of the last two, when there are more, as
 * of_read_number() keeps 64 bits. Beyond 2^53 it is rounded: ask Number.isSafeInteger.
 */
export function numberInCells(cells: readonly number[], at: number, count: number): number {
  const low = count > 0 ? cells[at + count - 1]! : 0
  const high = count > 1 ? cells[at + count - 2]! : 0
  return high * 2 ** 32 + low
}
