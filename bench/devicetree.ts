/**
 * Device trees in and out: a built-in board alone, which every clone has, and many boards beside
 * fdtdump and dtc. Those two are started once a board, as one does from a shell, and print to
 * nowhere.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDtb, printDtb } from '../src/devicetree/dtb.ts'
import { parseDts } from '../src/devicetree/dts.ts'
import { printDts } from '../src/devicetree/dts-print.ts'
import type { DeviceTree } from '../src/devicetree/tree.ts'
import { boards } from '../src/machine/boards/boards.ts'
import { realBlobs } from '../test/real-blobs.ts'
import type { BenchCase } from './case.ts'

const { dts } = boards.named('veyron')
const QUICK_BOARDS = 16

function treeOf(text: string): DeviceTree {
  const { tree } = parseDts(text)
  if (tree === null) throw new Error('the built-in board does not parse')
  return tree
}

let found: string[] | undefined

/** Files of real boards; of the built-in ones where there are none. Gone when the process ends. */
function blobPaths(quick: boolean): string[] {
  if (found === undefined) {
    const real = realBlobs()
    process.once('exit', real.remove)
    found = real.paths.length > 0 ? real.paths : builtIn()
  }
  const step = quick ? Math.max(1, found.length / QUICK_BOARDS) : 1
  const count = Math.floor(found.length / step)
  return Array.from({ length: count }, (_, i) => (found as string[])[Math.floor(i * step)]!)
}

function builtIn(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dtbs-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  return [...boards].map(({ name, dts: text }) => {
    const path = join(folder, `${name}.dtb`)
    writeFileSync(path, printDtb(treeOf(text)))
    return path
  })
}

function read(path: string): DeviceTree {
  const { tree } = parseDtb(new Uint8Array(readFileSync(path)))
  if (tree === null) throw new Error(`${path} does not parse`)
  return tree
}

/** A native program over one board after another, from one shell; null where it is missing. */
function native(program: string, ...args: string[]) {
  return (quick: boolean) => {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined) return null
    const paths = blobPaths(quick)
    const loop = `for board; do ${[program, ...args].join(' ')} "$board"; done`
    return () => {
      const { status } = spawnSync('sh', ['-c', loop, 'sh', ...paths], { stdio: 'ignore' })
      if (status !== 0) throw new Error(`${program} failed`)
      return paths.length
    }
  }
}

/** One operation is one whole board, or all boards. */
export const devicetreeCases: BenchCase[] = [
  {
    name: 'devicetree/parse-dtb',
    make() {
      const blob = printDtb(treeOf(dts))
      return () => parseDtb(blob).tree?.nodes().length ?? 0
    },
  },
  {
    name: 'devicetree/parse-dts',
    make: () => () => treeOf(dts).nodes().length,
  },
  {
    name: 'devicetree/print-dtb',
    make() {
      const tree = treeOf(dts)
      return () => printDtb(tree).length
    },
  },
  {
    name: 'devicetree/parse-all-boards',
    make(quick) {
      const paths = blobPaths(quick)
      return () => paths.reduce((sum, path) => sum + read(path).nodes().length, 0)
    },
    native: native('fdtdump'),
    target: 1,
  },
  {
    name: 'devicetree/print-all-boards-as-dts',
    make(quick) {
      const paths = blobPaths(quick)
      return () => paths.reduce((sum, path) => sum + printDts(read(path)).length, 0)
    },
    native: native('dtc', '-q', '-I', 'dtb', '-O', 'dts'),
    target: 1,
  },
]
