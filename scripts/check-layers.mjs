/** `npm run layers [-- ROOT]`: checks the rules of the house (docs/architecture.md). */
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkTree } from './layers/check.mjs'

const own = join(dirname(fileURLToPath(import.meta.url)), '..')
const { files, findings } = checkTree(resolve(process.argv[2] ?? own))

for (const f of findings) {
  console.error(`${f.path}:${f.line}: ${f.severity}: ${f.message} [${f.rule}]`)
  console.error(`    ${f.remedy}`)
}
const errors = findings.filter((f) => f.severity === 'error').length
const warnings = findings.length - errors
console.log(`layers: ${files} files, ${errors} errors, ${warnings} warnings`)
if (errors > 0) process.exitCode = 1
