/** Measures one case: warm-up, samples of about a millisecond, median and quartiles. */
import type { BenchCase, BenchResult, Work } from './case.ts'

/** How long to measure, milliseconds. */
export interface Effort {
  /** Less work in an operation, where a case can. */
  quick?: boolean
  warmUp: number
  measure: number
}

const SAMPLE_NS = 1e6
const MIN_SAMPLES = 15
/** An operation this long is sampled less often. */
const LONG_NS = 2e8
const MIN_LONG_SAMPLES = 3

/** What operations returned. Printed at the end, so that no engine can leave the work out. */
export let sink = 0

function timed(operation: Work, times: number): number {
  if (operation.prepare !== undefined) return timedApart(operation, operation.prepare, times)
  const start = process.hrtime.bigint()
  let sum = 0
  for (let i = 0; i < times; i++) sum += operation()
  const ns = Number(process.hrtime.bigint() - start)
  sink = (sink + sum) % 1e9
  return ns / times
}

/** As timed, for work that has something to prepare. */
function timedApart(operation: Work, prepare: () => void, times: number): number {
  let sum = 0
  let ns = 0
  for (let i = 0; i < times; i++) {
    prepare()
    const start = process.hrtime.bigint()
    sum += operation()
    ns += Number(process.hrtime.bigint() - start)
  }
  sink = (sink + sum) % 1e9
  return ns / times
}

/** Bytes of heap that one call leaves behind; undefined when collections cannot be asked for. */
function garbage(operation: Work): number | undefined {
  if (globalThis.gc === undefined) return undefined
  globalThis.gc()
  operation.prepare?.()
  const before = process.memoryUsage().heapUsed
  sink = (sink + operation()) % 1e9
  return Math.max(0, process.memoryUsage().heapUsed - before)
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number
}

/** Sorted samples, ns an operation. */
function sampled(operation: Work, effort: Effort): number[] {
  const start = performance.now()
  let rough = timed(operation, 1)
  while (performance.now() - start < effort.warmUp) rough = timed(operation, 1)
  const times = Math.max(1, Math.round(SAMPLE_NS / Math.max(rough, 1)))
  const enough = rough > LONG_NS ? MIN_LONG_SAMPLES : MIN_SAMPLES
  // Garbage of the case before must not be collected at this one's expense.
  globalThis.gc?.()
  const samples: number[] = []
  const begin = performance.now()
  while (samples.length < enough || performance.now() - begin < effort.measure) {
    samples.push(timed(operation, times))
  }
  return samples.sort((a, b) => a - b)
}

/** What the peer takes, ns an operation: known, measured, or undefined where there is no peer. */
function nativeTime({ native, ops }: BenchCase, effort: Effort): number | undefined {
  if (typeof native !== 'function') return native
  const operation = native(effort.quick ?? false)
  return operation === null ? undefined : at(sampled(operation, effort), 0.5) / (ops ?? 1)
}

/** Runs a case. */
export function measure(one: BenchCase, effort: Effort): BenchResult {
  const work = one.make(effort.quick ?? false)
  const samples = sampled(work, effort)
  const ops = one.ops ?? 1
  const nsPerOp = at(samples, 0.5) / ops
  const result: BenchResult = {
    name: one.name,
    nsPerOp: round(nsPerOp),
    spread: Number(((at(samples, 0.75) - at(samples, 0.25)) / at(samples, 0.5)).toFixed(3)),
    minNsPerOp: round((samples[0] as number) / ops),
    samples: samples.length,
  }
  const native = nativeTime(one, effort)
  if (native !== undefined) {
    result.native = round(native)
    result.nativeRatio = Number((nsPerOp / native).toPrecision(3))
  }
  if (one.target !== undefined) result.target = one.target
  if (work.callbacks !== undefined) {
    const before = work.callbacks()
    const bytes = garbage(work)
    if (bytes !== undefined) result.bytesPerOp = Number((bytes / ops).toFixed(2))
    result.callbacksPerOp = Number(((work.callbacks() - before) / ops).toFixed(3))
  }
  return result
}

/** Four significant digits: the rest is noise. */
function round(ns: number): number {
  return Number(ns.toPrecision(4))
}
