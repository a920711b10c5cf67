/**
 * Real boards: a directory of blobs named by DMAPLUMB_DTBS, or the collection of Debian's kernel
 * 6.1 beside a checkout of this project. Skipped, with a word, where there is neither.
 */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { realBlobs } from '../../test/real-blobs.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { parseDts } from './dts.ts'
import { printDts } from './dts-print.ts'
import { iommuSpecifiers } from './iommus.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree } from './tree.ts'

const { paths, why, remove } = realBlobs()
afterAll(remove)
const missing = paths.length === 0

describe(`real boards (${missing ? why : paths.length})`, () => {
  it.skipIf(missing)('gives every blob back byte for byte', () => {
    expect(paths.length).toBeGreaterThan(0)
    let afresh = 0
    for (const path of paths) {
      const bytes = new Uint8Array(readFileSync(path))
      const { tree, diagnostics } = parseDtb(bytes, { source: path })
      expect(diagnostics, path).toEqual([])
      if (Buffer.compare(printDtb(tree!), bytes) !== 0) expect.fail(`${path} comes back changed`)
      if (Buffer.compare(layOutDtb(tree!), bytes) === 0) afresh++
    }
    // All but those that fdtoverlay has edited in place, which leaves holes.
    expect(afresh / paths.length).toBeGreaterThan(0.95)
  })

  it.skipIf(missing)('finds no broken iommus list on any board', () => {
    for (const path of paths) {
      const tree = parseDtb(new Uint8Array(readFileSync(path))).tree!
      for (const node of tree.nodes()) {
        if (!node.has('iommus')) continue
        for (const { problem } of iommuSpecifiers(tree, node)) {
          if (problem !== undefined) expect.fail(`${path}: ${node.path}: ${problem}`)
        }
      }
    }
  })

  it.skipIf(missing)('prints a source that reads back as the same tree', () => {
    for (const path of paths.filter((_, i) => i % 10 === 0)) {
      const tree = parseDtb(new Uint8Array(readFileSync(path))).tree!
      const again = parseDts(printDts(tree))
      expect(again.diagnostics, path).toEqual([])
      // A source does not say which CPU boots: the first is taken.
      const { bootCpu } = again.tree!
      const expected = new DeviceTree(tree.root, { reservations: tree.reservations, bootCpu })
      if (!sameTree(expected, again.tree!)) expect.fail(`${path} reads back changed`)
    }
  })
})
