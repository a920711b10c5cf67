/** Blobs of real boards for tests: where they are, or why there are none. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Board } from '../src/analysis/contract.ts'
import { parseDtb } from '../src/devicetree/dtb.ts'

const ARCHIVE = fileURLToPath(new URL('../../shared/data/dtbs.tar.xz', import.meta.url))

/**
 * The blobs below the directory that DMAPLUMB_DTBS names, or those of a collection beside the
 * checkout, in bytewise order. `remove` deletes what was unpacked.
 */
export function realBlobs(): { paths: string[]; why: string; remove: () => void } {
  const given = process.env.DMAPLUMB_DTBS
  const unpacked =
    given === undefined && existsSync(ARCHIVE) ? mkdtempSync(join(tmpdir(), 'dtbs-')) : null
  if (unpacked !== null) execFileSync('tar', ['-xJf', ARCHIVE, '-C', unpacked])
  const directory = given ?? unpacked
  const paths =
    directory === null
      ? []
      : readdirSync(directory, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.dtb'))
          .sort()
          .map((name) => join(directory, name))
  return {
    paths,
    why: paths.length > 0 ? '' : 'skipped: set DMAPLUMB_DTBS to a directory of .dtb files',
    remove: () => {
      if (unpacked !== null) rmSync(unpacked, { recursive: true })
    },
  }
}

/** A blob as a board; throws when it does not parse. */
export function boardFrom(path: string): Board {
  const { tree, diagnostics } = parseDtb(new Uint8Array(readFileSync(path)), { source: path })
  if (tree === null) throw new Error(`${path}: ${diagnostics[0]?.message}`)
  return { source: path, tree }
}
