/** Device tree sources out. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { addressCells, sizeCells } from './cells.ts'
import type { DtNode, DtProperty } from './node.ts'
import type { DeviceTree } from './tree.ts'
import { type Naming, sourceText } from './value-text.ts'

/**
 * The tree as a source that gives the same tree when read, byte for byte. Labels are those of the
 * source it came from, or of `/__symbols__`; references are written with them, and as numbers where
 * there is none. A source cannot say which CPU boots. Tab indented, one blank line before each node,
 * as dtc prints.
 */
export function printDts(tree: DeviceTree): string {
  const lines = ['/dts-v1/;', '']
  for (const { words } of tree.reservations) {
    const [address, size] = [words.slice(0, 2), words.slice(2)].map(
      (pair) => `0x${pair.map((word) => word.toString(16).padStart(8, '0')).join('')}`,
    )
    lines.push(`/memreserve/\t${address} ${size};`)
  }
  const labels = labelsOf(tree)
  const naming: Naming = (node) => {
    const label = labels.get(node)?.[0]
    return label === undefined ? null : `&${label}`
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
    const own = labels.get(next) ?? []
    lines.push(`${indent}${labelled(own, next.parent === null ? '/' : next.name)} {`)
    for (const property of next.properties) {
      const value = rowsText(next, property) ?? sourceText(property, tree, naming)
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
  return labels.length === 0 ? name : `${labels.join(': ')}: ${name}`
}

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Labels of each node that a source can hold. One of a property is not given to a node again. */
function labelsOf(tree: DeviceTree): Map<DtNode, string[]> {
  const taken = new Set<string>()
  for (const node of tree.nodes()) {
    for (const { labels } of node.properties) for (const label of labels ?? []) taken.add(label)
  }
  const found = new Map<DtNode, string[]>()
  for (const [label, node] of tree.labels()) {
    if (taken.has(label) || !LABEL.test(label)) continue
    const own = found.get(node)
    if (own === undefined) found.set(node, [label])
    else own.push(label)
  }
  return found
}

/** Cells of one row of a property that is a table, 0 for others: rows are written apart. */
function rowCells(node: DtNode, name: string): number {
  const bus = node.parent
  if (bus === null) return 0
  if (name === 'reg') return addressCells(bus) + sizeCells(bus)
  if (name !== 'ranges' && name !== 'dma-ranges') return 0
  return addressCells(node) + addressCells(bus) + sizeCells(node)
}

function rowsText(node: DtNode, property: DtProperty): string | null {
  const { name, value } = property
  const row = 4 * rowCells(node, name)
  // Broken cell counts must not make a row a cell, or a row longer than the value.
  if (row < 8 || value.length <= row || value.length % row !== 0) return null
  const rows: string[] = []
  for (let at = 0; at < value.length; at += row) {
    rows.push(sourceText({ name, value: value.subarray(at, at + row) }, undefined, null))
  }
  return rows.join(', ')
}

const NODE_NAME = /^[a-zA-Z0-9,._+-]*(?:@[a-zA-Z0-9,._+-]*)?$/
const PROPERTY_NAME = /^[a-zA-Z0-9,._+*#?-]+$/

/**
 * What of a tree no source can say, as errors: names with characters that the language has not, two
 * nodes or properties of one name, and properties behind nodes. Blobs may hold all of them.
 */
export function unprintable(tree: DeviceTree): Diagnostic[] {
  const found: Diagnostic[] = []
  const report = (message: string, node: DtNode, property?: DtProperty) => {
    const at = property === undefined ? (node.at ?? {}) : (property.at ?? {})
    found.push({
      severity: 'error',
      message,
      at: {
        ...at,
        path: node.path,
        ...(property === undefined ? {} : { property: property.name }),
      },
    })
  }
  for (const node of tree.nodes()) {
    if (node.parent !== null && (node.name === '' || !NODE_NAME.test(node.name))) {
      report(`${JSON.stringify(node.name)}: a source cannot name a node like this`, node)
    }
    for (const property of node.properties) {
      if (PROPERTY_NAME.test(property.name)) continue
      report(`${JSON.stringify(property.name)}: no property name of a source`, node, property)
    }
    for (const [what, list] of [
      ['property', node.properties],
      ['node', node.children],
    ] as const) {
      const names = new Set(list.map((item) => item.name))
      if (names.size < list.length) report(`a ${what} twice: a source would merge them`, node)
    }
  }
  return found
}
