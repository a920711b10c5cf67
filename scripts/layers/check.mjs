/** Runs every rule over a tree and returns the findings, sorted by place. */
import { importsOf } from './imports.mjs'
import { checkBits } from './rule-bits.mjs'
import { checkDeterminism } from './rule-determinism.mjs'
import { checkDocstrings, checkLength } from './rule-docstrings.mjs'
import { checkFamilies } from './rule-families.mjs'
import { checkImports } from './rule-imports.mjs'
import { checkBigints, checkDefaultExports, checkVersions } from './rule-literals.mjs'
import { checkSwitches } from './rule-switches.mjs'
import { loadSources } from './sources.mjs'

const rules = [
  checkImports,
  checkFamilies,
  checkSwitches,
  checkVersions,
  checkBits,
  checkBigints,
  checkDefaultExports,
  checkDeterminism,
  checkDocstrings,
  checkLength,
]

/** Findings `{ path, line, rule, severity, message, remedy }` of the tree below `root`. */
export function checkTree(root) {
  const files = loadSources(root)
  for (const file of files) file.imports = importsOf(file)
  const findings = rules.flatMap((rule) => [...rule(files)])
  for (const finding of findings) finding.severity ??= 'error'
  findings.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
  return { files: files.length, findings }
}
