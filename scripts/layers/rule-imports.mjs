/** Imports point down, the core imports no package, and src/cli no package but its two. */
import { folderOf, whyNot } from './floors.mjs'
import { isTestPath } from './sources.mjs'

const cliPackages = new Set(['commander', 'picocolors'])

function* packageProblems(file, { specifier, line }) {
  const inCli = folderOf(file.path) === 'cli'
  if (inCli && (specifier.startsWith('node:') || cliPackages.has(specifier))) return
  const what = inCli
    ? `'${specifier}' is not a runtime dependency`
    : `the core imports '${specifier}'`
  const remedy = inCli
    ? 'use node: modules, commander, picocolors or our own code'
    : 'the core runs in a browser too: pass the data in as an argument, or move this to src/cli'
  yield { path: file.path, line, rule: 'core-purity', message: what, remedy }
}

/** Tests beside the code may use what they like; everything else in src is checked. */
export function* checkImports(files) {
  for (const file of files) {
    const from = folderOf(file.path)
    if (from === null || file.isTest) continue
    for (const found of file.imports) {
      if (found.target === null) yield* packageProblems(file, found)
      else if (isTestPath(found.target) || !found.target.startsWith('src/')) {
        yield {
          path: file.path,
          line: found.line,
          rule: 'floors',
          message: `imports ${found.target}, which is not part of the product`,
          remedy: 'move what is shared into src',
        }
      } else {
        const why = whyNot(from, folderOf(found.target))
        if (why === null) continue
        yield {
          path: file.path,
          line: found.line,
          rule: 'floors',
          message: `imports ${found.target}: ${why}`,
          remedy: 'declare an interface here and let src/machine inject it, or move the code down',
        }
      }
    }
  }
}
