/** `dt diff` for people: what changed at which node, then the nodes that went and came. */
import type { DtNode } from '../../devicetree/node.ts'
import type { PropertyChange, TreeDiff } from '../../devicetree/tree-diff.ts'
import type { Paint } from '../paint.ts'

/** Changes that are nothing but a phandle gained or lost: told by their number. */
function isPhandleOnly({ property, before, after }: PropertyChange): boolean {
  return (
    (property === 'phandle' || property === 'linux,phandle') && (before === null || after === null)
  )
}

/** Lines of a comparison; with `all`, every phandle gained or lost and every node by itself. */
export function renderTreeDiff(diff: TreeDiff, paint: Paint, all: boolean): string[] {
  const lines: string[] = []
  let path: string | null = null
  const quiet = all ? [] : diff.changed.filter(isPhandleOnly)
  for (const change of diff.changed) {
    if (!all && isPhandleOnly(change)) continue
    if (change.path !== path) {
      path = change.path
      lines.push(paint.bold(path))
    }
    lines.push(...changeLines(change, paint))
  }
  for (const node of diff.removed) lines.push(...nodeLines('-', node, all).map(paint.red))
  for (const node of diff.added) lines.push(...nodeLines('+', node, all).map(paint.green))
  if (quiet.length > 0) {
    lines.push(paint.dim(`${counted(quiet.length, 'phandle')} gained or lost; --all lists them`))
  }
  return lines
}

function changeLines(change: PropertyChange, paint: Paint): string[] {
  if (change.entries.length > 0) {
    return change.entries.map(
      ({ at, before, after }) => `  ${at}: ${paint.red(before)} -> ${paint.green(after)}`,
    )
  }
  const lines: string[] = []
  const { property, before, after } = change
  if (before !== null) lines.push(paint.red(`  - ${statement(property, before)}`))
  if (after !== null) lines.push(paint.green(`  + ${statement(property, after)}`))
  return lines
}

function statement(property: string, value: string): string {
  if (property === '/memreserve/') return `${property} ${value};`
  return value === '' ? `${property};` : `${property} = ${value};`
}

function nodeLines(sign: string, node: DtNode, all: boolean): string[] {
  const below = nodesUnder(node)
  const more = below.length === 0 ? '' : `  (and ${counted(below.length, 'node')} under it)`
  if (!all) return [`${sign} ${node.path}${more}`]
  return [node, ...below].map(({ path }) => `${sign} ${path}`)
}

/** Every node below, in document order. */
export function nodesUnder(node: DtNode): DtNode[] {
  const nodes: DtNode[] = []
  const pending = [...node.children].reverse()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    nodes.push(next)
    for (let i = next.children.length - 1; i >= 0; i--) pending.push(next.children[i]!)
  }
  return nodes
}

/** `1 node`, `3 nodes`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
