/** A property of a known node as source text, with every phandle that is known to be one named. */
import { type Cells, cellsIn, type ListEntry, listEntries } from './list-entries.ts'
import type { DtNode, DtProperty } from './node.ts'
import type { TreeReader } from './tree-reader.ts'
import { referenceText, valueText } from './value-text.ts'

/** `label`: `&smmu` where there is a label. `path`: always `&{/soc/iommu@1000}`. */
export type ReferenceForm = 'label' | 'path'

/** The value; '' for an empty one. `iommus` gives `<&smmu 0x40>, <&smmu 0x41>`. */
export function propertySource(
  reader: TreeReader,
  node: DtNode,
  property: DtProperty,
  form: ReferenceForm = 'label',
): string {
  if (property.value.length === 0 || property.value.length % 4 !== 0) return valueText(property)
  const entries = listEntries(reader, node, property)
  if (entries === null || entries.length === 0) return valueText(property)
  const cells = cellsIn(property.value)
  return entries.map((entry) => entrySource(reader, cells, entry, form)).join(', ')
}

/** One entry: `<&smmu 0x40>`. */
export function entrySource(
  { tree }: TreeReader,
  cells: Cells,
  { at, length, phandleAt, target }: ListEntry,
  form: ReferenceForm = 'label',
): string {
  const texts: string[] = []
  for (let i = at; i < at + length; i++) {
    if (i === phandleAt && target !== null) {
      texts.push(form === 'label' ? referenceText(target, tree) : `&{${target.path}}`)
    } else {
      const cell = cells.cell(i)
      texts.push(cell < 10 ? String(cell) : `0x${cell.toString(16)}`)
    }
  }
  return `<${texts.join(' ')}>`
}
