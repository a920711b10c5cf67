/** `/aliases` and `/chosen` (Devicetree Specification 0.4, 3.3 and 3.6). */
import { latin1 } from '../bytes.ts'
import type { DtNode, DtProperty } from '../node.ts'
import type { CheckRow } from './check-row.ts'
import type { TreeView } from './tree-view.ts'
import { stringProblem } from './value-shapes.ts'

/** Longer values are no paths: a node name has 31 characters, and nodes nest 64 deep. */
const LONGEST_PATH = 0x1_0000

/** The node at a path that may lack the `/` in front, as dtc takes it; the root for no text. */
function nodeAt(view: TreeView, path: string): DtNode | undefined {
  if (path === '') return view.tree.root
  const names = path.replace(/^\/+/, '').split('/')
  let node: DtNode | undefined = view.tree.root
  if (names.length > 1 && names.at(-1) === '') names.pop()
  for (const name of names) {
    node = node === undefined ? undefined : view.child(node, name)
    if (node === undefined) return undefined
  }
  return node
}

function pathIn({ value }: DtProperty): string {
  const nul = value.subarray(0, LONGEST_PATH).indexOf(0)
  return latin1(value, 0, nul < 0 ? Math.min(value.length, LONGEST_PATH) : nul)
}

/** See the head of the file. */
export const specialNodeChecks: readonly CheckRow[] = [
  {
    id: 'obsolete_chosen_interrupt_controller',
    level: 'warning',
    rule: '/chosen has no interrupt-controller',
    check: (node, view, report) => {
      if (node.parent !== view.tree.root || node.name !== 'chosen') return
      const property = view.prop(node, 'interrupt-controller')
      if (property === undefined) return
      report({ node, property, message: 'obsolete here', remedy: 'use interrupt-parent' })
    },
  },
  {
    id: 'chosen_node_is_root',
    level: 'warning',
    rule: 'a node called chosen stands below the root',
    check: (node, view, report) => {
      if (node.name !== 'chosen' || node.parent === view.tree.root) return
      report({ node, message: 'chosen counts below the root only' })
    },
  },
  {
    id: 'chosen_node_bootargs',
    level: 'warning',
    rule: 'bootargs of chosen is one string',
    check: (node, view, report) => {
      const property = node.name === 'chosen' ? view.prop(node, 'bootargs') : undefined
      const problem = property === undefined ? null : stringProblem(property.value)
      if (property !== undefined && problem !== null) report({ node, property, message: problem })
    },
  },
  {
    id: 'chosen_node_stdout_path',
    level: 'warning',
    rule: 'stdout-path of chosen is one string, and not called linux,stdout-path',
    check: (node, view, report) => {
      if (node.name !== 'chosen') return
      const current = view.prop(node, 'stdout-path')
      const property = current ?? view.prop(node, 'linux,stdout-path')
      if (property === undefined) return
      if (current === undefined) {
        report({ node, property, message: 'an old name', remedy: 'call it stdout-path' })
      }
      const problem = stringProblem(property.value)
      if (problem !== null) report({ node, property, message: problem })
    },
  },
  {
    id: 'alias_paths',
    level: 'warning',
    rule: 'every alias is the path of a node, its name lower-case letters, digits and dash',
    check: (node, view, report) => {
      if (node.name !== 'aliases') return
      for (const property of node.properties) {
        const { name } = property
        if (name === 'phandle' || name === 'linux,phandle') continue
        const path = pathIn(property)
        if (property.value.length === 0 || nodeAt(view, path) === undefined) {
          const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}...` : path)
          report({ node, property, message: `there is no node at ${shown}` })
        } else if (!/^[a-z0-9-]+$/.test(name)) {
          const message = 'the name of an alias has lower-case letters, digits and - only'
          report({ node, property, message })
        }
      }
    },
  },
]
