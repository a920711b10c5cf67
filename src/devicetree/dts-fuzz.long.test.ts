import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { damagedSource, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { askEverything } from '../../test/fixtures/dt-questions.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { MOST_DIAGNOSTICS } from './findings.ts'
import { sameTree } from './same-tree.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_COUNT ?? 200_000)
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)

const source = readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8')

it(`survives ${COUNT} damaged sources (seed ${SEED})`, () => {
  const random = seededRandom(SEED)
  let clean = 0
  let longest = 0
  const include = (path: string) => ({ text: '&soc { a = <1>; };', source: path })
  const incbin = () => Uint8Array.of(1, 2, 3)
  for (let i = 0; i < COUNT; i++) {
    const text = damagedSource(source, random)
    const start = performance.now()
    const { tree, diagnostics } = parseDts(text, { source: 'a.dts', include, incbin })
    if (diagnostics.length > MOST_DIAGNOSTICS + 1) expect.fail(`source ${i}: too many diagnostics`)
    for (const { at, message } of diagnostics) {
      if (at?.line === undefined && !/more/.test(message)) {
        expect.fail(`source ${i}: no line for: ${message}`)
      }
    }
    if (tree !== null) {
      askEverything(tree)
      const again = parseDtb(printDtb(tree)).tree
      if (again === null || !sameTree(tree, again)) expect.fail(`source ${i} is lost as a blob`)
      if (diagnostics.length === 0) clean++
    }
    longest = Math.max(longest, performance.now() - start)
  }
  process.stdout.write(
    `${COUNT} sources: ${clean} without a diagnostic, longest ${longest.toFixed(1)} ms\n`,
  )
  expect(longest).toBeLessThan(10_000)
})
