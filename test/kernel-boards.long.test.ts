/**
 * Raw kernel boards through cpp, then compiled by dtc and by this reader: the same blob, byte for
 * byte. A sample across vendors; DMAPLUMB_KERNEL_BOARDS=all takes every one.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { includeBytes, includeText } from '../src/cli/included-files.ts'
import { preprocess } from '../src/cli/preprocess.ts'
import { printDtb } from '../src/devicetree/dtb.ts'
import { parseDts } from '../src/devicetree/dts.ts'
import { kernelSources } from './kernel-sources.ts'

const sources = kernelSources()
afterAll(sources.remove)
const tools = ['dtc', 'cpp'].every((tool) => spawnSync(tool, ['--version']).status === 0)
const possible = tools && sources.root !== null
const boards = sample(sources.boards, Number(process.env.DMAPLUMB_KERNEL_BOARDS ?? 240))
const what = possible
  ? `${boards.length} of ${sources.boards.length}`
  : `skipped: ${tools ? sources.why : 'dtc and cpp are needed'}`

/** Evenly spread over a sorted list: folders and name prefixes are vendors. */
function sample(all: readonly string[], count: number): string[] {
  if (!(count < all.length)) return [...all]
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!)
}

it.skipIf(!possible)(`compiles raw kernel boards as dtc does (${what})`, () => {
  const root = sources.root!
  const skipped: string[] = []
  let same = 0
  for (const board of boards) {
    const processed = preprocess(board, root, [])
    if (!processed.ok) {
      skipped.push(board)
      continue
    }
    const folder = dirname(board)
    for (const symbols of [false, true]) {
      const flags = ['-q', '-q', '-q', ...(symbols ? ['-@'] : []), '-I', 'dts', '-O', 'dtb']
      const args = [...flags, '-i', join(root, folder)]
      const dtc: SpawnSyncReturns<Buffer> = spawnSync('dtc', args, {
        input: processed.text,
        cwd: join(root, folder),
        maxBuffer: 2 ** 26,
      })
      const { tree, diagnostics } = parseDts(processed.text, {
        source: board,
        symbols,
        include: includeText(root, []),
        incbin: includeBytes(root),
      })
      const refused = diagnostics.some((d) => d.severity === 'error')
      if (refused !== (dtc.status !== 0)) {
        expect.fail(`${board}: ${diagnostics[0]?.message ?? ''} dtc: ${dtc.stderr}`)
      }
      if (refused) continue
      if (Buffer.compare(printDtb(tree!), dtc.stdout) !== 0) expect.fail(`${board}: another blob`)
      same++
    }
  }
  process.stdout.write(`${boards.length} boards: ${same} blobs the same (with and without -@)`)
  process.stdout.write(`, cpp refuses ${skipped.length}\n`)
  expect(skipped.length).toBeLessThan(boards.length / 20)
  expect(same).toBeGreaterThan(boards.length)
})
