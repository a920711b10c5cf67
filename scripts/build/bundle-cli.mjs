/** Bundles src/cli/main.ts to dist/cli.js. Commands that are imported lazily become chunks. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

export async function bundleCli(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const result = await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Half of the start is parsing, so the text is small; the map is for `--enable-source-maps`.
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    define: { DMAPLUMB_VERSION: JSON.stringify(version) },
    banner: {
      // commander is CommonJS inside and requires Node's own modules.
      js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  chmodSync(join(root, 'dist/cli.js'), 0o755)
  removeStaleChunks(join(root, 'dist/chunks'), Object.keys(result.metafile.outputs))
}

/** Afterwards and not before, so that a tool that is running meanwhile keeps its chunks. */
function removeStaleChunks(folder, written) {
  if (!existsSync(folder)) return
  const fresh = new Set(written.map((path) => basename(path)))
  for (const name of readdirSync(folder)) if (!fresh.has(name)) rmSync(join(folder, name))
}
