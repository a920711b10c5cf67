/** The part of a node name after the `@` (Devicetree Specification 0.4, 2.2.1.1). */
import type { DtNode } from '../node.ts'
import { firstString, isPciBridge, isSimpleBus } from './buses.ts'
import { cellCount } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import { isFragment, type TreeView } from './tree-view.ts'

/** Siblings of one unit address: each is reported with the next. */
function checkUnique(node: DtNode, view: TreeView, report: Report, enabledOnly: boolean): void {
  for (const name of ['#address-cells', '#size-cells'] as const) {
    const { value, given } = cellCount(view, node, name)
    if (!given || value === null || value > 0x7fff_ffff) return
  }
  const last = new Map<string, DtNode>()
  for (const child of node.children) {
    const unit = child.unitAddress
    if (unit === null || unit === '') continue
    if (enabledOnly) {
      const status = view.prop(child, 'status')
      if (status !== undefined && firstString(status.value) === 'disabled') continue
    }
    const before = last.get(unit)
    if (before !== undefined) {
      report({ node: before, message: `${child.name} beside it has the same unit address` })
    }
    last.set(unit, child)
  }
}

/** See the head of the file. */
export const unitAddressChecks: readonly CheckRow[] = [
  {
    id: 'unit_address_vs_reg',
    level: 'warning',
    rule: 'a node has a unit address if and only if it has reg, or ranges with tuples',
    check: (node, view, report) => {
      // The numbers of an overlay's fragments are no addresses.
      if (isFragment(node)) return
      const ranges = view.prop(node, 'ranges')
      const hasReg = view.prop(node, 'reg') !== undefined
      const hasAddress = hasReg || (ranges !== undefined && ranges.value.length > 0)
      const hasUnit = (node.unitAddress ?? '') !== ''
      if (hasAddress && !hasUnit) {
        const message = `it has ${hasReg ? 'reg' : 'ranges'}, but its name has no unit address`
        report({
          node,
          message,
          remedy: node.parent === null ? undefined : `call it ${node.baseName}@ADDRESS`,
        })
      } else if (!hasAddress && hasUnit) {
        const message = 'its name has a unit address, but there is no reg and no ranges with tuples'
        report({ node, message, remedy: `call it ${node.baseName}, or give it its reg` })
      }
    },
  },
  {
    id: 'unit_address_format',
    level: 'warning',
    rule: 'a unit address has no 0x and no zeroes in front',
    check: (node, view, report) => {
      const { parent } = node
      if (parent !== null && (isPciBridge(view, parent) || isSimpleBus(view, parent))) return
      const unit = node.unitAddress ?? ''
      const hasPrefix = unit.startsWith('0x')
      if (hasPrefix) report({ node, message: `0x in front of the unit address "${unit}"` })
      if (!/^0[0-9a-fA-F]/.test(hasPrefix ? unit.slice(2) : unit)) return
      report({ node, message: `zeroes in front of the unit address "${unit}"` })
    },
  },
  {
    id: 'unique_unit_address',
    level: 'warning',
    rule: 'no two children of a bus have the same unit address',
    check: (node, view, report) => checkUnique(node, view, report, false),
  },
  {
    id: 'unique_unit_address_if_enabled',
    level: 'off',
    rule: 'no two children of a bus that are not disabled have the same unit address',
    check: (node, view, report) => checkUnique(node, view, report, true),
  },
]
