/**
 * Bundles src/cli/main.ts to dist/cli.cjs, with a code cache and the launcher dist/cli.js. Compiling
 * would be a third of what `check` takes, most of it the same each time; node:module's own compile
 * cache needs a later Node.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

export async function bundleCli(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const dist = (name) => join(root, 'dist', name)
  // First: V8 tells a cache of other code by its length alone.
  rmSync(dist('cli.cache'), { force: true })
  await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // What the cache lacks is parsed, so the text is small; the map is for `--enable-source-maps`.
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    define: { DMAPLUMB_VERSION: JSON.stringify(version) },
    // An expression that the launcher calls.
    banner: { js: '(function(require){' },
    footer: { js: '})' },
    logLevel: 'warning',
  })
  copyFileSync(here('launcher.mjs'), dist('cli.js'))
  chmodSync(dist('cli.js'), 0o755)
  warmCache(dist('cli.cjs'), dist('cli.cache'))
}

/** Without a cache the tool is slower and nothing else. */
function warmCache(tool, cache) {
  try {
    execFileSync(process.execPath, [here('warm-cache.mjs'), tool, cache], { stdio: 'ignore' })
  } catch (error) {
    console.error(`build: no code cache: ${error.message}`)
  }
}
