import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { bytesKept, MOST_TIME, timeOf } from '../../test/fixtures/dt-costs.ts'
import { damagedBlob, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { askEverything } from '../../test/fixtures/dt-questions.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { MOST_DIAGNOSTICS } from './findings.ts'
import { sameTree } from './same-tree.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_COUNT ?? 40_000)
/** A campaign of a million takes longer than other tests may. */
const A_DAY = 86_400_000
/** One in so many has its memory measured. */
const SAMPLE = Math.max(1, Math.floor(COUNT / 50))
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)))
const blobs = ['dt-small.dtb', 'dt-small-v3.dtb', 'dt-small-symbols.dtb'].map(fixture)

/** Memory of a tree: times the blob, and what a hundred diagnostics take whatever its size. */
const mostKept = (blob: Uint8Array) => 20 * blob.length + 65_536

/** Reads a blob and everything in it; complains of what does not hold. */
function examine(blob: Uint8Array, i: number): 'nothing' | 'a tree' | 'whole' {
  const { tree, diagnostics } = parseDtb(blob)
  if (tree === null) {
    if (diagnostics.length === 0) expect.fail(`blob ${i}: no tree and no word why`)
    return 'nothing'
  }
  if (diagnostics.length > MOST_DIAGNOSTICS + 1) expect.fail(`blob ${i}: too many diagnostics`)
  for (const { at, message } of diagnostics) {
    if (at?.offset === undefined && !/more/.test(message)) {
      expect.fail(`blob ${i}: no position for: ${message}`)
    }
  }
  askEverything(tree)
  const again = parseDtb(layOutDtb(tree)).tree
  if (again === null || !sameTree(tree, again)) expect.fail(`blob ${i} is not laid out afresh`)
  if (tree.blob === null) return 'a tree'
  const printed = printDtb(tree)
  if (printed.length !== blob.length || printed.some((byte, k) => byte !== blob[k])) {
    expect.fail(`blob ${i} does not come back as it was`)
  }
  return 'whole'
}

it(
  `survives ${COUNT} damaged blobs (seed ${SEED})`,
  () => {
    const random = seededRandom(SEED)
    const found = { nothing: 0, 'a tree': 0, whole: 0 }
    let longest = 0
    let most = 0
    for (let i = 0; i < COUNT; i++) {
      const blob = damagedBlob(blobs[i % blobs.length]!, random)
      let result: keyof typeof found = 'nothing'
      const time = timeOf(() => {
        result = examine(blob, i)
      })
      found[result]++
      longest = Math.max(longest, time)
      if (time > MOST_TIME) expect.fail(`blob ${i} takes ${time} ms`)
      if (i % SAMPLE !== 0) continue
      const kept = bytesKept(() => parseDtb(blob))
      most = Math.max(most, kept / blob.length)
      if (kept > mostKept(blob)) expect.fail(`blob ${i}: ${kept} bytes of memory`)
    }
    process.stdout.write(
      `${COUNT} blobs, seed ${SEED}: ${found.whole} without an error, ${found['a tree']} trees in part, ` +
        `${found.nothing} none; longest ${longest.toFixed(1)} ms, memory ${most.toFixed(1)} times\n`,
    )
  },
  A_DAY,
)
