/** Damaged sources given to dtc and to this reader: both refuse, or both give the same blob. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { damagedSource, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_DTC_COUNT ?? 5000)
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)
const hasDtc = spawnSync('dtc', ['--version']).status === 0
const fixture = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url), 'utf8')
const what = hasDtc ? `${COUNT} damaged sources, seed ${SEED}` : 'skipped: dtc is not on the PATH'

it.skipIf(!hasDtc).each([
  ['a board', 'dt-small.dts', false],
  ['a board with symbols', 'dt-small.dts', true],
  ['an overlay', 'dt-overlay.dts', false],
  ['an overlay with symbols', 'dt-overlay.dts', true],
] as const)(`agrees with dtc on what is wrong: %s (${what})`, (_what, name, symbols) => {
  const source = fixture(name)
  const random = seededRandom(SEED)
  let read = 0
  for (let i = 0; i < COUNT; i++) {
    const text = damagedSource(source, random)
    // dtc would look for the files, and it stops at a NUL.
    if (/\/include\/|incbin|\0/.test(text)) continue
    const { tree, diagnostics } = parseDts(text, { symbols })
    const refused = diagnostics.some((d) => d.severity === 'error')
    const flags = symbols ? ['-@'] : []
    const dtc = spawnSync('dtc', ['-q', ...flags, '-I', 'dts', '-O', 'dtb'], { input: text })
    if (refused !== (dtc.status !== 0)) {
      const said = diagnostics[0]?.message ?? dtc.stderr.toString()
      expect.fail(`source ${i}: ${refused ? 'only this reader' : 'only dtc'} refuses it: ${said}`)
    }
    if (refused) continue
    read++
    if (Buffer.compare(printDtb(tree!), dtc.stdout) !== 0) expect.fail(`source ${i}: another blob`)
  }
  process.stdout.write(`${COUNT} sources: ${read} read by both, the same\n`)
})
