/** How a device says which IOMMU translates for it: `iommus`, or `iommu-map` of a bus bridge. */
import { EFAULT, EINVAL, ENODEV, type Errno } from '../base/errno.ts'
import type { DtNode } from './node.ts'
import { type PhandleArgs, phandleArgs } from './phandles.ts'
import type { DeviceTree } from './tree.ts'

/** Entries of `iommus`, one for each master interface of the device. */
export function iommuSpecifiers(tree: DeviceTree, node: DtNode): PhandleArgs[] {
  return phandleArgs(tree, node, 'iommus', '#iommu-cells')
}

/** One row of `iommu-map`: `length` IDs from `idBase` on become IDs from `iommuBase` on. */
export interface IommuMapRow {
  idBase: number
  phandle: number
  iommuBase: number
  length: number
}

/** What looking an ID up in `iommu-map` gives. */
export interface IommuMapping {
  /**
   * `mapped`: an IOMMU and an ID. `absent`: no property. `no-match`: no row holds the ID, which
   * Linux lets pass untranslated since v5.3; before, that was -EFAULT. The others are mistakes in
   * the tree.
   */
  kind: 'mapped' | 'absent' | 'no-match' | 'bad-length' | 'masked-base' | 'unknown-phandle'
  /** What of_map_id() returns since v5.3, asked for a target. */
  errno: Errno
  provider: DtNode | null
  /** The ID for the IOMMU; the ID asked for when nothing is mapped. */
  id: number
  /** The row that decided. */
  row: IommuMapRow | null
}

/**
 * Cells of a row: the IOMMU gets one cell whatever its #iommu-cells says. "of: Respect
 * #{iommu,msi}-cells in maps" (v7.2, unconfirmed) makes the row as long as that says; not modelled.
 */
const ROW_CELLS = 4

/**
 * Looks up an ID (for PCI the requester ID: bus << 8 | device << 3 | function) in `iommu-map` of a
 * bridge, after `iommu-map-mask`. of_map_id(), drivers/of/base.c
 */
export function iommuMap(tree: DeviceTree, node: DtNode, rid: number): IommuMapping {
  const answer = (
    kind: IommuMapping['kind'],
    errno: Errno,
    row: IommuMapRow | null = null,
  ): IommuMapping => ({ kind, errno, provider: null, id: rid, row })

  const property = node.prop('iommu-map')
  if (property === undefined) return answer('absent', -ENODEV)
  const cells = node.cells('iommu-map')
  if (cells === undefined || cells.length === 0 || cells.length % ROW_CELLS !== 0) {
    return answer('bad-length', -EINVAL)
  }
  const mask = node.u32('iommu-map-mask') ?? 0xffff_ffff
  const masked = (rid & mask) >>> 0
  for (const row of rows(cells)) {
    // Linux stops at the first bad row, even when a later one would have matched.
    if ((row.idBase & ~mask) !== 0) return answer('masked-base', -EFAULT, row)
    // 32-bit arithmetic: a row that reaches 2^32 wraps and holds nothing.
    const end = (row.idBase + row.length) >>> 0
    if (masked < row.idBase || masked >= end) continue
    const provider = tree.byPhandle(row.phandle)
    if (provider === undefined) return answer('unknown-phandle', -ENODEV, row)
    const id = (masked - row.idBase + row.iommuBase) >>> 0
    return { kind: 'mapped', errno: 0, provider, id, row }
  }
  return answer('no-match', 0)
}

/** The rows of `iommu-map`, or none when its length is no multiple of a row. */
export function iommuMapRows(node: DtNode): IommuMapRow[] {
  const cells = node.cells('iommu-map')
  return cells === undefined || cells.length % ROW_CELLS !== 0 ? [] : rows(cells)
}

function rows(cells: readonly number[]): IommuMapRow[] {
  const result: IommuMapRow[] = []
  for (let at = 0; at < cells.length; at += ROW_CELLS) {
    result.push({
      idBase: cells[at]!,
      phandle: cells[at + 1]!,
      iommuBase: cells[at + 2]!,
      length: cells[at + 3]!,
    })
  }
  return result
}
