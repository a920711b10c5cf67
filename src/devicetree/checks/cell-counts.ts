/**
 * `#address-cells` and `#size-cells` as the checks count them: those of the parent itself, else
 * the specification's 2 and 1 (Devicetree Specification 0.4, 2.3.5). Linux takes those of an
 * ancestor instead (see ../cells.ts), which is why relying on the default is a finding.
 */
import { be32 } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import type { TreeView } from './tree-view.ts'

/** A count and whether the node says it. `value` null: the property is no single cell. */
export interface CellCount {
  value: number | null
  given: boolean
}

const defaults = { '#address-cells': 2, '#size-cells': 1 } as const

/** The count that `bus` gives its children. */
export function cellCount(view: TreeView, bus: DtNode, name: keyof typeof defaults): CellCount {
  const value = view.prop(bus, name)?.value
  if (value === undefined) return { value: defaults[name], given: false }
  return { value: value.length === 4 ? be32(value, 0) : null, given: true }
}

/** `#address-cells` of the children of `bus`; null when it is no single cell. */
export function addressCount(view: TreeView, bus: DtNode): number | null {
  return cellCount(view, bus, '#address-cells').value
}

/** `#size-cells` of the children of `bus`; null when it is no single cell. */
export function sizeCount(view: TreeView, bus: DtNode): number | null {
  return cellCount(view, bus, '#size-cells').value
}

/** `#address-cells = <1> of /soc`, with where the number comes from. */
export function countText(view: TreeView, bus: DtNode, name: keyof typeof defaults): string {
  const { value, given } = cellCount(view, bus, name)
  const origin = given ? `of ${bus.path}` : `by default, ${bus.path} has none`
  return `${name} = <${value}> ${origin}`
}

/** True when a value of `length` bytes holds a whole number of entries of `cells` cells. */
export function holdsWhole(length: number, cells: number): boolean {
  return cells === 0 ? length === 0 : length % (cells * 4) === 0
}

/** `1 byte`, `12 bytes`. */
export function bytesText(length: number): string {
  return `${length} ${length === 1 ? 'byte' : 'bytes'}`
}

/** `1 cell`, `3 cells`. */
export function cellsText(count: number): string {
  return `${count} ${count === 1 ? 'cell' : 'cells'}`
}
