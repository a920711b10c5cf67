/**
 * `npm run bench [-- NAME...] [--json] [--quick] [--save]`: NAME picks a group (a file of bench/) or
 * cases by the start of their names. Started by scripts/bench.mjs, which bundles the groups.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultTable, slower } from './baseline.ts'
import type { BenchCase, BenchResult } from './case.ts'
import { type Effort, measure, sink } from './measure.ts'

/** A file of bench/ and its cases. */
export interface BenchGroup {
  name: string
  cases: readonly BenchCase[]
}

const thorough: Effort = { warmUp: 150, measure: 500 }
const quick: Effort = { quick: true, warmUp: 20, measure: 50 }

function picked(groups: readonly BenchGroup[], names: readonly string[]): BenchCase[] {
  return groups.flatMap(({ name, cases }) => {
    if (names.length === 0 || names.includes(name)) return cases
    return cases.filter((c) => names.some((n) => c.name.startsWith(n)))
  })
}

function readResults(path: string): BenchResult[] {
  if (!existsSync(path)) return []
  return (JSON.parse(readFileSync(path, 'utf8')) as { results: BenchResult[] }).results
}

/** Runs what the arguments pick; returns the exit code. `root` is the repository. */
export function runBench(groups: readonly BenchGroup[], argv: readonly string[], root: string) {
  const names = argv.filter((a) => !a.startsWith('-'))
  const cases = picked(groups, names)
  if (cases.length === 0) {
    console.error(`bench: nothing is called ${names.join(', ')}`)
    console.error(`groups: ${groups.map((g) => g.name).join(', ')}`)
    return 2
  }
  const json = argv.includes('--json')
  const effort = argv.includes('--quick') ? quick : thorough
  const results = cases.map((one) => {
    if (!json && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${one.name}`)
    return measure(one, effort)
  })
  if (!json && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  const document = JSON.stringify({ results }, null, 2)
  mkdirSync(join(root, 'bench/results'), { recursive: true })
  writeFileSync(join(root, 'bench/results/latest.json'), `${document}\n`)
  if (argv.includes('--save')) writeFileSync(join(root, 'bench/baseline.json'), `${document}\n`)
  const baseline = readResults(join(root, 'bench/baseline.json'))
  console.log(json ? document : resultTable(results, baseline))
  for (const line of slower(results, baseline)) console.error(`bench: ${line}`)
  if (!json) console.log(`\nsink ${sink}; JSON in bench/results/latest.json`)
  return 0
}
