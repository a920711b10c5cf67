/**
 * Bundles bench/ to dist/bench.js and runs it. A group is a file of bench/ that exports a list
 * whose name ends in `Cases`; nothing else has to know of it.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** `{ group, list }` for every group, in alphabetical order. */
function groups() {
  return readdirSync(join(root, 'bench'))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => {
      const text = readFileSync(join(root, 'bench', name), 'utf8')
      const list = /^export const (\w+Cases)\b/m.exec(text)?.[1]
      return list === undefined ? [] : [{ group: name.replace(/\.ts$/, ''), list }]
    })
}

const found = groups()
const entry = [
  "import { runBench } from './main.ts'",
  ...found.map(({ group, list }) => `import { ${list} } from './${group}.ts'`),
  `const groups = [${found.map((f) => `{ name: '${f.group}', cases: ${f.list} }`).join(', ')}]`,
  'process.exitCode = runBench(groups, process.argv.slice(2), process.cwd())',
].join('\n')

await build({
  stdin: { contents: entry, resolveDir: join(root, 'bench'), sourcefile: 'bench.ts', loader: 'ts' },
  outfile: join(root, 'dist/bench.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
})

const argv = ['--expose-gc', join(root, 'dist/bench.js'), ...process.argv.slice(2)]
process.exitCode = spawnSync(process.execPath, argv, { cwd: root, stdio: 'inherit' }).status ?? 1
