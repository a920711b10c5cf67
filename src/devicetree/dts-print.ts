/** Device tree sources out. */
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'
import { valueText } from './value-text.ts'

/**
 * The tree as a source that gives the same tree when read, byte for byte: phandles are written as
 * the numbers that they are. A source cannot say which CPU boots. Tab indented, one blank line
 * before each node, as dtc prints.
 */
export function printDts(tree: DeviceTree): string {
  const lines = ['/dts-v1/;', '']
  for (const { words } of tree.reservations) {
    const [address, size] = [words.slice(0, 2), words.slice(2)].map(
      (pair) => `0x${pair.map((word) => word.toString(16).padStart(8, '0')).join('')}`,
    )
    lines.push(`/memreserve/\t${address} ${size};`)
  }
  const pending: (DtNode | number)[] = [tree.root]
  let depth = 0
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'number') {
      depth = next
      lines.push(`${'\t'.repeat(depth)}};`)
      continue
    }
    const indent = '\t'.repeat(depth)
    if (depth > 0) lines.push('')
    lines.push(`${indent}${labelled(next.labels, next.parent === null ? '/' : next.name)} {`)
    for (const property of next.properties) {
      const value = valueText(property)
      const name = labelled(property.labels ?? [], property.name)
      lines.push(`${indent}\t${value === '' ? name : `${name} = ${value}`};`)
    }
    pending.push(depth)
    for (let i = next.children.length - 1; i >= 0; i--) pending.push(next.children[i]!)
    depth++
  }
  return `${lines.join('\n')}\n`
}

function labelled(labels: readonly string[], name: string): string {
  return [...labels.map((label) => `${label}:`), name].join(' ')
}
