/** The numbers that nodes are referred to by, and the labels of a source. */
import { be32 } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import { bytesText } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import type { TreeView } from './tree-view.ts'

/** True for a number that can name a node: 0 and all ones are holes. */
export function isPhandle(number: number): boolean {
  return number !== 0 && number !== 0xffff_ffff
}

function ownNumber(node: DtNode, name: string, view: TreeView, report: Report): number {
  const property = view.prop(node, name)
  if (property === undefined) return 0
  const { value } = property
  if (value.length !== 4) {
    const message = `${bytesText(value.length)}, but a phandle is one cell of 4 bytes`
    report({ node, property, message })
    return 0
  }
  const number = be32(value, 0)
  if (isPhandle(number)) return number
  const message = `0x${number.toString(16)} cannot be a phandle: it stands for none`
  report({ node, property, message })
  return 0
}

/** Filled as the check goes through the nodes: the first of a number owns it. */
const owners = (_view: TreeView): Map<number, DtNode> => new Map()

const labelOwners = (_view: TreeView): Map<string, string> => new Map()

/** See the head of the file. */
export const phandleChecks: readonly CheckRow[] = [
  {
    id: 'duplicate_label',
    level: 'error',
    rule: 'every label of a source names one thing',
    check: (node, view, report) => {
      const known = view.once(labelOwners)
      const take = (label: string, what: string) => {
        const before = known.get(label)
        if (before === undefined) known.set(label, what)
        else report({ node, message: `label ${label} already names ${before}` })
      }
      for (const label of new Set(node.labels)) take(label, `a node called ${node.name}`)
      for (const property of node.properties) {
        for (const label of new Set(property.labels)) take(label, `a property ${property.name}`)
      }
    },
  },
  {
    id: 'explicit_phandles',
    level: 'error',
    rule: 'a phandle is one cell, usable, and of one node only',
    check: (node, view, report) => {
      const phandle = ownNumber(node, 'phandle', view, report)
      const old = ownNumber(node, 'linux,phandle', view, report)
      if (phandle !== 0 && old !== 0 && phandle !== old) {
        const message = `phandle is 0x${phandle.toString(16)}, linux,phandle is 0x${old.toString(16)}`
        report({ node, message, remedy: 'delete linux,phandle' })
      }
      const number = phandle === 0 ? old : phandle
      if (number === 0) return
      const known = view.once(owners)
      const owner = known.get(number)
      if (owner === undefined) known.set(number, node)
      else {
        report({
          node,
          message: () => `phandle 0x${number.toString(16)} is already that of ${owner.path}`,
        })
      }
    },
  },
]
