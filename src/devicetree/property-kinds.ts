/** What each property holds, as rows: a name or a pattern, and how it is read. */
import { isHogLine } from './list-entries.ts'
import { readReg, readWindows } from './meaning-addresses.ts'
import { readIdMap, readInterruptMap, readInterrupts, readPhandleList } from './meaning-lists.ts'
import {
  hasUnit,
  readAsText,
  readCount,
  readNames,
  readNodePath,
  readQuantity,
  readReservedSize,
  readStatus,
} from './meaning-plain.ts'
import type { DtNode } from './node.ts'
import { argumentCells } from './phandle-lists.ts'
import type { PropertyReader } from './property-place.ts'

/** Names in full. */
const kinds: Readonly<Record<string, PropertyReader>> = {
  alignment: readReservedSize,
  'assigned-addresses': readReg,
  bootargs: readAsText,
  compatible: readAsText,
  device_type: readAsText,
  'dma-ranges': readWindows,
  'interrupt-map': readInterruptMap,
  interrupts: readInterrupts,
  'iommu-map': readIdMap,
  model: readAsText,
  'msi-map': readIdMap,
  phandle: readCount,
  'linux,phandle': readCount,
  ranges: readWindows,
  reg: readReg,
  size: readReservedSize,
  status: readStatus,
  'stdout-path': readNodePath,
}

/** How a property is read; null when nothing is known of it. */
export function readerOf(name: string): PropertyReader | null {
  const known = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (known !== undefined) return known
  if (argumentCells(name) !== null) return readPhandleList
  if (/^#.*-cells$/.test(name)) return readCount
  if (name.endsWith('-names')) return readNames
  return hasUnit(name) ? readQuantity : null
}

/** True for a property whose cells are known to be plain numbers or text, and no phandles. */
export function holdsNoPhandles(node: DtNode, name: string): boolean {
  if (isHogLine(node, name)) return true
  return readerOf(name) !== null && argumentCells(name) === null
}
