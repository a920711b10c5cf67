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
  const { name, value } = property
  if (value.length === 0) return ''
  const references = tree === undefined ? null : referencesText(name, value, tree)
  if (references !== null) return references
  if (looksLikeText(value)) return stringsText(value)
  if (value.length % 4 === 0) return cellsText(cellsOf(value))
  return `[${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}]`
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

function cellsText(cells: readonly number[]): string {
  return `<${cells.map(cellText).join(' ')}>`
}

/** NUL-terminated, no empty string, and nothing but printable characters, tab and line end. */
export function looksLikeText(value: Uint8Array): boolean {
  if (value[value.length - 1] !== 0) return false
  let previous = 0
  for (const byte of value) {
    const printable = (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10
    if (!printable && (byte !== 0 || previous === 0)) return false
    previous = byte
  }
  return true
}

function stringsText(value: Uint8Array): string {
  const escaped: Record<string, string> = { '\n': '\\n', '\t': '\\t', '"': '\\"', '\\': '\\\\' }
  return text(value, 0, value.length - 1)
    .split('\0')
    .map((string) => `"${string.replaceAll(/[\n\t"\\]/g, (c) => escaped[c]!)}"`)
    .join(', ')
}

/** Null when the property holds no phandles, or its list is broken: then cells say it best. */
function referencesText(name: string, value: Uint8Array, tree: DeviceTree): string | null {
  if (value.length % 4 !== 0) return null
  const cells = cellsOf(value)
  const isMap = name === 'iommu-map' || name === 'msi-map'
  const argument = argumentCells(name)
  if (!isMap && argument === null) return null
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
    if (provider !== undefined) words[phandleAt - at] = referenceText(provider, tree)
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
