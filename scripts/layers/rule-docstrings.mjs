/** Every exported declaration has a docstring, and files stay short. */
const kinds = new Set(
  ['const', 'let', 'function', 'class', 'interface', 'type'].concat(['abstract', 'async']),
)
const maxLines = 300

/** Index of the name of the declaration that `export` at `i` begins, or null for a re-export. */
function declaredName(code, i) {
  let at = i + 1
  if (code[at]?.text === 'declare') at++
  if (!kinds.has(code[at]?.text)) return null
  if (['abstract', 'async'].includes(code[at].text)) at++
  const name = code[at + 1]
  if (name?.text === '*') return code[at + 2]?.text ?? null
  // `export type { A } from`, `export type * from`: not declarations.
  if (code[at].text === 'type' && name?.kind !== 'word') return null
  return name?.kind === 'word' ? name.text : '{...}'
}

/** True when a doc comment ends right before the token, with nothing but space between. */
function hasDocstring(file, token) {
  const before = file.comments.filter((c) => c.end <= token.start).at(-1)
  if (before === undefined || !before.text.startsWith('/**')) return false
  return file.text.slice(before.end, token.start).trim() === ''
}

export function* checkDocstrings(files) {
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.isTest || file.isDeclaration) continue
    let previous = null
    for (const [i, t] of file.code.entries()) {
      if (t.text !== 'export' || t.kind !== 'word' || file.code[i - 1]?.text === '.') continue
      const name = declaredName(file.code, i)
      if (name === null) continue
      // Of overloads the first one carries the text.
      const overload = name === previous && file.code[i + 1].text === 'function'
      previous = name
      if (overload || hasDocstring(file, t)) continue
      yield {
        path: file.path,
        line: t.line,
        rule: 'docstring',
        message: `exported ${name} has no docstring`,
        remedy: 'say in one sentence what it is, with units, errors and source where they apply',
      }
    }
  }
}

export function* checkLength(files) {
  for (const file of files) {
    const lines = file.text.split('\n').length - 1
    if (lines <= maxLines || file.path.startsWith('src/machine/boards/')) continue
    yield {
      path: file.path,
      line: maxLines + 1,
      rule: 'length',
      severity: 'warning',
      message: `${lines} lines, the house has ${maxLines} at most`,
      remedy: 'one idea a file: find the second idea and move it out',
    }
  }
}
