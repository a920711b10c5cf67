/** `dt show` for people: a node as source, with what each property means below it. */
import { type Meaning, propertyMeaning } from '../../devicetree/meaning.ts'
import { meaningText } from '../../devicetree/meaning-text.ts'
import type { DtNode, DtProperty } from '../../devicetree/node.ts'
import { propertySource } from '../../devicetree/property-source.ts'
import type { TreeReader } from '../../devicetree/tree-reader.ts'
import type { Paint } from '../paint.ts'
import { indented } from '../wrap.ts'
import { counted, nodesUnder } from './dt-diff.ts'

/** Entries shown of one property. */
const MOST_ENTRIES = 64

/** How it is shown. */
export interface ShowStyle {
  paint: Paint
  /** Characters a line. */
  width: number
  /** Everything below the node too. */
  all: boolean
}

/** Lines of a node. */
export function renderNode(reader: TreeReader, node: DtNode, style: ShowStyle): string[] {
  const { paint, all } = style
  const lines = all ? [] : headLines(node, paint)
  const pending: (DtNode | string)[] = [node]
  for (let next = pending.pop(), depth = 0; next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') {
      depth--
      lines.push(`${'    '.repeat(depth)}};`)
      continue
    }
    const indent = '    '.repeat(depth)
    if (depth > 0) lines.push('')
    const name = next.parent === null ? '/' : next.name
    lines.push(
      `${indent}${[...labelsOf(reader, next).map((l) => `${l}:`), paint.bold(name)].join(' ')} {`,
    )
    for (const property of next.properties) {
      lines.push(...propertyLines(reader, next, property, `${indent}    `, style))
    }
    depth++
    pending.push('};')
    if (all) for (let i = next.children.length - 1; i >= 0; i--) pending.push(next.children[i]!)
    else lines.push(...childLines(reader, next, paint))
  }
  return lines
}

function headLines(node: DtNode, paint: Paint): string[] {
  return node.parent === null ? [] : [paint.dim(`// ${node.path}`)]
}

/** Labels of the source text, else the one that `/__symbols__` gives. */
export function labelsOf(reader: TreeReader, node: DtNode): string[] {
  const label = reader.tree.labelOf(node)
  if (node.labels.length > 0 || label === undefined) return [...node.labels]
  return [label]
}

function propertyLines(
  reader: TreeReader,
  node: DtNode,
  property: DtProperty,
  indent: string,
  { paint, width }: ShowStyle,
): string[] {
  const text = propertySource(reader, node, property)
  const labels = (property.labels ?? []).map((label) => `${label}: `).join('')
  const statement = `${labels}${property.name}${text === '' ? '' : ` = ${text}`};`
  // A string keeps its spaces, so it is not broken.
  const lines = text.includes('"')
    ? [indent + statement]
    : brokenAtSpaces(indent + statement, width, `${indent}    `)
  const entries = propertyMeaning(reader, node, property).filter(isWorthSaying)
  for (const [i, entry] of entries.slice(0, MOST_ENTRIES).entries()) {
    const number = entries.length > 1 ? `[${i}] ` : ''
    const told = indented(meaningText(entry), width, `${indent}  // ${number}`, `${indent}  //   `)
    lines.push(...told.map(entry.problem === undefined ? paint.dim : paint.red))
  }
  if (entries.length > MOST_ENTRIES) {
    lines.push(paint.dim(`${indent}  // and ${entries.length - MOST_ENTRIES} more; --json has all`))
  }
  return lines
}

/** As `indented` does it, for texts of any length: properties may have a hundred thousand cells. */
function brokenAtSpaces(text: string, width: number, rest: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.trimStart().split(' ')) {
    if (line === '') line = text.slice(0, text.length - text.trimStart().length) + word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = rest + word
    }
  }
  return [...lines, line]
}

/** Names stand with the entries of their lists already; a plain reference is in the source. */
function isWorthSaying(meaning: Meaning): boolean {
  if (meaning.problem !== undefined) return true
  if (meaning.kind !== 'phandle-args') return meaning.kind !== 'name'
  return meaning.name !== undefined || meaning.sense !== null || meaning.provider?.label != null
}

/** A line a child: name, label, compatible, status, and how much is below it. */
function childLines(reader: TreeReader, node: DtNode, paint: Paint): string[] {
  if (node.children.length === 0) return []
  const lines = [
    '',
    paint.dim(`    // ${counted(node.children.length, 'child').replace('childs', 'children')}`),
  ]
  for (const child of node.children) {
    const labels = labelsOf(reader, child)
      .map((label) => `${label}: `)
      .join('')
    const said = [child.compatible[0], child.string('status'), below(child)]
    const notes = said.filter((text) => text !== undefined && text !== '').join(', ')
    lines.push(`    ${labels}${child.name}${notes === '' ? '' : paint.dim(`  // ${notes}`)}`)
  }
  return lines
}

function below(node: DtNode): string {
  return node.children.length === 0 ? '' : `${counted(nodesUnder(node).length, 'node')} below`
}
