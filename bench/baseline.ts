/** Compares results with those of an earlier run. */
import type { BenchResult } from './case.ts'

/** Slower than this and a person should look. */
const REPORT_BEYOND = 1.3

/** A line for each case that became more than 30 % slower than the baseline. */
export function slower(
  results: readonly BenchResult[],
  baseline: readonly BenchResult[],
): string[] {
  const before = new Map(baseline.map((b) => [b.name, b.nsPerOp]))
  return results.flatMap(({ name, nsPerOp }) => {
    const old = before.get(name)
    if (old === undefined || nsPerOp <= old * REPORT_BEYOND) return []
    const percent = Math.round((nsPerOp / old - 1) * 100)
    return [`${name}: ${percent} % slower than the baseline (${old} -> ${nsPerOp} ns)`]
  })
}

/**
 * Results as a table: ns/op, spread, what the native peer takes where one has a peer and the ratio to
 * it, what an operation allocates and calls back where a case counts that, change against the baseline
 * where there is one.
 */
export function resultTable(
  results: readonly BenchResult[],
  baseline: readonly BenchResult[],
): string {
  const before = new Map(baseline.map((b) => [b.name, b.nsPerOp]))
  const widest = Math.max(4, ...results.map((r) => r.name.length))
  const peers = results.some((r) => r.nativeRatio !== undefined)
  const counted = results.some((r) => r.callbacksPerOp !== undefined)
  const columns = [
    `${'CASE'.padEnd(widest)}          NS/OP  SPREAD`,
    peers ? '    NATIVE ns     RATIO  TARGET' : '',
    counted ? '  BYTES  CALLBACKS' : '',
    '  BASELINE',
  ]
  const lines = results.map((result) => {
    const { name, nsPerOp, spread, native, nativeRatio, target } = result
    const old = before.get(name)
    const change = old === undefined ? '-' : `${Math.round((nsPerOp / old - 1) * 100)} %`
    const ratio = nativeRatio === undefined ? '-' : `x ${nativeRatio}`
    const cells = [
      name.padEnd(widest),
      nsPerOp.toLocaleString('en').padStart(15),
      `${Math.round(spread * 100)} %`.padStart(8),
      peers ? (native?.toLocaleString('en') ?? '-').padStart(13) : '',
      peers ? ratio.padStart(10) : '',
      peers ? (target === undefined ? '-' : `x ${target}`).padStart(8) : '',
      counted ? String(result.bytesPerOp ?? '-').padStart(7) : '',
      counted ? String(result.callbacksPerOp ?? '-').padStart(11) : '',
      change.padStart(10),
    ]
    return cells.join('')
  })
  return [columns.join(''), ...lines].join('\n')
}
