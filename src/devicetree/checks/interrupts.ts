/** Interrupts, and who takes them (Devicetree Specification 0.4, 2.4). */
import { be32 } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import { bytesText, cellsText, holdsWhole } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import { isPhandle } from './phandle-values.ts'
import type { TreeView } from './tree-view.ts'

function isProvider(view: TreeView, node: DtNode): boolean {
  return ['interrupt-controller', 'interrupt-map'].some((n) => view.prop(node, n) !== undefined)
}

/** What was said of an interrupt-parent or a controller already: many devices share one. */
const said = (_view: TreeView): Set<DtNode> => new Set()

/**
 * Who takes the interrupts of a node: the nearest `interrupt-parent`, or an ancestor that takes
 * interrupts. `unknown`: that is said, or in another tree. `none`: nobody.
 */
function controllerOf(node: DtNode, view: TreeView, report: Report): DtNode | 'unknown' | 'none' {
  const told = view.once(said)
  for (let at: DtNode | null = node; at !== null; at = at.parent) {
    if (at !== node && isProvider(view, at)) return at
    const property = view.prop(at, 'interrupt-parent')
    if (property === undefined) continue
    const { value } = property
    const phandle = value.length === 4 ? be32(value, 0) : 0
    if (!isPhandle(phandle) && view.isOverlay) return 'unknown'
    const controller = view.tree.byPhandle(phandle)
    if (controller === undefined || !isPhandle(phandle)) {
      const message =
        value.length === 4
          ? `0x${phandle.toString(16)}, but no node has that phandle`
          : `${bytesText(value.length)}, but one phandle of 4 bytes is expected`
      if (!told.has(at)) report({ node: at, property, message })
      told.add(at)
      return isPhandle(phandle) ? 'unknown' : 'none'
    }
    if (!isProvider(view, controller) && !told.has(controller)) {
      told.add(controller)
      report({
        node: controller,
        message: () =>
          `takes the interrupts of ${node.path}, but has no interrupt-controller and no interrupt-map`,
      })
    }
    return controller
  }
  return 'none'
}

/** See the head of the file. */
export const interruptChecks: readonly CheckRow[] = [
  {
    id: 'interrupts_property',
    level: 'warning',
    rule: 'interrupts has a parent that takes interrupts, and whole entries of its #interrupt-cells',
    property: 'interrupts',
    check: (node, view, report) => {
      const property = view.prop(node, 'interrupts')
      if (property === undefined) return
      const { length } = property.value
      if (length % 4 !== 0) {
        const message = `${bytesText(length)}, but interrupts are whole cells`
        report({ node, property, message })
      }
      const controller = controllerOf(node, view, report)
      if (controller === 'unknown') return
      if (controller === 'none') {
        report({
          node,
          message:
            'it has interrupts, but neither it nor a node above says an interrupt-parent that counts',
        })
        return
      }
      const cells = view.prop(controller, '#interrupt-cells')?.value
      if (cells?.length !== 4) return
      const count = be32(cells, 0)
      if (holdsWhole(length, count)) return
      report({
        node,
        property,
        message: () =>
          `${bytesText(length)} are no whole number of interrupts: ${controller.path} takes ` +
          `${cellsText(count)} for each (its #interrupt-cells)`,
      })
    },
  },
  {
    id: 'interrupt_provider',
    level: 'warning',
    rule: 'a node that takes interrupts has #interrupt-cells and #address-cells',
    check: (node, view, report) => {
      if (!isProvider(view, node)) return
      for (const name of ['#interrupt-cells', '#address-cells']) {
        if (view.prop(node, name) !== undefined) continue
        const message = `it takes interrupts, but has no ${name}`
        const remedy = name === '#address-cells' ? 'say #address-cells = <0>' : undefined
        report({ node, message, remedy })
      }
    },
  },
]
