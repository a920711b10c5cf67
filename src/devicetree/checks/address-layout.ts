/**
 * Lengths of `reg`, `ranges` and `dma-ranges`, and where the numbers of cells come from
 * (Devicetree Specification 0.4, 2.3.5 to 2.3.9).
 */
import type { DtNode } from '../node.ts'
import {
  addressCount,
  bytesText,
  cellCount,
  countText,
  holdsWhole,
  sizeCount,
} from './cell-counts.ts'
import type { CheckRow } from './check-row.ts'
import type { TreeView } from './tree-view.ts'

/** Cells of an entry of `reg`; null when a count is no single cell, which is said elsewhere. */
function regEntry(view: TreeView, bus: DtNode): number | null {
  const address = addressCount(view, bus)
  const size = sizeCount(view, bus)
  return address === null || size === null ? null : address + size
}

/** True when the checks of addresses can rely on `reg`: there, and of whole entries. */
export function hasWholeReg(view: TreeView, node: DtNode): boolean {
  const value = view.prop(node, 'reg')?.value
  if (value === undefined || value.length === 0 || node.parent === null) return false
  const entry = regEntry(view, node.parent)
  return entry !== null && holdsWhole(value.length, entry)
}

const windows = (id: string, name: string): CheckRow => ({
  id,
  level: 'warning',
  rule: `${name} consists of whole tuples: child address, parent address, size`,
  property: name,
  check: (node, view, report) => {
    const property = view.prop(node, name)
    if (property === undefined) return
    const { parent } = node
    if (parent === null) {
      report({ node, property, message: `the root has ${name}, but there is no bus above it` })
      return
    }
    const child = addressCount(view, node)
    const above = addressCount(view, parent)
    const size = sizeCount(view, node)
    const sizeAbove = sizeCount(view, parent)
    if (child === null || above === null || size === null || sizeAbove === null) return
    const { length } = property.value
    if (length > 0) {
      const tuple = child + above + size
      if (holdsWhole(length, tuple)) return
      report({
        node,
        property,
        message: () =>
          `${bytesText(length)} hold no whole number of tuples of ${tuple * 4}: child address ` +
          `(${countText(view, node, '#address-cells')}), parent address ` +
          `(${countText(view, parent, '#address-cells')}), size (${countText(view, node, '#size-cells')})`,
      })
      return
    }
    for (const key of ['#address-cells', '#size-cells'] as const) {
      if (cellCount(view, node, key).value === cellCount(view, parent, key).value) continue
      report({
        node,
        property,
        message: () =>
          `empty, which maps addresses one to one, but ${countText(view, node, key)} and ` +
          countText(view, parent, key),
        remedy: `give both the same ${key}, or write the tuples`,
      })
    }
  },
})

/** See the head of the file. */
export const addressLayoutChecks: readonly CheckRow[] = [
  {
    id: 'reg_format',
    level: 'warning',
    rule: "reg consists of whole entries of the parent's #address-cells and #size-cells",
    property: 'reg',
    check: (node, view, report) => {
      const property = view.prop(node, 'reg')
      if (property === undefined) return
      const { parent } = node
      if (parent === null) {
        report({ node, message: 'the root has reg, but is on no bus' })
        return
      }
      const { length } = property.value
      if (length === 0) report({ node, property, message: 'empty, but an address is expected' })
      const entry = regEntry(view, parent)
      if (entry === null || holdsWhole(length, entry)) return
      report({
        node,
        property,
        message: () =>
          `${bytesText(length)} hold no whole number of entries of ${entry * 4}: ` +
          `${countText(view, parent, '#address-cells')}, ${countText(view, parent, '#size-cells')}`,
      })
    },
  },
  windows('ranges_format', 'ranges'),
  windows('dma_ranges_format', 'dma-ranges'),
  {
    id: 'avoid_default_addr_size',
    level: 'warning',
    rule: 'a bus with children that have reg or ranges says its #address-cells and #size-cells',
    check: (node, view, report) => {
      const { parent } = node
      if (parent === null) return
      if (view.prop(node, 'reg') === undefined && view.prop(node, 'ranges') === undefined) return
      for (const name of ['#address-cells', '#size-cells'] as const) {
        if (cellCount(view, parent, name).given) continue
        report({
          node,
          message: () =>
            `relies on a default: ${parent.path} has no ${name}; the specification takes ` +
            `${name === '#size-cells' ? 1 : 2}, Linux what the nearest ancestor says`,
          remedy: () => `say ${name} in ${parent.path}`,
        })
      }
    },
  },
  {
    id: 'avoid_unnecessary_addr_size',
    level: 'warning',
    rule: 'a node has #address-cells and #size-cells only where children have addresses',
    check: (node, view, report) => {
      if (node.parent === null || node.children.length === 0) return
      for (const name of ['#address-cells', '#size-cells'] as const) {
        const { value, given } = cellCount(view, node, name)
        // dtc keeps the count as a signed number and takes a negative one for none.
        if (!given || value === null || value > 0x7fff_ffff) return
      }
      if (view.prop(node, 'ranges') !== undefined) return
      if (node.children.some((child) => view.prop(child, 'reg') !== undefined)) return
      report({
        node,
        message: '#address-cells and #size-cells, but no ranges and no child with reg',
        remedy: 'delete both, or give the children their reg',
      })
    },
  },
]
