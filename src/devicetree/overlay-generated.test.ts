/**
 * Generated bases and overlays given to dtc and fdtoverlay, and to this package: the same blobs,
 * and the same trees when they are applied. DMAPLUMB_FUZZ_OVERLAYS sets how many.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { baseSource, overlaySource } from '../../test/fixtures/dt-sources.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { applyOverlay } from './overlay.ts'
import type { DeviceTree } from './tree.ts'
import { diffTrees } from './tree-diff.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_OVERLAYS ?? 60)
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)
const found = ['dtc', 'fdtoverlay'].every((t) => spawnSync(t, ['--version']).status === 0)
const what = found
  ? `${COUNT} pairs, seed ${SEED}`
  : 'skipped: dtc or fdtoverlay is not on the PATH'
const folder = mkdtempSync(join(tmpdir(), 'dmaplumb-overlays-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string) => join(folder, name)

/** Both read it to the same blob, or both refuse it and this is null. */
function bothRead(text: string, symbols: boolean): { tree: DeviceTree; blob: Buffer } | null {
  const { tree, diagnostics } = parseDts(text, { symbols })
  const refused = diagnostics.filter((d) => d.severity === 'error')
  const flags = symbols ? ['-@'] : []
  const dtc = spawnSync('dtc', ['-q', ...flags, '-I', 'dts', '-O', 'dtb'], { input: text })
  if (refused.length > 0 !== (dtc.status !== 0)) {
    expect.fail(`${refused[0]?.message ?? dtc.stderr}\n${text}`)
  }
  if (refused.length > 0) return null
  if (Buffer.compare(printDtb(tree!), dtc.stdout) !== 0) expect.fail(`another blob\n${text}`)
  return { tree: tree!, blob: dtc.stdout }
}

/** What fdtoverlay makes of both blobs; null when it refuses. */
function fdtoverlay(base: Buffer, overlay: Buffer): DeviceTree | null {
  writeFileSync(file('base'), base)
  writeFileSync(file('overlay'), overlay)
  const args = ['-i', file('base'), '-o', file('out'), file('overlay')]
  if (spawnSync('fdtoverlay', args).status !== 0) return null
  return parseDtb(new Uint8Array(readFileSync(file('out')))).tree
}

it.skipIf(!found)(`agrees with dtc and fdtoverlay (${what})`, { timeout: 3_600_000 }, () => {
  const random = seededRandom(SEED)
  let applied = 0
  for (let i = 0; i < COUNT; i++) {
    const wild = i % 3 === 0
    const base = baseSource(random, wild)
    const overlay = overlaySource(random, base.labels, wild)
    for (const text of [base.text, overlay]) bothRead(text, false)
    const bases = bothRead(base.text, true)
    const overlays = bothRead(overlay, true)
    if (bases === null || overlays === null) continue
    const { tree, diagnostics } = applyOverlay(bases.tree, overlays.tree)
    const theirs = fdtoverlay(bases.blob, overlays.blob)
    // Linux, and so this, refuses much that fdtoverlay takes.
    if (tree === null || theirs === null) continue
    applied++
    // A node of the base gets no phandle: Linux leaves it out, fdtoverlay puts it in.
    const without = diagnostics.map((d) => d.message.replace(/ keeps no phandle.*/, ''))
    const { changed, added, removed } = diffTrees(theirs, tree)
    const different = changed.filter((c) => c.property !== 'phandle' || !without.includes(c.path))
    expect([different, added, removed], `${base.text}\n${overlay}`).toEqual([[], [], []])
  }
  expect(applied).toBeGreaterThan(COUNT / 8)
})
