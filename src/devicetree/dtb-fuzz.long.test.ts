import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { damagedBlob, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { askEverything } from '../../test/fixtures/dt-questions.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { MOST_DIAGNOSTICS } from './findings.ts'
import { sameTree } from './same-tree.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_COUNT ?? 200_000)
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)))
const blobs = ['dt-small.dtb', 'dt-small-v3.dtb', 'dt-small-symbols.dtb'].map(fixture)

it(`survives ${COUNT} damaged blobs (seed ${SEED})`, () => {
  const random = seededRandom(SEED)
  let trees = 0
  let whole = 0
  let longest = 0
  for (let i = 0; i < COUNT; i++) {
    const blob = damagedBlob(blobs[i % blobs.length]!, random)
    const start = performance.now()
    const { tree, diagnostics } = parseDtb(blob)
    if (tree === null) {
      expect(diagnostics.length).toBeGreaterThan(0)
      continue
    }
    trees++
    if (diagnostics.length > MOST_DIAGNOSTICS + 1) expect.fail(`blob ${i}: too many diagnostics`)
    if (
      diagnostics.some(
        (d) => d.at?.offset === undefined && d.at?.source === undefined && !/more/.test(d.message),
      )
    )
      expect.fail(`blob ${i}: a diagnostic without a position`)
    askEverything(tree)
    const again = parseDtb(layOutDtb(tree)).tree
    if (again === null || !sameTree(tree, again)) expect.fail(`blob ${i} is not laid out afresh`)
    if (tree.blob !== null) {
      whole++
      const printed = printDtb(tree)
      if (printed.length !== blob.length || printed.some((byte, k) => byte !== blob[k])) {
        expect.fail(`blob ${i} does not come back as it was`)
      }
    }
    longest = Math.max(longest, performance.now() - start)
  }
  process.stdout.write(
    `${COUNT} blobs: ${trees} trees, ${whole} without an error, longest ${longest.toFixed(1)} ms\n`,
  )
  expect(longest).toBeLessThan(10_000)
})
