/** Before any test: builds dist/cli.js when it is missing or older than a source. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const tool = join(root, 'dist/cli.js')

function newestSource(): number {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map((name) => statSync(join(root, 'src', name)).mtimeMs))
}

/**
 * Called by vitest. A source that does not bundle must not keep the other tests from running: those
 * that start the tool fail by themselves then.
 */
export async function setup(): Promise<void> {
  if (existsSync(tool) && statSync(tool).mtimeMs > newestSource()) return
  const script: string = '../scripts/build/bundle-cli.mjs'
  const { bundleCli } = (await import(script)) as { bundleCli(root: string): Promise<void> }
  try {
    await bundleCli(root)
  } catch (error) {
    process.stderr.write(`dist/cli.js could not be built: ${String(error)}\n`)
  }
}
