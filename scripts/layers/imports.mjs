/** Finds what a file imports: static and dynamic imports, re-exports, `import type`, `import('x')`. */
import { posix } from 'node:path'
import { literalText } from './sources.mjs'

/** End of an import or export clause: `from`, or null when there is none. */
function fromClause(code, at) {
  let depth = 0
  for (let i = at; i < code.length; i++) {
    const t = code[i]
    if (t.text === '{') depth++
    else if (t.text === '}') depth--
    else if (depth === 0 && t.kind === 'word' && t.text === 'from') return i
    else if (depth === 0 && t.kind !== 'word' && t.text !== '*' && t.text !== ',') return null
  }
  return null
}

/**
 * Imports of a file in order: `{ specifier, line, target }`. `target` is the path from the root for
 * a relative import and null for a package.
 */
export function importsOf(file) {
  const found = []
  const { code } = file
  const add = (token) => {
    const specifier = literalText(token)
    if (specifier === null) return
    const relative = specifier.startsWith('.')
    const target = relative ? posix.join(posix.dirname(file.path), specifier) : null
    found.push({ specifier, line: token.line, target })
  }
  for (let i = 0; i < code.length; i++) {
    const t = code[i]
    if (t.kind !== 'word' || code[i - 1]?.text === '.') continue
    const next = code[i + 1]
    if (t.text === 'import') {
      if (next?.text === '(') add(code[i + 2])
      else if (literalText(next) !== null) add(next)
      else if (next?.text !== '.') {
        const from = fromClause(code, i + 1)
        if (from !== null) add(code[from + 1])
      }
    } else if (t.text === 'export' && ['{', '*', 'type'].includes(next?.text)) {
      const from = fromClause(code, i + 1)
      if (from !== null) add(code[from + 1])
    }
  }
  return found
}
