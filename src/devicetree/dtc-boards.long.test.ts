/**
 * Every real board through `dtc -O dts` and back: needs dtc on the PATH and blobs, as
 * boards.test.ts does. Takes about a minute.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { realBlobs } from '../../test/real-blobs.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { parseDts } from './dts.ts'
import { printDts } from './dts-print.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree } from './tree.ts'
import { parseTreeJson, treeJson } from './tree-json.ts'

const hasDtc = spawnSync('dtc', ['--version']).status === 0
const blobs = realBlobs()
afterAll(blobs.remove)
const paths = hasDtc ? blobs.paths : []
const possible = paths.length > 0
const why = hasDtc ? blobs.why : 'dtc is not on the PATH'

const run = (from: string, to: string, input: Uint8Array | string) =>
  execFileSync('dtc', ['-q', '-f', '-I', from, '-O', to], {
    input,
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  })

it.skipIf(!possible)(
  `agrees with dtc on every board (${possible ? paths.length : `skipped: ${why}`})`,
  () => {
    for (const path of paths) {
      const { tree } = parseDtb(new Uint8Array(readFileSync(path)))
      const source = run('dtb', 'dts', readFileSync(path)).toString()

      const ours = parseDts(source, { source: path })
      expect(ours.diagnostics, path).toEqual([])
      const theirs = run('dts', 'dtb', source)
      if (Buffer.compare(printDtb(ours.tree!), theirs) !== 0)
        expect.fail(`${path}: not what dtc reads`)

      const afresh = run('dtb', 'dtb', readFileSync(path))
      if (Buffer.compare(layOutDtb(tree!), afresh) !== 0)
        expect.fail(`${path}: not what dtc lays out`)

      // Our own source, which needs no such help, and JSON keep all but the CPU that boots.
      const printed = printDts(tree!)
      const compiled = parseDtb(run('dts', 'dtb', printed)).tree!
      if (Buffer.compare(printDtb(parseDts(printed).tree!), printDtb(compiled)) !== 0)
        expect.fail(`${path}: what we print reads differently`)
      const parts = { reservations: tree!.reservations, bootCpu: compiled.bootCpu }
      if (!sameTree(compiled, new DeviceTree(tree!.root, parts)))
        expect.fail(`${path}: dtc makes another tree of what we print`)
      const json = parseTreeJson(JSON.stringify(treeJson(tree!))).tree!
      if (!sameTree(json, tree!)) expect.fail(`${path}: JSON loses something`)

      // dtc ends each string of a list with \0, which swallows digits of the next: "a\0001" is read
      // as one character. Three digits say what it meant. Nor can a source say which CPU boots.
      const meant = parseDts(source.replaceAll('\\0', '\\000')).tree!
      const { bootCpu } = meant
      const expected = new DeviceTree(tree!.root, { reservations: tree!.reservations, bootCpu })
      if (!sameTree(meant, expected)) expect.fail(`${path}: not the blob's tree`)
    }
  },
)
