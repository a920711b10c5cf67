/** The source files that the rules look at, read and tokenized once, in a fixed order. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tokenize } from './tokens.mjs'

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git'])

function* walk(root, folder) {
  let entries
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true })
  } catch {
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* walk(root, path)
    } else if (/\.tsx?$/.test(entry.name)) yield path
  }
}

/** Tests, and what only serves tests: `x.test.ts`, `x.fixture.ts`, `test-x.ts`, all of test/. */
export function isTestPath(path) {
  return /\.(test|fixture)\.tsx?$|\/test-[^/]*\.tsx?$|^test\//.test(path)
}

/**
 * One file: path from the root with `/`, text, `code` (tokens without comments), `comments`, and
 * whether it is a test or only serves tests.
 */
function source(root, path) {
  const text = readFileSync(join(root, path), 'utf8')
  const tokens = tokenize(text)
  return {
    path,
    text,
    code: tokens.filter((t) => t.kind !== 'comment'),
    comments: tokens.filter((t) => t.kind === 'comment'),
    isTest: isTestPath(path),
    isDeclaration: path.endsWith('.d.ts'),
  }
}

/** Every TypeScript file of src, test, bench and web. */
export function loadSources(root) {
  const sources = []
  for (const folder of ['src', 'test', 'bench', 'web']) {
    for (const path of walk(root, folder)) sources.push(source(root, path))
  }
  return sources
}

/** Text of a string or of a template without substitutions; null for any other token. */
export function literalText(token) {
  if (token === undefined) return null
  if (token.kind === 'string') return token.text.slice(1, -1)
  if (token.kind === 'template' && token.text.endsWith('`') && token.text.startsWith('`')) {
    return token.text.slice(1, -1)
  }
  return null
}

/**
 * A comment `layers-allow RULE: reason` on the line, or alone on the line above, excuses that line
 * from that rule.
 */
export function allowed(file, line, rule) {
  return file.comments.some(
    (c) => (c.line === line || c.line === line - 1) && c.text.includes(`layers-allow ${rule}:`),
  )
}
