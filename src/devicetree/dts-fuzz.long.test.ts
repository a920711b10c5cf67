import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { bytesKept, MOST_TIME, timeOf } from '../../test/fixtures/dt-costs.ts'
import { damagedSource, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { askEverything } from '../../test/fixtures/dt-questions.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { MOST_DIAGNOSTICS } from './findings.ts'
import { sameTree } from './same-tree.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_COUNT ?? 20_000)
/** A campaign of a million takes longer than other tests may. */
const A_DAY = 86_400_000
/** One in so many has its memory measured. */
const SAMPLE = Math.max(1, Math.floor(COUNT / 50))
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)

const source = readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8')

const include = (path: string) => ({ text: '&soc { a = <1>; };', source: path })
const incbin = () => Uint8Array.of(1, 2, 3)
const read = (text: string) => parseDts(text, { source: 'a.dts', include, incbin })

/** Memory of a tree: times the source, and what a hundred diagnostics take whatever its size. */
const mostKept = (text: string) => 20 * text.length + 131_072

/** Reads a source and everything in it; complains of what does not hold. True for a clean one. */
function examine(text: string, i: number): boolean {
  const { tree, diagnostics } = read(text)
  if (diagnostics.length > MOST_DIAGNOSTICS + 1) expect.fail(`source ${i}: too many diagnostics`)
  for (const { at, message } of diagnostics) {
    if (at?.line === undefined && !/more/.test(message)) {
      expect.fail(`source ${i}: no line for: ${message}`)
    }
  }
  if (tree === null) return false
  askEverything(tree)
  const again = parseDtb(printDtb(tree)).tree
  // In a blob a reservation of no bytes ends the list, for dtc and Linux too.
  const nothing = tree.reservations.some(({ words }) => words[2] === 0 && words[3] === 0)
  if (again === null || (!nothing && !sameTree(tree, again))) {
    expect.fail(`source ${i} is lost as a blob`)
  }
  return diagnostics.length === 0
}

it(
  `survives ${COUNT} damaged sources (seed ${SEED})`,
  () => {
    const random = seededRandom(SEED)
    let clean = 0
    let longest = 0
    let most = 0
    for (let i = 0; i < COUNT; i++) {
      const text = damagedSource(source, random)
      let isClean = false
      const time = timeOf(() => {
        isClean = examine(text, i)
      })
      if (isClean) clean++
      longest = Math.max(longest, time)
      if (time > MOST_TIME) expect.fail(`source ${i} takes ${time} ms`)
      if (i % SAMPLE !== 0) continue
      const kept = bytesKept(() => read(text))
      most = Math.max(most, kept / text.length)
      if (kept > mostKept(text)) expect.fail(`source ${i}: ${kept} bytes of memory`)
    }
    process.stdout.write(
      `${COUNT} sources, seed ${SEED}: ${clean} without a diagnostic; longest ` +
        `${longest.toFixed(1)} ms, memory ${most.toFixed(1)} times\n`,
    )
  },
  A_DAY,
)
