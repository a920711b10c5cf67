/**
 * Lists of references with arguments, such as `iommus = <&smmu 3>, <&smmu 4>`: each entry is a
 * phandle and as many cells as its target says. of_parse_phandle_with_args(), drivers/of/base.c
 */
import { be32 } from './bytes.ts'
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'

/** One entry of such a list. */
export interface PhandleArgs {
  /** The node referred to; null for a hole and where there is a problem with the phandle. */
  provider: DtNode | null
  /** Argument cells, unsigned. */
  args: number[]
  /** Position among the entries, from 0. Holes count. */
  index: number
  /** Why the entry cannot be used. It is then the last one: where the next begins is unknown. */
  problem?: string
}

/**
 * The entries of a list; none when the property is absent. `cellsName` is the property of the
 * target that gives the number of arguments (`#iommu-cells`), or a number that holds for all.
 * A phandle of 0 is a hole: no provider, no arguments, no problem.
 */
export function phandleArgs(
  tree: DeviceTree,
  node: DtNode,
  listName: string,
  cellsName: string | number,
): PhandleArgs[] {
  const value = node.prop(listName)?.value
  const entries: PhandleArgs[] = []
  if (value === undefined) return entries
  const count = Math.floor(value.length / 4)
  const cell = (i: number): number => be32(value, i * 4)
  for (let at = 0; at < count; ) {
    const index = entries.length
    const phandle = cell(at++)
    const fail = (problem: string, provider: DtNode | null = null): PhandleArgs[] => {
      entries.push({ provider, args: [], index, problem })
      return entries
    }
    if (phandle === 0) {
      entries.push({ provider: null, args: [], index })
      continue
    }
    const provider = tree.byPhandle(phandle)
    if (provider === undefined) return fail(`no node has phandle 0x${phandle.toString(16)}`)
    const cells = typeof cellsName === 'number' ? cellsName : provider.u32(cellsName)
    if (cells === undefined) return fail(`${provider.path} has no ${cellsName}`, provider)
    if (cells > count - at) {
      const has = `${count - at} ${count - at === 1 ? 'is' : 'are'} left`
      return fail(`${provider.path} takes ${cells} cells, but ${has}`, provider)
    }
    const args: number[] = []
    for (let i = 0; i < cells; i++) args.push(cell(at++))
    entries.push({ provider, args, index })
  }
  if (value.length % 4 !== 0) {
    const problem = `${value.length} bytes: no whole number of cells`
    entries.push({ provider: null, args: [], index: entries.length, problem })
  }
  return entries
}
