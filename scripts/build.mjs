/**
 * Builds dist/: the command line tool (dist/cli.js and what it runs) and the library with its types
 * (dist/lib). Runs from a clean clone, without network. `--cli` builds the tool only.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleCli } from './build/bundle-cli.mjs'
import { linkOwnBin } from './build/link-own-bin.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

await bundleCli(root)
linkOwnBin(root)
if (!process.argv.includes('--cli')) buildLibrary()

/** tsc writes src as JavaScript and .d.ts files. Exits with tsc's code when a type is wrong. */
function buildLibrary() {
  if (!existsSync(join(root, 'src/index.ts'))) return
  rmSync(join(root, 'dist/lib'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
      stdio: 'inherit',
    })
  } catch (error) {
    console.error('build: tsc reported the errors above; dist/lib may be incomplete')
    process.exitCode = error.status ?? 1
  }
}
