/** A property as a person would write it in a source: for explanations, and to print sources. */
import { be32, text } from './bytes.ts'
import type { DtNode, DtProperty } from './node.ts'
import { argumentCells } from './phandle-lists.ts'
import type { DeviceTree } from './tree.ts'

/** Cells of an `iommu-map` or `msi-map` row; the second is the phandle. */
const MAP_ROW = 4

/**
 * `name = value`, or the name alone for an empty value. With a tree, phandles in properties known
 * to hold them are written as references: `iommus = <&vopb_mmu 3>`, or with a path where no label
 * is known, `iommus = <&{/iommu@ff930300}>`.
 */
export function propertyText(property: DtProperty, tree?: DeviceTree): string {
  const value = valueText(property, tree)
  return value === '' ? property.name : `${property.name} = ${value}`
}

/**
 * The value alone; '' for an empty one. Strings where every byte is text, else cells in
 * hexadecimal, else bytes. Reading the text back as source gives the same bytes, as long as
 * phandles keep their numbers.
 */
export function valueText(property: DtProperty, tree?: DeviceTree): string {
  const naming = tree === undefined ? null : (node: DtNode) => referenceText(node, tree)
  return sourceText(property, tree, naming)
}

/** How a reference to a node is written; null for a node that only its number can stand for. */
export type Naming = (node: DtNode) => string | null

/** As `valueText`, with references as `naming` writes them; without one, all are numbers. */
export function sourceText(
  property: DtProperty,
  tree: DeviceTree | undefined,
  naming: Naming | null,
): string {
  const { name, value } = property
  const kind = valueKind(property)
  if (kind === 'empty') return ''
  if (tree !== undefined && naming !== null && value.length % 4 === 0) {
    const references = referencesText(name, value, tree, naming)
    if (references !== null) return references
  }
  if (kind === 'strings') return stringsText(value)
  if (kind === 'cells') return cellsText(value)
  return bytesText(value)
}

/** What a value is taken for. */
export type ValueKind = 'empty' | 'strings' | 'cells' | 'bytes'

/** Properties whose cells may look like text: their name says that they are numbers. */
const NUMBERS =
  /^(?:reg|ranges|dma-ranges|(?:linux,)?phandle|#.*-cells|#size-cells|interrupts|interrupt-map(?:-mask)?|(?:iommu|msi)-map|.*-(?:frequency|rates|gpios?|microvolt|microamp)|(?:assigned-)?clocks|iommus|resets|dmas|power-domains)$/

/** By its look and, where that could mislead, by the property's name. */
export function valueKind({ name, value }: DtProperty): ValueKind {
  if (value.length === 0) return 'empty'
  const whole = value.length % 4 === 0
  if (looksLikeText(value) && !(whole && NUMBERS.test(name))) return 'strings'
  return whole ? 'cells' : 'bytes'
}

function bytesText(value: Uint8Array): string {
  let text = '['
  for (let i = 0; i < value.length; i++) {
    text += `${i === 0 ? '' : ' '}${value[i]! < 16 ? '0' : ''}${value[i]!.toString(16)}`
  }
  return `${text}]`
}

function cellsOf(value: Uint8Array): number[] {
  const cells: number[] = []
  for (let at = 0; at + 4 <= value.length; at += 4) cells.push(be32(value, at))
  return cells
}

/** Small numbers in decimal, as they are counts and indices; the rest in hexadecimal. */
function cellText(cell: number): string {
  return cell < 10 ? String(cell) : `0x${cell.toString(16)}`
}

function cellsText(value: Uint8Array): string {
  if (value.length === 4) return `<${cellText(be32(value, 0))}>`
  const words: string[] = []
  for (let at = 0; at + 4 <= value.length; at += 4) words.push(cellText(be32(value, at)))
  return `<${words.join(' ')}>`
}

/** NUL-terminated, no empty string, and nothing but printable characters, tab and line end. */
export function looksLikeText(value: Uint8Array): boolean {
  if (value[value.length - 1] !== 0) return false
  let previous = 0
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]!
    const printable = (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10
    if (!printable && (byte !== 0 || previous === 0)) return false
    previous = byte
  }
  return true
}

const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

/** All strings at once: a NUL between two becomes the end of one and the start of the next. */
function stringsText(value: Uint8Array): string {
  const strings = text(value, 0, value.length - 1)
  const escaped = /[\n\t"\\]/.test(strings)
    ? strings.replaceAll(/[\n\t"\\]/g, (c) => ESCAPED[c]!)
    : strings
  return `"${escaped.replaceAll('\0', '", "')}"`
}

/** Null when the property holds no phandles, or its list is broken: then cells say it best. */
function referencesText(
  name: string,
  value: Uint8Array,
  tree: DeviceTree,
  naming: Naming,
): string | null {
  const isMap = name === 'iommu-map' || name === 'msi-map'
  const argument = argumentCells(name)
  if (!isMap && argument === null) return null
  const cells = cellsOf(value)
  const groups: string[] = []
  for (let at = 0; at < cells.length; ) {
    const phandleAt = isMap ? at + 1 : at
    const phandle = cells[phandleAt]
    const provider = phandle === undefined || phandle === 0 ? undefined : tree.byPhandle(phandle)
    if (provider === undefined && phandle !== 0) return null
    const given = typeof argument === 'string' ? provider?.u32(argument) : argument
    // A hole has no arguments; a target that lacks the property takes none, as msi-parent may.
    const length = isMap ? MAP_ROW : 1 + (provider === undefined ? 0 : (given ?? 0))
    if (at + length > cells.length) return null
    const words = cells.slice(at, at + length).map(cellText)
    const reference = provider === undefined ? null : naming(provider)
    if (reference !== null) words[phandleAt - at] = reference
    groups.push(`<${words.join(' ')}>`)
    at += length
  }
  return groups.join(', ')
}

/** `&label`, or `&{/path}` where no label is known. */
export function referenceText(node: DtNode, tree: DeviceTree): string {
  const label = tree.labelOf(node)
  return label === undefined ? `&{${node.path}}` : `&${label}`
}
