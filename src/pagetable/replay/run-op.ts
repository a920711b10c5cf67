/** One operation of a vector on the engine. */
import type { EnginePageTable } from '../contract.ts'
import { mapRange, unmapRange } from '../page-size.ts'
import type { DriverRecorder } from './recorders.ts'
import type { VectorOp } from './vector.ts'
import { engineIova, engineNumber, hexOf, iovaDigits, parseWide, wideNumber } from './wide.ts'

/** What one operation did, in the vectors' own field names. */
export type OpResult = Record<string, unknown>

/** What it is run with. */
export interface OpContext {
  table: EnginePageTable
  /** Of formats whose vectors record what their driver does. */
  recorder: DriverRecorder | null
  /** Pays for the growth of lists. */
  spend(accesses: number): void
}

/** Runs it. */
export function runOp(op: VectorOp, context: OpContext): OpResult {
  const result: OpResult = {}
  const done = op.core ? rangeOp(op, context, result) : pagesOp(op, context, result)
  if (done.warnings > 0 && context.table.format.behaviour.warns === true) {
    result.warn = done.warnings
  }
  result.sync_bytes = done.written
  return Object.assign(result, context.recorder?.take())
}

/** A call of the driver's own. */
function pagesOp(op: VectorOp, { table, recorder }: OpContext, result: OpResult) {
  const { format } = table
  const { kind, count, iova: at } = op
  const iova = engineIova(at, format)
  const size = wideNumber(op.size)
  if (kind === 'map') {
    const address = engineNumber(op.address, format.outputBits)
    const ret = table.mapPages(iova, address, size, count, op.prot)
    result.ret = ret
    if (op.expected.op === 'map_pages') result.mapped = hexOf(table.mapped)
    recorder?.called({ kind, at, iova, size, count, ret, bytes: table.mapped })
  } else {
    const bytes = table.unmapPages(iova, size, count)
    result.unmapped = hexOf(bytes)
    recorder?.called({ kind, at, iova, size, count, ret: 0, bytes })
  }
  return { warnings: table.warnings, written: table.written }
}

/** A range that the IOMMU core cuts into calls. */
function rangeOp(op: VectorOp, { table, recorder, spend }: OpContext, result: OpResult) {
  const { format } = table
  const iova = engineIova(op.iova, format)
  const size = wideNumber(op.size)
  const calls: unknown[][] = []
  const done = { warnings: 0, written: 0 }
  const shownIova = (at: number) => `0x${iovaDigits(at, format)}`
  const called = (
    kind: 'map' | 'unmap',
    iova: number,
    size: number,
    count: number,
    ret: number,
    bytes: number,
  ) => {
    spend(64)
    done.warnings += table.warnings
    done.written += table.written
    const at = parseWide(shownIova(iova)) ?? op.iova
    recorder?.called({ kind, at, iova, size, count, ret, bytes })
  }
  const listener = {
    mapped(at: number, to: number, page: number, n: number, ret: number, bytes: number) {
      called('map', at, page, n, ret, bytes)
      calls.push(['map_pages', shownIova(at), hexOf(to), hexOf(page), n, ret, hexOf(bytes)])
    },
    unmapped(at: number, page: number, n: number, bytes: number) {
      called('unmap', at, page, n, 0, bytes)
      calls.push(['unmap_pages', shownIova(at), hexOf(page), n, hexOf(bytes)])
    },
  }
  if (op.kind === 'map') {
    const address = engineNumber(op.address, format.outputBits)
    result.ret = mapRange(table, iova, address, size, op.prot, listener)
  } else result.unmapped = hexOf(unmapRange(table, iova, size, listener))
  result.calls = calls
  return done
}
