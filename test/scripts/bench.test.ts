import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resultTable, slower } from '../../bench/baseline.ts'
import { measure } from '../../bench/measure.ts'

const root = join(import.meta.dirname, '../..')

function bench(...argv: string[]) {
  const script = join(root, 'scripts/bench.mjs')
  return spawnSync(process.execPath, [script, ...argv], { cwd: root, encoding: 'utf8' })
}

test('prints JSON with ns/op and spread for the group that was asked for', () => {
  const { status, stdout } = bench('devicetree', '--quick', '--json')
  expect(status).toBe(0)
  const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] }
  expect(results.length).toBeGreaterThan(1)
  for (const result of results) {
    expect(result.name).toMatch(/^devicetree\//)
    expect(result.nsPerOp).toBeGreaterThan(0)
    expect(result.spread).toBeGreaterThanOrEqual(0)
  }
})

test('names the groups when none is called like that', () => {
  const { status, stderr } = bench('nothing')
  expect(status).toBe(2)
  expect(stderr).toMatch(/groups:.*devicetree.*pagetable/)
})

const quick = { warmUp: 1, measure: 1 }

test('divides by the operations of a call and relates to a native peer', () => {
  const work = () => {
    let sum = 0
    for (let i = 0; i < 100_000; i++) sum += i % 7
    return sum
  }
  const one = measure({ name: 'one', make: () => work }, quick)
  const many = measure({ name: 'many', make: () => work, ops: 1000, native: 1, target: 50 }, quick)
  expect(many.nsPerOp).toBeLessThan(one.nsPerOp / 10)
  expect(many).toMatchObject({ native: 1, target: 50 })
  expect((many.nativeRatio ?? 0) / many.nsPerOp).toBeCloseTo(1, 2)
})

const result = (name: string, nsPerOp: number) => {
  return { name, nsPerOp, spread: 0.1, minNsPerOp: nsPerOp, samples: 15 }
}

test('reports what became more than 30 % slower than the baseline', () => {
  const baseline = [result('a', 100), result('b', 100)]
  const now = [result('a', 129), result('b', 140), result('new', 1)]
  expect(slower(now, baseline)).toEqual(['b: 40 % slower than the baseline (100 -> 140 ns)'])
  expect(resultTable(now, baseline).split('\n')[2]).toMatch(/^b\s+140\s+10 %\s+40 %$/)
})
