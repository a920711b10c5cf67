/**
 * Device trees for programs: blobs and sources in and out, and the questions that DMA and IOMMU
 * code asks of them. Imports nothing but this package's own base.
 */
export {
  type Diagnostic,
  formatDiagnostic,
  type Position,
  type Severity,
} from '../base/diagnostic.ts'
export {
  type RegEntry,
  regs,
  translateAddress,
  translatedReg,
} from './addresses.ts'
export { firstDisabled, isAvailable } from './availability.ts'
export { cellsValue, stringsValue } from './bytes.ts'
export { addressCells, sizeCells } from './cells.ts'
export { type CheckOptions, checkTree } from './checks/check-tree.ts'
export { checks } from './checks/checks.ts'
export {
  type DmaLevel,
  type DmaParent,
  dmaAddressOf,
  dmaParent,
  dmaWindows,
  translateDma,
} from './dma-windows.ts'
export { type ParseDtbOptions, type Parsed, parseDtb, printDtb } from './dtb.ts'
export { type ParseDtsOptions, parseDts } from './dts.ts'
export { printDts, unprintable } from './dts-print.ts'
export type { IncludedText, IncludeText } from './dts-reader.ts'
export type { IncludeBytes } from './dts-value.ts'
export {
  type IommuMapping,
  type IommuMapRow,
  iommuMap,
  iommuMapRows,
  iommuSpecifiers,
} from './iommus.ts'
export {
  type MemoryRange,
  memoryRanges,
  type ReservedRange,
  reservedMemory,
} from './memory.ts'
export { type ApplyOverlayOptions, applyOverlay, isOverlay } from './overlay.ts'
export { type PhandleArgs, phandleArgs } from './phandles.ts'
export { type BusWindow, type BusWindows, busWindows } from './ranges.ts'
export { sameTree } from './same-tree.ts'
export { type PropertyChange, type TreeDiff, diffTrees } from './tree-diff.ts'
export { TreeReader } from './tree-reader.ts'
export { type Meaning, propertyMeaning } from './meaning.ts'
export { meaningText } from './meaning-text.ts'
export { propertySource } from './property-source.ts'
export { DeviceTree, DtNode, type DtProperty, type MemoryReservation } from './tree.ts'
export {
  type JsonNode,
  type JsonTree,
  type JsonValue,
  type ParseTreeJsonOptions,
  parseTreeJson,
  treeJson,
} from './tree-json.ts'
export { propertyText, referenceText, valueText } from './value-text.ts'
